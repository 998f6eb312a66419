REVOKE INSERT, DELETE ON cases_case FROM komma_web, komma_worker;
REVOKE INSERT, UPDATE, DELETE ON cases_casestrand, cases_casekey, cases_caseemergency
    FROM komma_web, komma_worker;
REVOKE INSERT, DELETE ON cases_casereceipt FROM komma_web, komma_worker;
REVOKE UPDATE, DELETE ON cases_entry, cases_attachment, cases_caseexclusion, cases_reporterview
    FROM komma_web, komma_worker;

-- INTAKE: the only way a case arises. Bytes come as hex. Keys only for active members of the
-- receiving unit whose public key is the stored one and whose exclusion tag is not named.
CREATE FUNCTION komma_intake(p jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    c jsonb := p -> 'case';
    k jsonb;
    of_case uuid := (p -> 'case' ->> 'id')::uuid;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM municipalities_unit WHERE id = (c ->> 'unit')::uuid
                    AND organisation_id = (c ->> 'organisation')::uuid) THEN
        RAISE EXCEPTION 'unit of another organisation' USING ERRCODE = 'KM001';
    END IF;
    INSERT INTO cases_case (id, number, organisation_id, concerns_id, unit_id, side, status,
                            received_on, answer_due_on, last_sequence, news_for_holders,
                            news_for_reporter, version, rotation_due)
    VALUES (of_case, c ->> 'number', (c ->> 'organisation')::uuid, (c ->> 'concerns')::uuid,
            (c ->> 'unit')::uuid, c ->> 'side', 'received', (c ->> 'received_on')::date,
            (c ->> 'answer_due_on')::date, 0, true, false, 0, false);
    INSERT INTO cases_casestrand (id, case_id, strand, generation, public)
    SELECT (s ->> 'id')::uuid, of_case, s ->> 'strand', 1, s ->> 'public'
      FROM jsonb_array_elements(p -> 'strands') AS s;
    INSERT INTO cases_caseexclusion (id, case_id, tag)
    SELECT gen_random_uuid(), of_case, decode(t, 'hex')
      FROM jsonb_array_elements_text(p -> 'exclusions') AS t ON CONFLICT DO NOTHING;
    FOR k IN SELECT * FROM jsonb_array_elements(p -> 'keys') LOOP
        PERFORM komma_check_target(of_case, (k ->> 'person')::uuid, k ->> 'public',
                                   decode(k ->> 'tag', 'hex'));
        IF NOT EXISTS (SELECT 1 FROM municipalities_membership
                        WHERE person_id = (k ->> 'person')::uuid AND unit_id = (c ->> 'unit')::uuid
                          AND ended_on IS NULL AND role IN ('contact', 'complaints', 'case_lead')) THEN
            RAISE EXCEPTION 'no member of the receiving unit' USING ERRCODE = 'KM002';
        END IF;
        INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function, sealed, is_reserve)
        VALUES ((k ->> 'id')::uuid, of_case, k ->> 'strand', 1, (k ->> 'person')::uuid,
                k ->> 'function', decode(k ->> 'sealed', 'hex'), (k ->> 'reserve')::boolean);
    END LOOP;
    PERFORM komma_check_holders(of_case);
    INSERT INTO cases_casereceipt (lookup, case_id, public, mac, sealed, notify_sealed)
    SELECT p -> 'receipt' ->> 'lookup', of_case, p -> 'receipt' ->> 'public',
           decode(p -> 'receipt' ->> 'mac', 'hex'),
           decode(p -> 'receipt' ->> 'sealed', 'hex'), decode(p -> 'receipt' ->> 'notify', 'hex');
    INSERT INTO cases_caseemergency (id, case_id, strand, generation, sealed)
    SELECT gen_random_uuid(), of_case, e ->> 'strand', 1, decode(e ->> 'sealed', 'hex')
      FROM jsonb_array_elements(p -> 'emergency') AS e;
END $$;

