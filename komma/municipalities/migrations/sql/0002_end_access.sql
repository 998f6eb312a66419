-- Takes away the case keys of somebody whose membership in a unit has just ended. A fact of the
-- cases app, which replaces the body (as it does with komma_visible_cases); there it raises KM005
-- where a case would be left that nobody can open.
CREATE FUNCTION komma_end_access(of_person uuid, of_organisation uuid, of_unit uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NULL;
END $$;
