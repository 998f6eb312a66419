REVOKE DELETE ON cases_deadlinewatch FROM komma_web;
REVOKE UPDATE ON cases_deadlinewatch FROM komma_web;
GRANT UPDATE (sealed) ON cases_deadlinewatch TO komma_web;
REVOKE ALL ON cases_deadlinewatch FROM komma_worker;
GRANT SELECT ON cases_deadlinewatch TO komma_worker;
GRANT UPDATE (sealed) ON cases_deadlinewatch TO komma_worker;

-- It goes with the case (komma_delete_case).
CREATE FUNCTION komma_delete_watch() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM cases_deadlinewatch WHERE case_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER watch_goes BEFORE DELETE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION komma_delete_watch();

-- Before the receipt of the case goes: case, watch and receipt are locked in this order everywhere, or
-- a deletion and a reminder wait for each other.
CREATE FUNCTION komma_delete_watch_first() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM cases_case WHERE id = OLD.case_id FOR UPDATE;
    DELETE FROM cases_deadlinewatch WHERE case_id = OLD.case_id;
    RETURN OLD;
END $$;
CREATE TRIGGER watch_goes_first BEFORE DELETE ON cases_casereceipt
    FOR EACH ROW EXECUTE FUNCTION komma_delete_watch_first();
REVOKE EXECUTE ON FUNCTION komma_delete_watch, komma_delete_watch_first FROM komma_web, komma_worker;
