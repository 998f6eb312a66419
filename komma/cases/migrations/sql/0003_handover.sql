-- Offers arise and end in the functions below only.
REVOKE INSERT, UPDATE, DELETE ON cases_handover, cases_handoverkey, cases_formerholder
    FROM komma_web;
REVOKE ALL ON cases_handover, cases_handoverkey, cases_formerholder FROM komma_worker;

-- OFFER: whoever works on a case asks a unit of another body to take it. p: {id, case, to_unit,
-- brief (hex), keys: [{id, strand, generation, person, public, tags, function, sealed, reserve}]}.
-- The keys open nothing before the unit has taken the case.
CREATE FUNCTION komma_offer_case(p jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    handled cases_case := komma_lock_case((p ->> 'case')::uuid);
    target municipalities_unit;
    offer uuid := (p ->> 'id')::uuid;
    k jsonb;
BEGIN
    IF NOT komma_holds(handled.id, 'protection') THEN
        RAISE EXCEPTION 'no key of this strand' USING ERRCODE = 'KM006';
    END IF;
    SELECT * INTO target FROM municipalities_unit WHERE id = (p ->> 'to_unit')::uuid;
    IF target.organisation_id IS NOT DISTINCT FROM handled.organisation_id
       OR coalesce(target.pillar, '') NOT IN ('support', 'complaint', 'assault') THEN
        RAISE EXCEPTION 'no receiving unit of another organisation' USING ERRCODE = 'KM001';
    END IF;
    IF NOT komma_serves(target.organisation_id, handled.concerns_id) THEN
        RAISE EXCEPTION 'not responsible for this place' USING ERRCODE = 'KM008';
    END IF;
    IF handled.status NOT IN ('received', 'checking', 'working') OR handled.held <> ''
       OR EXISTS (SELECT 1 FROM cases_handover WHERE case_id = handled.id AND state = 'offered') THEN
        RAISE EXCEPTION 'this case cannot be offered now' USING ERRCODE = 'KM011';
    END IF;
    INSERT INTO cases_handover (id, case_id, from_unit_id, to_unit_id, state, offered_on, brief,
                                with_emergency)
    VALUES (offer, handled.id, handled.unit_id, target.id, 'offered', komma_today(),
            decode(p ->> 'brief', 'hex'), false);
    FOR k IN SELECT * FROM jsonb_array_elements(p -> 'keys') LOOP
        PERFORM komma_check_house(handled.id, (k ->> 'person')::uuid, target.organisation_id);
        PERFORM komma_check_target(handled.id, (k ->> 'person')::uuid, k ->> 'public',
                                   ARRAY(SELECT decode(t, 'hex')
                                           FROM jsonb_array_elements_text(k -> 'tags') AS t));
        PERFORM komma_check_generation(handled.id, k ->> 'strand', (k ->> 'generation')::integer);
        IF NOT EXISTS (SELECT 1 FROM municipalities_membership m
                        WHERE m.person_id = (k ->> 'person')::uuid AND m.unit_id = target.id
                          AND m.ended_on IS NULL AND komma_role_handles(m.role, target.pillar)) THEN
            RAISE EXCEPTION 'no member of the receiving unit' USING ERRCODE = 'KM002';
        END IF;
        INSERT INTO cases_handoverkey (id, handover_id, strand, generation, person_id, function,
                                       public, sealed, is_reserve)
        VALUES ((k ->> 'id')::uuid, offer, k ->> 'strand', (k ->> 'generation')::integer,
                (k ->> 'person')::uuid, k ->> 'function', k ->> 'public',
                decode(k ->> 'sealed', 'hex'), (k ->> 'reserve')::boolean);
    END LOOP;
    IF NOT EXISTS (SELECT 1 FROM cases_handoverkey WHERE handover_id = offer
                    AND strand = 'protection' AND NOT is_reserve) THEN
        RAISE EXCEPTION 'nobody there could work on the case' USING ERRCODE = 'KM005';
    END IF;
END $$;

-- The case is locked first, as everywhere; then the offer must still be one for whoever asks.
CREATE FUNCTION komma_lock_offer(of_handover uuid) RETURNS cases_handover LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    offer cases_handover;
BEGIN
    PERFORM 1 FROM cases_case
      WHERE id = (SELECT case_id FROM cases_handover WHERE id = of_handover) FOR UPDATE;
    SELECT * INTO offer FROM cases_handover
     WHERE id = of_handover AND id IN (SELECT komma_offered_handovers());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no open offer' USING ERRCODE = 'KM011';
    END IF;
    RETURN offer;
END $$;

-- An offer is over; its keys go, whatever became of it.
CREATE FUNCTION komma_close_offer(of_handover uuid, into_state text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM cases_handoverkey WHERE handover_id = of_handover;
    UPDATE cases_handover SET state = into_state, decided_on = komma_today() WHERE id = of_handover;
END $$;

-- TAKE: the case belongs to the other body from now on. with_tags: {person: [tags (hex)]} for
-- everybody whose membership and key the program has proven again. Who is not among them, has
-- left, has another key by now, is excluded or belongs to the house that it has left gets nothing.
-- All access of the former body ends; the next handler's opening makes new keys. Returns the case.
CREATE FUNCTION komma_take_case(of_handover uuid, with_tags jsonb) RETURNS uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    offer cases_handover := komma_lock_offer(of_handover);
    target municipalities_unit;
    members uuid[];
BEGIN
    SELECT * INTO target FROM municipalities_unit WHERE id = offer.to_unit_id;
    IF EXISTS (SELECT 1 FROM cases_handoverkey k WHERE k.handover_id = offer.id
                AND k.generation <> (SELECT max(s.generation) FROM cases_casestrand s
                                      WHERE s.case_id = offer.case_id AND s.strand = k.strand)) THEN
        RAISE EXCEPTION 'made for former keys' USING ERRCODE = 'KM011';
    END IF;
    -- A membership that is just ending counts as ended, as in komma_grant.
    members := ARRAY(SELECT m.person_id FROM municipalities_membership m
                      WHERE m.unit_id = target.id AND m.ended_on IS NULL
                        AND komma_role_handles(m.role, target.pillar) FOR SHARE SKIP LOCKED);
    DELETE FROM cases_handoverkey k
     WHERE k.handover_id = offer.id
       AND NOT (k.person_id = ANY (members) AND with_tags ? k.person_id::text
                AND EXISTS (SELECT 1 FROM people_personkey own
                              JOIN people_person p ON p.id = own.person_id AND p.is_active
                             WHERE own.person_id = k.person_id AND own.public = k.public)
                AND NOT EXISTS (SELECT 1 FROM cases_caseexclusion e,
                                       jsonb_array_elements_text(with_tags -> k.person_id::text) t
                                 WHERE e.case_id = offer.case_id AND e.tag = decode(t, 'hex'))
                AND NOT komma_left_house(offer.case_id, k.person_id, target.organisation_id));
    IF NOT EXISTS (SELECT 1 FROM cases_handoverkey WHERE handover_id = offer.id
                    AND person_id = komma_person() AND NOT is_reserve) THEN
        RAISE EXCEPTION 'no receiver any more' USING ERRCODE = 'KM002';
    END IF;
    INSERT INTO cases_formerholder (id, handover_id, person_id)
    SELECT gen_random_uuid(), offer.id, person_id FROM cases_casekey
     WHERE case_id = offer.case_id AND strand = 'mailbox' AND NOT is_reserve;
    DELETE FROM cases_casekey WHERE case_id = offer.case_id;
    DELETE FROM cases_readmark WHERE case_id = offer.case_id;
    INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function, public,
                               sealed, is_reserve)
    SELECT k.id, offer.case_id, k.strand, k.generation, k.person_id, k.function, k.public,
           k.sealed, k.is_reserve
      FROM cases_handoverkey k WHERE k.handover_id = offer.id;
    PERFORM komma_check_holders(offer.case_id);
    PERFORM komma_close_offer(offer.id, 'taken');
    -- Kept for the next rotation: the reporter may have declined the emergency keys at intake.
    UPDATE cases_handover SET with_emergency =
               EXISTS (SELECT 1 FROM cases_caseemergency WHERE case_id = offer.case_id)
               OR EXISTS (SELECT 1 FROM cases_handover WHERE case_id = offer.case_id
                           AND with_emergency)
     WHERE id = offer.id;
    DELETE FROM cases_caseemergency WHERE case_id = offer.case_id;
    UPDATE cases_case
       SET organisation_id = target.organisation_id, unit_id = target.id, status = 'received',
           answer_due_on = komma_today() + coalesce(
               (SELECT answer_days FROM municipalities_municipality
                 WHERE organisation_ptr_id = target.organisation_id), 3),
           version = version + 1, rotation_due = true, deputies_untold = false,
           news_for_holders = true, news_for_reporter = true,
           -- What belongs together was found by the former body, among its own cases.
           "group" = NULL, group_kind = '', discard_by_id = NULL
     WHERE id = offer.case_id;
    RETURN offer.case_id;
END $$;

-- DECLINE: the reason is sealed to the mailbox, which whoever declines cannot read.
CREATE FUNCTION komma_decline_case(of_handover uuid, entry uuid, of_generation integer,
                                   with_body bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    offer cases_handover := komma_lock_offer(of_handover);
    next_sequence integer;
BEGIN
    PERFORM komma_check_generation(offer.case_id, 'mailbox', of_generation);
    PERFORM komma_close_offer(offer.id, 'declined');
    UPDATE cases_case SET last_sequence = last_sequence + 1, news_for_holders = true,
                          news_for_reporter = true
     WHERE id = offer.case_id RETURNING last_sequence INTO next_sequence;
    INSERT INTO cases_entry (id, case_id, strand, generation, sequence, day, body)
    VALUES (entry, offer.case_id, 'mailbox', of_generation, next_sequence, komma_today(), with_body);
END $$;

-- TAKE BACK: a holder ends the open offer.
CREATE FUNCTION komma_end_offer(of_case uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    offer uuid;
BEGIN
    PERFORM komma_lock_case(of_case);
    SELECT id INTO offer FROM cases_handover WHERE case_id = of_case AND state = 'offered';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no open offer' USING ERRCODE = 'KM011';
    END IF;
    PERFORM komma_close_offer(offer, 'taken_back');
END $$;

-- Offers that nobody decided for 14 days, or whose case is over, end. Returns the open cases, so
-- that their reporters are told. For the worker.
CREATE FUNCTION komma_lapse_offers() RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    offer uuid;
    handled uuid;
    is_open boolean;
BEGIN
    FOR offer, handled, is_open IN
        SELECT h.id, c.id, c.status IN ('received', 'checking', 'working')
          FROM cases_handover h JOIN cases_case c ON c.id = h.case_id
         WHERE h.state = 'offered'
           AND (h.offered_on <= komma_today() - 14
                OR c.status NOT IN ('received', 'checking', 'working'))
         FOR UPDATE OF c
    LOOP
        PERFORM komma_close_offer(offer, 'taken_back');
        IF is_open THEN
            RETURN NEXT handled;
        END IF;
    END LOOP;
END $$;

-- Who is to be reminded today that an offer waits: after a week, and on the case's answer day.
-- For the worker.
CREATE FUNCTION komma_waiting_for() RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT k.person_id FROM cases_handoverkey k
      JOIN cases_handover h ON h.id = k.handover_id AND h.state = 'offered'
      JOIN cases_case c ON c.id = h.case_id
     WHERE NOT k.is_reserve
       AND komma_today() IN (h.offered_on + 7, c.answer_due_on);
END $$;

-- Which cases the acting person could open until another body took them: number, day, where to.
CREATE FUNCTION komma_given_away()
RETURNS TABLE (number text, day date, unit text, organisation text) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT c.number::text, h.decided_on, u.name::text, o.name::text
      FROM cases_formerholder f
      JOIN cases_handover h ON h.id = f.handover_id
      JOIN cases_case c ON c.id = h.case_id
      JOIN municipalities_unit own ON own.id = h.from_unit_id
      JOIN municipalities_unit u ON u.id = h.to_unit_id
      JOIN municipalities_organisation o ON o.id = u.organisation_id
     WHERE f.person_id = komma_person()
       AND own.organisation_id IN (SELECT komma_my_organisations())
     ORDER BY h.decided_on DESC, c.number;
END $$;

REVOKE EXECUTE ON FUNCTION komma_lock_offer, komma_close_offer FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_offer_case, komma_take_case, komma_decline_case, komma_end_offer,
    komma_given_away FROM komma_worker;
REVOKE EXECUTE ON FUNCTION komma_lapse_offers, komma_waiting_for FROM komma_web;
