-- What becomes a version is the next one, of today, by whoever acts (KM016): nobody of the Koordination
-- can antedate one, put a colleague's name below it or use up the numbers. With the owner's rights, so
-- that the newest number does not depend on what the caller sees; for the web role only, as current_user
-- of the statement, which inside of the function would be the owner.
CREATE FUNCTION komma_check_procedure() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.edited_by_id IS DISTINCT FROM komma_person() THEN
        RAISE EXCEPTION 'edited in another name' USING ERRCODE = 'KM016';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.organisation_id, NEW.slug)
       IS DISTINCT FROM (OLD.id, OLD.organisation_id, OLD.slug) THEN
        RAISE EXCEPTION 'a draft stays that of its procedure' USING ERRCODE = 'KM016';
    END IF;
    IF NEW.number IS NOT NULL
       AND (NEW.published_on IS DISTINCT FROM komma_today()
            OR NEW.number <> (SELECT coalesce(max(v.number), 0) + 1
                                FROM procedures_procedureversion v
                               WHERE v.organisation_id = NEW.organisation_id
                                 AND v.slug = NEW.slug)) THEN
        RAISE EXCEPTION 'not the next version, of today' USING ERRCODE = 'KM016';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER procedure_checked BEFORE INSERT OR UPDATE ON procedures_procedureversion
    FOR EACH ROW WHEN (current_user = 'komma_web') EXECUTE FUNCTION komma_check_procedure();

CREATE FUNCTION komma_check_levels() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.set_by_id IS DISTINCT FROM komma_person()
       OR NEW.set_on IS DISTINCT FROM komma_today()
       OR NEW.number <> (SELECT coalesce(max(t.number), 0) + 1 FROM procedures_leveltable t
                          WHERE t.organisation_id = NEW.organisation_id) THEN
        RAISE EXCEPTION 'not the next table, of today, by the caller' USING ERRCODE = 'KM016';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER levels_checked BEFORE INSERT OR UPDATE ON procedures_leveltable
    FOR EACH ROW WHEN (current_user = 'komma_web') EXECUTE FUNCTION komma_check_levels();

REVOKE EXECUTE ON FUNCTION komma_check_procedure, komma_check_levels FROM komma_web, komma_worker;
