-- What the runtime roles may do with the tables at all; the policies narrow it down to rows.
REVOKE INSERT, DELETE, UPDATE ON cases_case FROM komma_web;
-- Not to whom the case belongs, nor where and when it came in.
GRANT UPDATE (status, level, closed_on, delete_on, last_sequence, news_for_holders,
              news_for_reporter, version, rotation_due) ON cases_case TO komma_web;
REVOKE INSERT, UPDATE, DELETE ON cases_casestrand, cases_casekey, cases_caseemergency,
    cases_casereceipt FROM komma_web;
REVOKE UPDATE, DELETE ON cases_entry, cases_attachment, cases_caseexclusion, cases_reporterview
    FROM komma_web;
-- The worker tells that there is news, and lets deputies step in.
REVOKE ALL ON cases_case, cases_casestrand, cases_casekey, cases_caseemergency, cases_casereceipt,
    cases_caseexclusion, cases_entry, cases_attachment, cases_readmark, cases_reporterview
    FROM komma_worker;
GRANT SELECT ON cases_case, cases_casestrand, cases_casekey, cases_casereceipt TO komma_worker;
GRANT UPDATE (last_sequence, news_for_holders, news_for_reporter, deputies_untold)
    ON cases_case TO komma_worker;
GRANT UPDATE (mail_tries) ON cases_casereceipt TO komma_worker;
GRANT INSERT ON cases_entry TO komma_worker;

-- INTAKE: the only way a case arises. Bytes come as hex. Keys only for active members of the
-- receiving unit whose public key is the stored one and whose exclusion tag is not named.
CREATE FUNCTION komma_intake(p jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c jsonb := p -> 'case';
    k jsonb;
    of_case uuid := (p -> 'case' ->> 'id')::uuid;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM municipalities_unit WHERE id = (c ->> 'unit')::uuid
                    AND organisation_id = (c ->> 'organisation')::uuid) THEN
        RAISE EXCEPTION 'unit of another organisation' USING ERRCODE = 'KM001';
    END IF;
    IF NOT komma_serves((c ->> 'organisation')::uuid, (c ->> 'concerns')::uuid) THEN
        RAISE EXCEPTION 'not responsible for this place' USING ERRCODE = 'KM008';
    END IF;
    INSERT INTO cases_case (id, number, organisation_id, concerns_id, unit_id, side, status,
                            received_on, answer_due_on, last_sequence, news_for_holders,
                            news_for_reporter, version, rotation_due, deputies_untold, held,
                            group_kind)
    VALUES (of_case, c ->> 'number', (c ->> 'organisation')::uuid, (c ->> 'concerns')::uuid,
            (c ->> 'unit')::uuid, c ->> 'side', 'received', (c ->> 'received_on')::date,
            (c ->> 'answer_due_on')::date, 0, true, false, 0, false, false,
            coalesce(c ->> 'held', ''), '');
    INSERT INTO cases_casestrand (id, case_id, strand, generation, public)
    SELECT (s ->> 'id')::uuid, of_case, s ->> 'strand', 1, s ->> 'public'
      FROM jsonb_array_elements(p -> 'strands') AS s;
    INSERT INTO cases_caseexclusion (id, case_id, tag)
    SELECT gen_random_uuid(), of_case, decode(t, 'hex')
      FROM jsonb_array_elements_text(p -> 'exclusions') AS t ON CONFLICT DO NOTHING;
    FOR k IN SELECT * FROM jsonb_array_elements(p -> 'keys') LOOP
        PERFORM komma_check_house(of_case, (k ->> 'person')::uuid, (c ->> 'organisation')::uuid);
        PERFORM komma_check_target(of_case, (k ->> 'person')::uuid, k ->> 'public',
                                   ARRAY(SELECT decode(t, 'hex')
                                           FROM jsonb_array_elements_text(k -> 'tags') AS t));
        -- The lock lets a membership end before this report or after it, never unseen beside it.
        PERFORM 1 FROM municipalities_membership
          WHERE person_id = (k ->> 'person')::uuid AND unit_id = (c ->> 'unit')::uuid
            AND ended_on IS NULL AND role IN ('contact', 'complaints', 'case_lead') FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no member of the receiving unit' USING ERRCODE = 'KM002';
        END IF;
        INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function, public,
                                   sealed, is_reserve)
        VALUES ((k ->> 'id')::uuid, of_case, k ->> 'strand', 1, (k ->> 'person')::uuid,
                k ->> 'function', k ->> 'public', decode(k ->> 'sealed', 'hex'),
                (k ->> 'reserve')::boolean);
    END LOOP;
    PERFORM komma_check_holders(of_case);
    INSERT INTO cases_casereceipt (lookup, case_id, public, mac, sealed, notify_sealed, mail_tries)
    SELECT p -> 'receipt' ->> 'lookup', of_case, p -> 'receipt' ->> 'public',
           decode(p -> 'receipt' ->> 'mac', 'hex'),
           decode(p -> 'receipt' ->> 'sealed', 'hex'), decode(p -> 'receipt' ->> 'notify', 'hex'), 0;
    INSERT INTO cases_caseemergency (id, case_id, strand, generation, sealed)
    SELECT gen_random_uuid(), of_case, e ->> 'strand', 1, decode(e ->> 'sealed', 'hex')
      FROM jsonb_array_elements(p -> 'emergency') AS e;
