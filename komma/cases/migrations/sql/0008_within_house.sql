-- OFFER, as in 0003_handover.sql, and now another unit of the same body too: who is supported may
-- wish for a formal complaint in the own house. p: {id, case, to_unit,
-- brief (hex), keys: [{id, strand, generation, person, public, tags, function, sealed, reserve}]}.
-- The keys open nothing before the unit has taken the case.
CREATE OR REPLACE FUNCTION komma_offer_case(p jsonb) RETURNS void LANGUAGE plpgsql
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
    IF target.id IS NOT DISTINCT FROM handled.unit_id
       OR coalesce(target.pillar, '') NOT IN ('support', 'complaint', 'assault') THEN
        RAISE EXCEPTION 'no other receiving unit' USING ERRCODE = 'KM001';
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
