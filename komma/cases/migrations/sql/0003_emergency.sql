-- The hour between two people: begun and ended, never changed.
REVOKE UPDATE ON cases_emergencyuse FROM komma_web;
REVOKE INSERT, UPDATE ON cases_emergencyuse FROM komma_worker;

-- Open cases of a unit that nobody can work on any more: of those with a key, deputies in reserve
-- included, nobody is active and has the key that the case was sealed to.
CREATE FUNCTION komma_orphaned_cases(of_unit uuid) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT c.id FROM cases_case c
     WHERE c.unit_id = of_unit AND c.status IN ('received', 'checking', 'working')
       AND NOT EXISTS (SELECT 1 FROM cases_casekey k
                         JOIN people_personkey own ON own.person_id = k.person_id
                          AND own.public = k.public
                         JOIN people_person p ON p.id = k.person_id AND p.is_active
                        WHERE k.case_id = c.id AND k.strand = 'protection');
END $$;

-- What the emergency keys could open: the newest secret of each strand, sealed to A and the result
-- to B; sealed is null where the reporter declined that. One case of the unit by its number, or,
-- with an empty number, its orphaned ones. For the administration, to whom they are locked boxes.
CREATE FUNCTION komma_emergency_layers(of_unit uuid, with_number text)
RETURNS TABLE (of_case uuid, strand text, generation integer, public text, sealed bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM municipalities_unit u WHERE u.id = of_unit
                    AND u.organisation_id IN (SELECT komma_administered_organisations())) THEN
        RAISE EXCEPTION 'not the administration' USING ERRCODE = 'KM006';
    END IF;
    RETURN QUERY
    SELECT c.id, s.strand::text, s.generation::integer, s.public::text, e.sealed
      FROM cases_case c
      JOIN cases_casestrand s ON s.case_id = c.id
      LEFT JOIN cases_caseemergency e ON e.case_id = s.case_id AND e.strand = s.strand
       AND e.generation = s.generation
     WHERE c.unit_id = of_unit
       AND CASE WHEN with_number = '' THEN c.id IN (SELECT komma_orphaned_cases(of_unit))
                ELSE c.number = with_number END
       AND NOT EXISTS (SELECT 1 FROM cases_casestrand later
                        WHERE later.case_id = s.case_id AND later.strand = s.strand
                          AND later.generation > s.generation)
     ORDER BY c.id, s.strand;
END $$;

-- EMERGENCY: the second of two administrators hands cases to a third person, who handles cases of
-- their unit. Neither of the two holds a key, and none can be the third person. What somebody else
-- has begun within the hour is used up by it.
-- cases: [{id, tags, keys: [{id, strand, generation, sealed}], entry: {id, generation, body}}]
-- Returns the cases that were handed over: those that exclude the person, or have left their house,
-- are left out.
CREATE FUNCTION komma_emergency_grant(of_use uuid, target uuid, with_public text,
                                      with_function text, cases jsonb)
RETURNS SETOF uuid LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    used cases_emergencyuse;
    handled cases_case;
    c jsonb;
    k jsonb;
    tags bytea[];
BEGIN
    SELECT * INTO used FROM cases_emergencyuse WHERE id = of_use FOR UPDATE;
    IF NOT FOUND
       OR used.organisation_id NOT IN (SELECT komma_administered_organisations())
       OR used.started_by_id = komma_person()
       OR used.started_at NOT BETWEEN now() - interval '1 hour' AND now() + interval '1 minute'
       OR target IN (komma_person(), used.started_by_id)
       OR NOT EXISTS (SELECT 1 FROM municipalities_membership m
                       WHERE m.person_id = used.started_by_id AND m.ended_on IS NULL
                         AND m.organisation_id = used.organisation_id
                         AND m.role = 'administration') THEN
        RAISE EXCEPTION 'no use of the emergency keys by two people' USING ERRCODE = 'KM010';
    END IF;
    FOR c IN SELECT * FROM jsonb_array_elements(cases) LOOP
        SELECT * INTO handled FROM cases_case
         WHERE id = (c ->> 'id')::uuid AND organisation_id = used.organisation_id FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no case of this organisation' USING ERRCODE = 'KM010';
        END IF;
        tags := ARRAY(SELECT decode(t, 'hex') FROM jsonb_array_elements_text(c -> 'tags') AS t);
        CONTINUE WHEN EXISTS (SELECT 1 FROM cases_caseexclusion
                               WHERE case_id = handled.id AND tag = ANY (tags))
                      OR komma_left_house(handled.id, target, handled.organisation_id);
        PERFORM komma_check_target(handled.id, target, with_public, tags);
        PERFORM 1 FROM municipalities_membership m JOIN municipalities_unit u ON u.id = m.unit_id
          WHERE m.person_id = target AND m.unit_id = handled.unit_id AND m.ended_on IS NULL
            AND komma_role_handles(m.role, u.pillar) FOR SHARE OF m SKIP LOCKED;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no member of the receiving unit' USING ERRCODE = 'KM002';
        END IF;
        FOR k IN SELECT * FROM jsonb_array_elements(c -> 'keys') LOOP
            PERFORM komma_check_generation(handled.id, k ->> 'strand',
                                           (k ->> 'generation')::integer);
            INSERT INTO cases_casekey (id, case_id, strand, generation, person_id, function,
                                       public, sealed, is_reserve)
            VALUES ((k ->> 'id')::uuid, handled.id, k ->> 'strand', (k ->> 'generation')::integer,
                    target, with_function, with_public, decode(k ->> 'sealed', 'hex'), false)
            -- A key that works is left alone: this one comes from people who cannot read.
            ON CONFLICT (case_id, strand, person_id) DO UPDATE
               SET generation = excluded.generation, public = excluded.public,
                   sealed = excluded.sealed, is_reserve = false
             WHERE cases_casekey.is_reserve OR cases_casekey.public <> excluded.public;
        END LOOP;
        PERFORM komma_check_generation(handled.id, 'mailbox',
                                       (c -> 'entry' ->> 'generation')::integer);
        UPDATE cases_case SET last_sequence = last_sequence + 1, news_for_holders = true,
                              news_for_reporter = true WHERE id = handled.id;
        INSERT INTO cases_entry (id, case_id, strand, generation, sequence, day, body)
        VALUES ((c -> 'entry' ->> 'id')::uuid, handled.id, 'mailbox',
                (c -> 'entry' ->> 'generation')::integer, handled.last_sequence + 1, current_date,
                decode(c -> 'entry' ->> 'body', 'hex'));
        RETURN NEXT handled.id;
    END LOOP;
    DELETE FROM cases_emergencyuse WHERE id = of_use;
END $$;

REVOKE EXECUTE ON FUNCTION komma_orphaned_cases FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_emergency_layers, komma_emergency_grant FROM komma_worker;
