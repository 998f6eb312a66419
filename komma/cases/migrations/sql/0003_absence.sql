-- Somebody is away in a period: each open case that they can work on has somebody else on each of
-- its days, or nothing happens (KM009). Where it begins today, deputies step in at once. Replaces
-- the body from municipalities, and learns no more about cases than that.
CREATE OR REPLACE FUNCTION komma_absence_begins(of_person uuid, of_organisation uuid, first date,
                                                last date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    touched uuid;
BEGIN
    FOR touched IN
        SELECT k.case_id FROM cases_casekey k
          JOIN cases_case c ON c.id = k.case_id
          JOIN people_personkey own ON own.person_id = k.person_id AND own.public = k.public
         WHERE k.person_id = of_person AND k.strand = 'protection'
           AND c.organisation_id = of_organisation
           AND c.status IN ('received', 'checking', 'working')
         ORDER BY k.case_id
    LOOP
        -- The lock lets two who record at once, or a change of keys, see each other.
        PERFORM 1 FROM cases_case WHERE id = touched FOR UPDATE;
        IF komma_case_gap(touched, first, last) IS NOT NULL THEN
            RAISE EXCEPTION 'nobody would be left' USING ERRCODE = 'KM009';
        END IF;
        IF first <= komma_today() THEN
            PERFORM komma_replace_handlers(touched);
        END IF;
    END LOOP;
END $$;

-- RESERVE: a holder seals the strands to a deputy of the unit who has none yet, or whose key has
-- been replaced since. Access begins only when deputies are called in.
-- keys: [{id, strand, generation, sealed (hex)}]
CREATE FUNCTION komma_add_reserve(of_case uuid, target uuid, with_public text, with_tags bytea[],
                                  with_function text, keys jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    handled cases_case := komma_lock_case(of_case);
    k jsonb;
BEGIN
    PERFORM komma_check_house(of_case, target, handled.organisation_id);
    PERFORM komma_check_target(of_case, target, with_public, with_tags);
    -- As in komma_grant: a membership that is just ending counts as ended.
    PERFORM 1 FROM municipalities_membership m JOIN municipalities_unit u ON u.id = m.unit_id
      WHERE m.person_id = target AND m.unit_id = handled.unit_id AND m.ended_on IS NULL
        AND m.is_deputy AND komma_role_handles(m.role, u.pillar) FOR SHARE OF m SKIP LOCKED;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no deputy of the unit' USING ERRCODE = 'KM002';
    END IF;
    -- Whoever has been called in keeps what they have: access is given anew by a grant only.
    IF EXISTS (SELECT 1 FROM cases_casekey WHERE case_id = of_case AND person_id = target
                AND NOT is_reserve) THEN
        RAISE EXCEPTION 'not in reserve any more' USING ERRCODE = 'KM002';
    END IF;
    FOR k IN SELECT * FROM jsonb_array_elements(keys) LOOP
        IF NOT komma_holds(of_case, k ->> 'strand') THEN
            RAISE EXCEPTION 'no key of this strand' USING ERRCODE = 'KM006';
        END IF;
        PERFORM komma_check_generation(of_case, k ->> 'strand', (k ->> 'generation')::integer);
        INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function, public,
                                   sealed, is_reserve)
        VALUES ((k ->> 'id')::uuid, of_case, k ->> 'strand', (k ->> 'generation')::integer, target,
                with_function, with_public, decode(k ->> 'sealed', 'hex'), true)
        ON CONFLICT (case_id, strand, person_id) DO UPDATE
           SET generation = excluded.generation, public = excluded.public,
               sealed = excluded.sealed, function = excluded.function;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION komma_absence_begins FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_add_reserve FROM komma_worker;
