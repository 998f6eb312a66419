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
REVOKE EXECUTE ON FUNCTION komma_delete_watch FROM komma_web, komma_worker;