-- A target of a key: an active person, the stored public key, not excluded from the case.
CREATE FUNCTION komma_check_target(of_case uuid, target uuid, with_public text, with_tag bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM people_personkey k JOIN people_person p ON p.id = k.person_id
                    WHERE k.person_id = target AND k.public = with_public AND p.is_active) THEN
        RAISE EXCEPTION 'not the key of this person' USING ERRCODE = 'KM003';
    END IF;
    IF EXISTS (SELECT 1 FROM cases_caseexclusion WHERE case_id = of_case AND tag = with_tag) THEN
        RAISE EXCEPTION 'excluded' USING ERRCODE = 'KM004';
    END IF;
END $$;

CREATE FUNCTION komma_check_holders(of_case uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cases_casekey
                    WHERE case_id = of_case AND strand = 'mailbox' AND NOT is_reserve) THEN
        RAISE EXCEPTION 'the last holder of a case cannot be removed' USING ERRCODE = 'KM005';
    END IF;
END $$;

-- Only a holder may hand on or change keys; the case row is locked against a second change.
CREATE FUNCTION komma_lock_case(of_case uuid) RETURNS cases_case LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    found_case cases_case;
BEGIN
    SELECT * INTO found_case FROM cases_case WHERE id = of_case FOR UPDATE;
    IF NOT komma_holds(of_case, 'mailbox') THEN
        RAISE EXCEPTION 'no key of this case' USING ERRCODE = 'KM006';
    END IF;
    RETURN found_case;
END $$;

