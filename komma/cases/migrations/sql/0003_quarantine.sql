-- Reports in quarantine. One look of somebody who works on the case lets one through; sorting one
-- out takes two people. Binds the web role: the worker may not write these columns, and the owner's
-- functions check by themselves.
CREATE FUNCTION komma_guard_quarantine() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    handles boolean := current_user <> 'komma_web' OR komma_holds(OLD.id, 'protection');
    other boolean := current_user <> 'komma_web'
                     OR OLD.discard_by_id IS NOT NULL AND OLD.discard_by_id <> komma_person();
BEGIN
    IF NEW.held <> OLD.held AND NOT (NEW.held = '' AND handles) THEN
        RAISE EXCEPTION 'only who works on it lets a report through' USING ERRCODE = 'KM012';
    END IF;
    IF NEW.discard_by_id IS DISTINCT FROM OLD.discard_by_id AND NEW.discard_by_id IS NOT NULL
       AND current_user = 'komma_web'
       AND NOT (NEW.discard_by_id = komma_person() AND handles
                AND OLD.held <> '' AND OLD.status = 'received') THEN
        RAISE EXCEPTION 'one marks in one''s own name only' USING ERRCODE = 'KM012';
    END IF;
    IF OLD.held <> '' AND NEW.status = 'closed' AND OLD.status <> 'closed'
       AND NOT (handles AND other) THEN
        RAISE EXCEPTION 'a second person sorts out' USING ERRCODE = 'KM012';
    END IF;
    IF NEW.status IN ('checking', 'working') THEN
        NEW.held := '';  -- whoever takes it over has looked
    END IF;
    IF NEW.held = '' THEN
        NEW.discard_by_id := NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_quarantine BEFORE UPDATE OF status, held, discard_by_id ON cases_case
    FOR EACH ROW WHEN (OLD.held <> '' OR NEW.held <> '' OR NEW.discard_by_id IS NOT NULL)
    EXECUTE FUNCTION komma_guard_quarantine();
