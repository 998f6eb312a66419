-- Support stands by somebody, the complaint body examines for the employer: nobody does both in one
-- case (KM015). Whoever could once open it on one side gets no key on the other, however the case
-- moved and whether they still had their key then.
REVOKE ALL ON cases_pastholder FROM komma_web, komma_worker;

CREATE FUNCTION komma_remember_holder() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO cases_pastholder (id, case_id, person_id, pillar)
    SELECT gen_random_uuid(), c.id, OLD.person_id, u.pillar
      FROM cases_case c JOIN municipalities_unit u ON u.id = c.unit_id
     WHERE c.id = OLD.case_id AND u.pillar IN ('support', 'complaint')
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER casekey_remembered AFTER DELETE ON cases_casekey
    FOR EACH ROW WHEN (OLD.strand = 'mailbox' AND NOT OLD.is_reserve)
    EXECUTE FUNCTION komma_remember_holder();

-- They go with the case (komma_delete_case).
CREATE FUNCTION komma_forget_holders() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM cases_pastholder WHERE case_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER holders_go BEFORE DELETE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION komma_forget_holders();

-- True where somebody has held a key of the case on the side that is not into_pillar.
CREATE FUNCTION komma_was_apart(of_case uuid, of_person uuid, into_pillar text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN into_pillar IN ('support', 'complaint')
       AND EXISTS (SELECT 1 FROM cases_pastholder p WHERE p.case_id = of_case
                    AND p.person_id = of_person AND p.pillar <> into_pillar);
END $$;

-- Who of these people holds or has held a key on the other side, for those who hold the case or are
-- asked to take it; others learn nothing.
CREATE FUNCTION komma_other_side(of_case uuid, into_pillar text, people uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF komma_holds(of_case, 'mailbox')
       OR EXISTS (SELECT 1 FROM cases_handover h WHERE h.case_id = of_case
                   AND h.id IN (SELECT komma_offered_handovers())) THEN
        RETURN QUERY
        SELECT p FROM unnest(people) p
         WHERE komma_was_apart(of_case, p, into_pillar)
            OR into_pillar IN ('support', 'complaint')
               AND EXISTS (SELECT 1 FROM cases_casekey k
                             JOIN cases_case c ON c.id = k.case_id
                             JOIN municipalities_unit u ON u.id = c.unit_id
                            WHERE k.case_id = of_case AND k.person_id = p
                              AND k.strand = 'mailbox' AND NOT k.is_reserve
                              AND u.pillar IN ('support', 'complaint')
                              AND u.pillar <> into_pillar);
    END IF;
END $$;

-- A holder who hands out such a key is told; where keys come in numbers (a case is taken, the
-- emergency keys are used) that one is left out.
CREATE FUNCTION komma_check_pillars() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    into_pillar text;
BEGIN
    -- While a case is being taken, its former holders are written down and the offer is still open.
    SELECT u.pillar INTO into_pillar
      FROM cases_handover h JOIN municipalities_unit u ON u.id = h.to_unit_id
     WHERE h.case_id = NEW.case_id AND h.state = 'offered'
       AND EXISTS (SELECT 1 FROM cases_formerholder f WHERE f.handover_id = h.id);
    IF into_pillar IS NULL THEN
        SELECT u.pillar INTO into_pillar
          FROM cases_case c JOIN municipalities_unit u ON u.id = c.unit_id WHERE c.id = NEW.case_id;
    END IF;
    IF komma_was_apart(NEW.case_id, NEW.person_id, into_pillar) THEN
        IF komma_holds(NEW.case_id, 'mailbox') THEN
            RAISE EXCEPTION 'was on the other side of this case' USING ERRCODE = 'KM015';
        END IF;
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casekey_two_pillars BEFORE INSERT ON cases_casekey
    FOR EACH ROW EXECUTE FUNCTION komma_check_pillars();

REVOKE EXECUTE ON FUNCTION komma_remember_holder, komma_forget_holders, komma_was_apart,
    komma_check_pillars FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_other_side FROM komma_worker;
