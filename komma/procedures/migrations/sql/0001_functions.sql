-- The organisations for whose procedures the acting person is responsible. SECURITY DEFINER, since
-- the policies that call it must not ask those of memberships.
CREATE FUNCTION komma_coordinated_organisations() RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT organisation_id FROM municipalities_membership
     WHERE person_id = komma_person() AND ended_on IS NULL AND role = 'coordination';
END $$;

REVOKE EXECUTE ON FUNCTION komma_coordinated_organisations FROM komma_worker;
