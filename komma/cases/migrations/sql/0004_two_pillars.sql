-- Support stands by somebody, the complaint body examines for the employer: nobody does both in one
-- case (KM015). Whoever held a key on the one side gets none on the other, however the case moved.
-- While a case is being taken, its former holders are written down and the offer is still open.
CREATE FUNCTION komma_check_pillars() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    into_pillar text;
BEGIN
    SELECT u.pillar INTO into_pillar
      FROM cases_handover h JOIN municipalities_unit u ON u.id = h.to_unit_id
     WHERE h.case_id = NEW.case_id AND h.state = 'offered'
       AND EXISTS (SELECT 1 FROM cases_formerholder f WHERE f.handover_id = h.id);
    IF into_pillar IS NULL THEN
        SELECT u.pillar INTO into_pillar
          FROM cases_case c JOIN municipalities_unit u ON u.id = c.unit_id WHERE c.id = NEW.case_id;
    END IF;
    IF into_pillar IN ('support', 'complaint') AND EXISTS (
        SELECT 1 FROM cases_formerholder f
          JOIN cases_handover h ON h.id = f.handover_id
          JOIN municipalities_unit u ON u.id = h.from_unit_id
         WHERE h.case_id = NEW.case_id AND f.person_id = NEW.person_id
           AND u.pillar IN ('support', 'complaint') AND u.pillar <> into_pillar) THEN
        RAISE EXCEPTION 'was on the other side of this case' USING ERRCODE = 'KM015';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casekey_two_pillars BEFORE INSERT ON cases_casekey
    FOR EACH ROW EXECUTE FUNCTION komma_check_pillars();

REVOKE EXECUTE ON FUNCTION komma_check_pillars FROM komma_web, komma_worker;
