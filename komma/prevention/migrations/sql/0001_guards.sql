-- What is in force is neither changed nor deleted by the web role. The texts of a building that is
-- removed go with it all the same, hence with the owner's rights.
CREATE FUNCTION komma_delete_building_texts() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM prevention_text WHERE building_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER texts_go BEFORE DELETE ON prevention_building
    FOR EACH ROW EXECUTE FUNCTION komma_delete_building_texts();
REVOKE EXECUTE ON FUNCTION komma_delete_building_texts FROM komma_web, komma_worker;
