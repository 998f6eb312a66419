-- The case that the receipt of this transaction opens.
CREATE FUNCTION komma_receipt_case() RETURNS uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT case_id FROM cases_casereceipt WHERE lookup = komma_receipt());
END $$;

CREATE OR REPLACE FUNCTION komma_visible_cases() RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT case_id FROM cases_casekey
     WHERE person_id = komma_person() AND strand = 'mailbox' AND NOT is_reserve;
END $$;

-- True where the acting person holds an active key of this strand.
CREATE FUNCTION komma_holds(of_case uuid, of_strand text) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM cases_casekey WHERE case_id = of_case AND strand = of_strand
                    AND person_id = komma_person() AND NOT is_reserve);
END $$;

-- Offers of other bodies that the acting person can decide: would hold a key at once, still works
-- in that unit, and the case is still open.
CREATE FUNCTION komma_offered_handovers() RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT h.id FROM cases_handover h
      JOIN cases_case c ON c.id = h.case_id AND c.status IN ('received', 'checking', 'working')
      JOIN municipalities_unit u ON u.id = h.to_unit_id
     WHERE h.state = 'offered'
       AND EXISTS (SELECT 1 FROM cases_handoverkey k WHERE k.handover_id = h.id
                    AND k.person_id = komma_person() AND NOT k.is_reserve)
       AND EXISTS (SELECT 1 FROM municipalities_membership m
                    WHERE m.person_id = komma_person() AND m.unit_id = u.id
                      AND m.ended_on IS NULL AND komma_role_handles(m.role, u.pillar));
END $$;