END $$;

-- A target of a key: an active person, the stored public key, not excluded from the case. Tags:
-- of the person and of each of their roles.
CREATE FUNCTION komma_check_target(of_case uuid, target uuid, with_public text, with_tags bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM people_personkey k JOIN people_person p ON p.id = k.person_id
                    WHERE k.person_id = target AND k.public = with_public AND p.is_active) THEN
        RAISE EXCEPTION 'not the key of this person' USING ERRCODE = 'KM003';
    END IF;
    IF EXISTS (SELECT 1 FROM cases_caseexclusion WHERE case_id = of_case AND tag = ANY (with_tags)) THEN
        RAISE EXCEPTION 'excluded' USING ERRCODE = 'KM004';
    END IF;
END $$;

-- True where somebody belongs to the town hall that a report has left. Then they read it neither at
-- the other house, nor because it is handed to the own one (reader: the organisation that would
-- read it). What the own house received and handed on itself may come back.
CREATE FUNCTION komma_left_house(of_case uuid, target uuid, reader uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_place cases_case;
    house uuid[];
BEGIN
    SELECT * INTO of_place FROM cases_case WHERE id = of_case;
    house := ARRAY(SELECT h.organisation FROM komma_chain(of_place.concerns_id) h
                    WHERE h.reason = 'own');
    RETURN EXISTS (SELECT 1 FROM municipalities_membership m
                    WHERE m.organisation_id = ANY (house) AND m.person_id = target
                      AND m.ended_on IS NULL)
       AND (reader <> ALL (house)
            OR of_place.organisation_id <> ALL (house)
               AND NOT EXISTS (SELECT 1 FROM cases_handover h
                                 JOIN municipalities_unit u ON u.id = h.from_unit_id
                                WHERE h.case_id = of_case AND h.state = 'taken'
                                  AND u.organisation_id = ANY (house)));
END $$;

CREATE FUNCTION komma_check_house(of_case uuid, target uuid, reader uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF komma_left_house(of_case, target, reader) THEN
        RAISE EXCEPTION 'of the house that the report has left' USING ERRCODE = 'KM008';
    END IF;
END $$;

-- Who can work on a case: holders of the protection strand; others only read and note.
CREATE FUNCTION komma_check_holders(of_case uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cases_casekey k
                     JOIN cases_casekey p ON p.case_id = k.case_id AND p.person_id = k.person_id
                      AND p.strand = 'protection' AND NOT p.is_reserve
                    WHERE k.case_id = of_case AND k.strand = 'mailbox' AND NOT k.is_reserve) THEN
        RAISE EXCEPTION 'the last holder of a case cannot be removed' USING ERRCODE = 'KM005';
    END IF;
END $$;

-- Who can work on a case on a day: with a key of the protection strand that was sealed to the key
-- they have today, a role that handles such cases, and not away. Deputies in reserve too.
CREATE FUNCTION komma_handlers_on(of_case uuid, on_day date)
RETURNS TABLE (person uuid, is_reserve boolean) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT k.person_id, k.is_reserve
      FROM cases_casekey k
      JOIN cases_case c ON c.id = k.case_id
      JOIN municipalities_unit u ON u.id = c.unit_id
      JOIN people_personkey own ON own.person_id = k.person_id AND own.public = k.public
      JOIN people_person p ON p.id = k.person_id AND p.is_active
     WHERE k.case_id = of_case AND k.strand = 'protection'
       AND EXISTS (SELECT 1 FROM municipalities_membership m
                    WHERE m.person_id = k.person_id AND m.organisation_id = c.organisation_id
                      AND m.ended_on IS NULL AND komma_role_handles(m.role, u.pillar))
       AND NOT komma_is_absent(k.person_id, c.organisation_id, on_day);
END $$;

-- True where somebody can work on the case today, without the deputies in reserve.
CREATE FUNCTION komma_has_handler(of_case uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM komma_handlers_on(of_case, komma_today()) h WHERE NOT h.is_reserve);
END $$;

-- The first day of a period on which nobody could work on an open case, not even a deputy in
-- reserve; empty where somebody always could. Nobody drops out between the first day and the
-- beginnings of absences, so no other day needs a look.
CREATE FUNCTION komma_case_gap(of_case uuid, first date, last date) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT min(d.day)
              FROM cases_case c
             CROSS JOIN LATERAL (
                   SELECT first AS day
                    UNION SELECT a.starts_on FROM municipalities_absence a
                           WHERE a.organisation_id = c.organisation_id
                             AND a.starts_on > first AND a.starts_on <= last
                             AND a.person_id IN (SELECT k.person_id FROM cases_casekey k
                                                  WHERE k.case_id = of_case)) d
             WHERE c.id = of_case AND c.status IN ('received', 'checking', 'working')
               AND NOT EXISTS (SELECT 1 FROM komma_handlers_on(of_case, d.day)));
END $$;

-- Only a holder may hand on or change keys; the case row is locked against a second change.
CREATE FUNCTION komma_lock_case(of_case uuid) RETURNS cases_case LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_case cases_case;
BEGIN
    SELECT * INTO found_case FROM cases_case WHERE id = of_case FOR UPDATE;
    IF NOT komma_holds(of_case, 'mailbox') THEN
        RAISE EXCEPTION 'no key of this case' USING ERRCODE = 'KM006';
    END IF;
    RETURN found_case;
END $$;

-- A role works on cases of its own pillar, as in komma/municipalities/codes.py. Support and
-- complaint never mix in one case.
CREATE FUNCTION komma_role_handles(role text, pillar text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT (role, pillar) IN (('contact', 'support'), ('complaints', 'complaint'),
                             ('case_lead', 'assault')) $$;

-- Coordination and leadership open, for reading, what a holder grants them.
CREATE FUNCTION komma_role_opens(role text, pillar text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT role IN ('coordination', 'leadership') OR komma_role_handles(role, pillar) $$;

-- What somebody seals must continue the newest generation: whoever opened the case before a
-- rotation would hand on a key that opens nothing, or break the way back to older secrets.
CREATE FUNCTION komma_check_generation(of_case uuid, of_strand text, newest integer)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF newest IS DISTINCT FROM (SELECT max(generation) FROM cases_casestrand
                                 WHERE case_id = of_case AND strand = of_strand) THEN
        RAISE EXCEPTION 'not the newest generation' USING ERRCODE = 'KM007';
    END IF;
END $$;

-- GRANT: a holder hands keys on to a colleague of the handling organisation.
-- keys: [{id, strand, generation, sealed (hex)}]
CREATE FUNCTION komma_grant(of_case uuid, target uuid, with_public text, with_tags bytea[],
                            with_function text, keys jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    handled cases_case := komma_lock_case(of_case);
    k jsonb;
BEGIN
    PERFORM komma_check_house(of_case, target, handled.organisation_id);
    PERFORM komma_check_target(of_case, target, with_public, with_tags);
    -- A membership that is just ending counts as ended: waiting for it would be a deadlock, since
    -- its end waits for this case.
    PERFORM 1 FROM municipalities_membership m JOIN municipalities_unit u ON u.id = handled.unit_id
      WHERE m.person_id = target AND m.organisation_id = handled.organisation_id
        AND m.ended_on IS NULL AND komma_role_opens(m.role, u.pillar) FOR SHARE OF m SKIP LOCKED;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no colleague who may open cases' USING ERRCODE = 'KM002';
    END IF;
    FOR k IN SELECT * FROM jsonb_array_elements(keys) LOOP
        IF NOT komma_holds(of_case, k ->> 'strand') THEN
            RAISE EXCEPTION 'no key of this strand' USING ERRCODE = 'KM006';
        END IF;
        PERFORM komma_check_generation(of_case, k ->> 'strand', (k ->> 'generation')::integer);
        INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function, public,
                                   sealed, is_reserve)
        VALUES ((k ->> 'id')::uuid, of_case, k ->> 'strand', (k ->> 'generation')::integer, target,
                with_function, with_public, decode(k ->> 'sealed', 'hex'), false)
        ON CONFLICT (case_id, strand, person_id) DO UPDATE
           SET generation = excluded.generation, public = excluded.public,
               sealed = excluded.sealed, is_reserve = false;
    END LOOP;
END $$;

-- Everybody with a key, reserve included; empty for those without an active key. granted: the
-- public key that the strand was sealed to; public and key_mac: the one that the person has today.
CREATE FUNCTION komma_case_holders(of_case uuid)
RETURNS TABLE (person uuid, function text, strand text, is_reserve boolean, granted text,
               public text, key_mac bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT komma_holds(of_case, 'mailbox') THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT k.person_id, k.function::text, k.strand::text, k.is_reserve,
                        k.public::text, p.public::text, p.mac
      FROM cases_casekey k LEFT JOIN people_personkey p ON p.person_id = k.person_id
     WHERE k.case_id = of_case ORDER BY k.is_reserve, k.function, k.person_id;
END $$;

-- Deputies' reserve keys become active; the next run of the worker tells the reporter.
CREATE FUNCTION komma_call_deputies(of_case uuid) RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE cases_case SET deputies_untold = true WHERE id = of_case
       AND EXISTS (SELECT 1 FROM cases_casekey WHERE case_id = of_case AND is_reserve);
    RETURN QUERY UPDATE cases_casekey SET is_reserve = false
     WHERE case_id = of_case AND is_reserve RETURNING person_id;
END $$;

-- A holder calls the deputies in (absence, recusal).
CREATE FUNCTION komma_activate_reserve(of_case uuid) RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM komma_lock_case(of_case);
    RETURN QUERY SELECT * FROM komma_call_deputies(of_case);
END $$;

-- A membership has ended: the person's keys go where no other membership of theirs still opens
-- the case, and where they could work on it and no other lets them: what coordination or
-- leadership may read, a holder grants anew. Called by the administration, which sees no case;
-- hence it learns nothing, and the new keys wait for the next holder (rotation_due). Replaces the
-- body from municipalities.
CREATE OR REPLACE FUNCTION komma_end_access(of_person uuid, of_organisation uuid, of_unit uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    touched uuid;
    handled boolean;
    counted boolean;
BEGIN
    IF of_organisation NOT IN (SELECT komma_administered_organisations()) THEN
        RAISE EXCEPTION 'not the administration' USING ERRCODE = 'KM006';
    END IF;
    FOR touched, handled IN
        SELECT k.case_id, bool_or(k.strand = 'protection')
          FROM cases_casekey k JOIN cases_case c ON c.id = k.case_id
          JOIN municipalities_unit u ON u.id = c.unit_id
         WHERE k.person_id = of_person AND c.organisation_id = of_organisation
         GROUP BY k.case_id, u.pillar
        HAVING NOT EXISTS (SELECT 1 FROM municipalities_membership m
                            WHERE m.person_id = of_person AND m.organisation_id = of_organisation
                              AND m.ended_on IS NULL
                              AND CASE WHEN bool_or(k.strand = 'protection')
                                       THEN komma_role_handles(m.role, u.pillar)
                                       ELSE komma_role_opens(m.role, u.pillar) END)
         ORDER BY k.case_id
    LOOP
        PERFORM 1 FROM cases_case WHERE id = touched FOR UPDATE;
        -- Whose key was replaced could not work on it before either.
        counted := EXISTS (SELECT 1 FROM cases_casekey k JOIN people_personkey own
                              ON own.person_id = k.person_id AND own.public = k.public
                            WHERE k.case_id = touched AND k.person_id = of_person);
        DELETE FROM cases_casekey WHERE case_id = touched AND person_id = of_person;
        IF handled THEN
            PERFORM komma_replace_handlers(touched);
            IF counted AND komma_case_gap(touched, komma_today(), 'infinity') IS NOT NULL THEN
                RAISE EXCEPTION 'nobody would be left on some day' USING ERRCODE = 'KM005';
            END IF;
        END IF;
        UPDATE cases_case SET rotation_due = true, news_for_holders = true WHERE id = touched;
    END LOOP;
END $$;

-- Somebody who could work on a case is gone: the deputies step in where nobody else can.
CREATE FUNCTION komma_replace_handlers(of_case uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT komma_has_handler(of_case) THEN
        PERFORM komma_call_deputies(of_case);
        IF FOUND THEN
            INSERT INTO core_auditentry (id, organisation_id, case_id, function, kind, at, day)
            SELECT gen_random_uuid(), organisation_id, id, '', 'case.deputies_called', now(),
                   current_date
              FROM cases_case WHERE id = of_case;
        END IF;
    END IF;
    PERFORM komma_check_holders(of_case);
END $$;

-- Nobody took a case up in time, or nobody is there who can work on it: the deputies' reserve
-- becomes active. For the worker.
CREATE FUNCTION komma_escalate() RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    late uuid;
BEGIN
    FOR late IN
        SELECT c.id FROM cases_case c
         WHERE c.status IN ('received', 'checking', 'working')
           AND EXISTS (SELECT 1 FROM cases_casekey k WHERE k.case_id = c.id AND k.is_reserve)
           AND ((c.status = 'received' AND c.answer_due_on < komma_today())
                OR NOT komma_has_handler(c.id))
         FOR UPDATE
    LOOP
        PERFORM komma_call_deputies(late);
        RETURN NEXT late;
    END LOOP;
END $$;

-- ROTATE: access ends. A new generation of one strand; keys: [{person, sealed}] for exactly the
-- remaining holders. The old secret, of generation former, is sealed to the new key
-- (previous_sealed).
CREATE FUNCTION komma_rotate(of_case uuid, of_strand text, former integer, strand_row uuid,
                             with_public text, with_previous bytea, removed uuid[], keys jsonb, for_receipt bytea,
                             for_emergency bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    next_generation integer := former + 1;
    k jsonb;
    gap date;
BEGIN
    PERFORM komma_lock_case(of_case);
    IF NOT komma_holds(of_case, of_strand) THEN
        RAISE EXCEPTION 'no key of this strand' USING ERRCODE = 'KM006';
    END IF;
    PERFORM komma_check_generation(of_case, of_strand, former);
    INSERT INTO cases_casestrand (id, case_id, strand, generation, public, previous_sealed)
    VALUES (strand_row, of_case, of_strand, next_generation, with_public, with_previous);
    gap := komma_case_gap(of_case, komma_today(), 'infinity');
    DELETE FROM cases_casekey
     WHERE case_id = of_case AND strand = of_strand AND person_id = ANY (removed);
    IF komma_case_gap(of_case, komma_today(), 'infinity') < coalesce(gap, 'infinity') THEN
        RAISE EXCEPTION 'nobody would be left on some day' USING ERRCODE = 'KM009';
    END IF;
    FOR k IN SELECT * FROM jsonb_array_elements(keys) LOOP
        UPDATE cases_casekey SET generation = next_generation, sealed = decode(k ->> 'sealed', 'hex')
         WHERE case_id = of_case AND strand = of_strand AND person_id = (k ->> 'person')::uuid;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'rotation makes no new holders' USING ERRCODE = 'KM002';
        END IF;
    END LOOP;
    IF EXISTS (SELECT 1 FROM cases_casekey WHERE case_id = of_case AND strand = of_strand
                AND generation <> next_generation) THEN
        RAISE EXCEPTION 'a remaining holder was left out' USING ERRCODE = 'KM007';
    END IF;
    IF of_strand = 'mailbox' THEN
        PERFORM komma_check_holders(of_case);
        UPDATE cases_casereceipt SET sealed = for_receipt WHERE case_id = of_case;
    END IF;
    IF for_emergency IS NOT NULL THEN
        INSERT INTO cases_caseemergency (id, case_id, strand, generation, sealed)
        VALUES (gen_random_uuid(), of_case, of_strand, next_generation, for_emergency);
    END IF;
END $$;

-- Everything of a case goes at once; returns the names of the sealed files to remove.
-- For a holder, and for the worker when the deletion date has passed.
CREATE FUNCTION komma_delete_case(of_case uuid) RETURNS SETOF text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT komma_holds(of_case, 'mailbox')
       AND NOT EXISTS (SELECT 1 FROM cases_case WHERE id = of_case AND delete_on <= current_date) THEN
        RAISE EXCEPTION 'no key of this case' USING ERRCODE = 'KM006';
    END IF;
    RETURN QUERY SELECT blob::text FROM cases_attachment WHERE case_id = of_case;
    DELETE FROM cases_attachment WHERE case_id = of_case;
    DELETE FROM cases_entry WHERE case_id = of_case;
    DELETE FROM cases_readmark WHERE case_id = of_case;
    DELETE FROM cases_reporterview WHERE case_id = of_case;
    DELETE FROM cases_handoverkey WHERE handover_id IN (SELECT id FROM cases_handover
                                                         WHERE case_id = of_case);
    DELETE FROM cases_formerholder WHERE handover_id IN (SELECT id FROM cases_handover
                                                          WHERE case_id = of_case);
    DELETE FROM cases_handover WHERE case_id = of_case;
    DELETE FROM cases_caseemergency WHERE case_id = of_case;
    DELETE FROM cases_caseexclusion WHERE case_id = of_case;
    DELETE FROM cases_casereceipt WHERE case_id = of_case;
    DELETE FROM cases_casekey WHERE case_id = of_case;
    DELETE FROM cases_casestrand WHERE case_id = of_case;
    DELETE FROM cases_case WHERE id = of_case;
END $$;

REVOKE EXECUTE ON FUNCTION komma_check_target, komma_left_house, komma_check_house, komma_check_holders, komma_check_generation,
    komma_handlers_on, komma_has_handler, komma_case_gap, komma_lock_case, komma_call_deputies, komma_replace_handlers
    FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_intake, komma_grant, komma_rotate, komma_activate_reserve,
    komma_end_access, komma_case_holders, komma_holds, komma_receipt_case FROM komma_worker;
REVOKE EXECUTE ON FUNCTION komma_escalate FROM komma_web;