-- A role opens cases of its own pillar, as in komma/municipalities/codes.py; coordination and
-- leadership open what a holder grants them. Support and complaint never mix in one case.
CREATE FUNCTION komma_role_opens(role text, pillar text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT role IN ('coordination', 'leadership')
       OR (role, pillar) IN (('contact', 'support'), ('complaints', 'complaint'),
                             ('case_lead', 'assault')) $$;

-- GRANT: a holder hands keys on to a colleague of the handling organisation.
-- keys: [{id, strand, sealed (hex)}]
CREATE FUNCTION komma_grant(of_case uuid, target uuid, with_public text, with_tag bytea,
                            with_function text, keys jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    handled cases_case := komma_lock_case(of_case);
    k jsonb;
BEGIN
    PERFORM komma_check_target(of_case, target, with_public, with_tag);
    IF NOT EXISTS (SELECT 1 FROM municipalities_membership m
                     JOIN municipalities_unit u ON u.id = handled.unit_id
                    WHERE m.person_id = target AND m.organisation_id = handled.organisation_id
                      AND m.ended_on IS NULL AND komma_role_opens(m.role, u.pillar)) THEN
        RAISE EXCEPTION 'no colleague who may open cases' USING ERRCODE = 'KM002';
    END IF;
    FOR k IN SELECT * FROM jsonb_array_elements(keys) LOOP
        IF NOT komma_holds(of_case, k ->> 'strand') THEN
            RAISE EXCEPTION 'no key of this strand' USING ERRCODE = 'KM006';
        END IF;
        INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function, sealed, is_reserve)
        SELECT (k ->> 'id')::uuid, of_case, k ->> 'strand', max(generation), target, with_function,
               decode(k ->> 'sealed', 'hex'), false
          FROM cases_casestrand WHERE case_id = of_case AND strand = k ->> 'strand'
        ON CONFLICT (case_id, strand, person_id) DO UPDATE
           SET generation = excluded.generation, sealed = excluded.sealed, is_reserve = false;
    END LOOP;
END $$;

-- Everybody with a key, reserve included; empty for those without an active key.
CREATE FUNCTION komma_case_holders(of_case uuid)
RETURNS TABLE (person uuid, function text, strand text, is_reserve boolean, public text, key_mac bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT komma_holds(of_case, 'mailbox') THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT k.person_id, k.function::text, k.strand::text, k.is_reserve, p.public::text, p.mac
      FROM cases_casekey k LEFT JOIN people_personkey p ON p.person_id = k.person_id
     WHERE k.case_id = of_case ORDER BY k.is_reserve, k.function, k.person_id;
END $$;

-- Deputies' reserve keys become active (absence, recusal, escalation).
CREATE FUNCTION komma_activate_reserve(of_case uuid) RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM komma_lock_case(of_case);
    RETURN QUERY UPDATE cases_casekey SET is_reserve = false
     WHERE case_id = of_case AND is_reserve RETURNING person_id;
END $$;

-- A membership has ended: the person's keys go where no other membership of theirs still opens
-- the case. Called by the administration, which sees no case; hence it learns nothing, and the new
-- keys wait for the next holder (rotation_due). Replaces the body from municipalities.
CREATE OR REPLACE FUNCTION komma_end_access(of_person uuid, of_organisation uuid, of_unit uuid)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    touched uuid;
BEGIN
    IF of_organisation NOT IN (SELECT komma_administered_organisations()) THEN
        RAISE EXCEPTION 'not the administration' USING ERRCODE = 'KM006';
    END IF;
    FOR touched IN
        SELECT DISTINCT k.case_id
          FROM cases_casekey k JOIN cases_case c ON c.id = k.case_id
          JOIN municipalities_unit u ON u.id = c.unit_id
         WHERE k.person_id = of_person AND c.organisation_id = of_organisation
           AND NOT EXISTS (SELECT 1 FROM municipalities_membership m
                            WHERE m.person_id = of_person AND m.organisation_id = of_organisation
                              AND m.ended_on IS NULL AND komma_role_opens(m.role, u.pillar))
    LOOP
        PERFORM 1 FROM cases_case WHERE id = touched FOR UPDATE;
        DELETE FROM cases_casekey WHERE case_id = touched AND person_id = of_person;
        IF NOT EXISTS (SELECT 1 FROM cases_casekey
                        WHERE case_id = touched AND strand = 'mailbox' AND NOT is_reserve) THEN
            UPDATE cases_casekey SET is_reserve = false WHERE case_id = touched;
        END IF;
        PERFORM komma_check_holders(touched);
        UPDATE cases_case SET rotation_due = true, news_for_holders = true WHERE id = touched;
    END LOOP;
END $$;

-- Nobody took a case up in time: the deputies' reserve becomes active. For the worker.
CREATE FUNCTION komma_escalate() RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN QUERY
    WITH late AS (
        UPDATE cases_casekey k SET is_reserve = false FROM cases_case c
         WHERE c.id = k.case_id AND c.status = 'received' AND c.answer_due_on < current_date
           AND k.is_reserve
        RETURNING k.case_id)
    SELECT DISTINCT case_id FROM late;
END $$;

-- ROTATE: access ends. A new generation of one strand; keys: [{person, sealed}] for exactly the
-- remaining holders. The old secret is sealed to the new key (previous_sealed).
CREATE FUNCTION komma_rotate(of_case uuid, of_strand text, strand_row uuid, with_public text,
                             with_previous bytea, removed uuid[], keys jsonb, for_receipt bytea,
                             for_emergency bytea)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    next_generation integer;
    k jsonb;
BEGIN
    PERFORM komma_lock_case(of_case);
    IF NOT komma_holds(of_case, of_strand) THEN
        RAISE EXCEPTION 'no key of this strand' USING ERRCODE = 'KM006';
    END IF;
    SELECT max(generation) + 1 INTO next_generation FROM cases_casestrand
     WHERE case_id = of_case AND strand = of_strand;
    INSERT INTO cases_casestrand (id, case_id, strand, generation, public, previous_sealed)
    VALUES (strand_row, of_case, of_strand, next_generation, with_public, with_previous);
    DELETE FROM cases_casekey
     WHERE case_id = of_case AND strand = of_strand AND person_id = ANY (removed);
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
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
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
    DELETE FROM cases_caseemergency WHERE case_id = of_case;
    DELETE FROM cases_caseexclusion WHERE case_id = of_case;
    DELETE FROM cases_casereceipt WHERE case_id = of_case;
    DELETE FROM cases_casekey WHERE case_id = of_case;
    DELETE FROM cases_casestrand WHERE case_id = of_case;
    DELETE FROM cases_case WHERE id = of_case;
END $$;

REVOKE EXECUTE ON FUNCTION komma_check_target(uuid, uuid, text, bytea) FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_check_holders(uuid) FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_lock_case(uuid) FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_intake(jsonb) FROM komma_worker;
REVOKE EXECUTE ON FUNCTION komma_escalate() FROM komma_web;
