-- ABSENCE. The gap of a unit: the first day of a period on which nobody else who receives there,
-- and has a key, is present; empty where somebody always is. Nobody becomes absent but on the
-- first day and where an absence begins, so no other day needs a look.
CREATE FUNCTION komma_unit_gap(of_unit uuid, without uuid, first date, last date) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT min(d.day)
              FROM (SELECT first AS day
                    UNION SELECT a.starts_on FROM municipalities_absence a
                            JOIN municipalities_unit u ON u.organisation_id = a.organisation_id
                           WHERE u.id = of_unit AND a.starts_on > first AND a.starts_on <= last) d
             WHERE NOT EXISTS (SELECT 1 FROM municipalities_membership m
                                 JOIN people_person p ON p.id = m.person_id AND p.is_active
                                 JOIN people_personkey k ON k.person_id = m.person_id
                                WHERE m.unit_id = of_unit AND m.ended_on IS NULL
                                  AND m.role IN ('contact', 'complaints', 'case_lead')
                                  AND m.person_id IS DISTINCT FROM without
                                  AND NOT komma_is_absent(m.person_id, m.organisation_id, d.day)));
END $$;

-- Whether each unit in which somebody receives is looked after by others in a period. On behalf of
-- others nobody may leave a unit empty at all. Somebody who has no colleague there may say that
-- they are away: such an intake is not open, and cases are asked for by themselves.
CREATE FUNCTION komma_units_are_covered(of_person uuid, of_organisation uuid, first date, last date)
RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT 1 FROM municipalities_membership m
         WHERE m.person_id = of_person AND m.organisation_id = of_organisation
           AND m.ended_on IS NULL AND m.role IN ('contact', 'complaints', 'case_lead')
           AND komma_unit_gap(m.unit_id, of_person, first, last) IS NOT NULL
           AND (of_person IS DISTINCT FROM komma_person()
                OR EXISTS (SELECT 1 FROM municipalities_membership other
                             JOIN people_personkey k ON k.person_id = other.person_id
                            WHERE other.unit_id = m.unit_id AND other.ended_on IS NULL
                              AND other.person_id <> of_person)));
END $$;

-- A fact of the cases app, which replaces the body: whether each open case of the person has
-- somebody on each day, and whom to call in where the absence begins today.
CREATE FUNCTION komma_absence_begins(of_person uuid, of_organisation uuid, first date, last date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NULL;
END $$;

-- The only way an absence arises: one's own, or one recorded by the account administration. The
-- locks let two who record at once see each other, and an ending membership. KM009: nobody would
-- be left on some day, in a unit or for a case; which of both is not told.
CREATE FUNCTION komma_record_absence(absence_id uuid, of_person uuid, of_organisation uuid,
                                     first date, last date) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT (of_person = komma_person() AND of_organisation IN (SELECT komma_my_organisations()))
       AND of_organisation NOT IN (SELECT komma_administered_organisations()) THEN
        RAISE EXCEPTION 'not the person nor the administration' USING ERRCODE = 'KM006';
    END IF;
    PERFORM 1 FROM municipalities_membership WHERE person_id = of_person
        AND organisation_id = of_organisation AND ended_on IS NULL ORDER BY id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no member of the organisation' USING ERRCODE = 'KM002';
    END IF;
    -- Cases refer to units, which this weaker lock does not hinder.
    PERFORM 1 FROM municipalities_unit WHERE id IN (
        SELECT unit_id FROM municipalities_membership WHERE person_id = of_person
           AND organisation_id = of_organisation AND ended_on IS NULL) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM municipalities_absence WHERE person_id = of_person
                AND organisation_id = of_organisation AND starts_on <= last AND ends_on >= first) THEN
        RAISE EXCEPTION 'overlaps another absence' USING ERRCODE = 'exclusion_violation';
    END IF;
    INSERT INTO municipalities_absence (id, person_id, organisation_id, starts_on, ends_on)
    VALUES (absence_id, of_person, of_organisation, first, last);
    IF NOT komma_units_are_covered(of_person, of_organisation, first, last) THEN
        RAISE EXCEPTION 'nobody would be left' USING ERRCODE = 'KM009';
    END IF;
    PERFORM komma_absence_begins(of_person, of_organisation, first, last);
END $$;

-- Somebody tells when they go; empty takes it back. Their own present roles only, and of these the
-- day only: whether and when a role ends decides the account administration.
CREATE FUNCTION komma_announce_leaving(of_organisation uuid, on_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE municipalities_membership SET leaves_on = on_day
     WHERE person_id = komma_person() AND organisation_id = of_organisation AND ended_on IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no member of the organisation' USING ERRCODE = 'KM002';
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION komma_units_are_covered, komma_absence_begins
    FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_record_absence, komma_unit_gap, komma_announce_leaving
    FROM komma_worker;
