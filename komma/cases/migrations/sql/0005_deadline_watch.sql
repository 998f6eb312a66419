REVOKE DELETE ON cases_deadlinewatch FROM komma_web;
REVOKE UPDATE ON cases_deadlinewatch FROM komma_web;
GRANT UPDATE (sealed) ON cases_deadlinewatch TO komma_web;
REVOKE ALL ON cases_deadlinewatch FROM komma_worker;
GRANT SELECT ON cases_deadlinewatch TO komma_worker;
GRANT UPDATE (sealed) ON cases_deadlinewatch TO komma_worker;

-- It goes with the case, and first: case, watch and receipt are locked in this order everywhere, or a
-- deletion and a reminder would wait for each other.
ALTER FUNCTION komma_delete_case RENAME TO komma_delete_case_rows;
CREATE FUNCTION komma_delete_case(of_case uuid) RETURNS SETOF text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM cases_case WHERE id = of_case FOR UPDATE;
    DELETE FROM cases_deadlinewatch WHERE case_id = of_case;
    -- Who may delete is asked in there; a refusal takes back what was done here.
    RETURN QUERY SELECT * FROM komma_delete_case_rows(of_case);
END $$;
REVOKE EXECUTE ON FUNCTION komma_delete_case_rows FROM komma_web, komma_worker;
