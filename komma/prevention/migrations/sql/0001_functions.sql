-- Where the caller keeps folders, assessments and records. With the owner's
-- rights, since memberships are read behind a policy of their own.
CREATE FUNCTION komma_prevention_organisations() RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT organisation_id FROM municipalities_membership
     WHERE person_id = komma_person() AND ended_on IS NULL
       AND role IN ('coordination', 'leadership', 'case_lead');
END $$;

REVOKE EXECUTE ON FUNCTION komma_prevention_organisations FROM komma_worker;
