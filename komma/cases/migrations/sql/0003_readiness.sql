-- UNOPENED: whether a report to an organisation was opened by nobody until its answer day; then its
-- intake closes. Tells neither which report nor how many. What waits in quarantine does not count,
-- so that a flood closes no intake; nor does what nobody could open any more, since then nothing
-- that people do would ever open the intake again.
CREATE OR REPLACE FUNCTION komma_unopened_late(of_organisation uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM cases_case c
         WHERE c.organisation_id = of_organisation AND c.status = 'received' AND c.held = ''
           AND c.answer_due_on < current_date
           AND NOT EXISTS (SELECT 1 FROM cases_reporterview v WHERE v.case_id = c.id)
           AND EXISTS (SELECT 1 FROM cases_casekey k
                         JOIN people_personkey p ON p.person_id = k.person_id
                                                AND p.public = k.public
                        WHERE k.case_id = c.id AND k.strand = 'mailbox' AND NOT k.is_reserve));
END $$;
