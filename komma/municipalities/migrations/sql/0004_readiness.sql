-- Whether a report to an organisation was opened by nobody until its answer day. A fact of the
-- cases app, which replaces the body (as it does with komma_end_access).
CREATE FUNCTION komma_unopened_late(of_organisation uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN false;
END $$;
