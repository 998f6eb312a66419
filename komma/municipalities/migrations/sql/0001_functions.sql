-- SECURITY DEFINER: they read memberships past the policies, which themselves call them.
CREATE FUNCTION komma_my_organisations() RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT organisation_id FROM municipalities_membership
     WHERE person_id = komma_person() AND ended_on IS NULL;
END $$;

CREATE OR REPLACE FUNCTION komma_administered_organisations() RETURNS SETOF uuid LANGUAGE plpgsql
STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT organisation_id FROM municipalities_membership
     WHERE person_id = komma_person() AND ended_on IS NULL AND role = 'administration';
END $$;

-- The day as people in Germany count it; the sessions of the database count in UTC.
CREATE FUNCTION komma_today() RETURNS date LANGUAGE sql STABLE AS
$$ SELECT (now() AT TIME ZONE 'Europe/Berlin')::date $$;

-- True where somebody is away from an organisation on a day.
CREATE FUNCTION komma_is_absent(of_person uuid, of_organisation uuid, on_day date) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM municipalities_absence a
                    WHERE a.person_id = of_person AND a.organisation_id = of_organisation
                      AND on_day BETWEEN a.starts_on AND a.ends_on);
END $$;

-- The possible readers of reports to a unit, for intake where nobody is signed in. Names come
-- only where the municipality chose to show them. roles: all present ones of the person in the
-- organisation, since "not the leadership" means also a leader who receives in another role.
-- is_absent: away today.
CREATE FUNCTION komma_receivers(of_unit uuid)
RETURNS TABLE (membership uuid, person uuid, organisation uuid, role text, title text, name text,
               is_deputy boolean, mac bytea, public text, key_mac bytea, roles text[],
               has_second_factor boolean, is_absent boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT m.id, m.person_id, m.organisation_id, m.role::text, m.title::text,
           CASE WHEN coalesce(town.names_shown, false) THEN p.name::text ELSE '' END,
           m.is_deputy, m.mac, k.public::text, k.mac,
           ARRAY(SELECT DISTINCT present.role::text FROM municipalities_membership present
                  WHERE present.person_id = m.person_id
                    AND present.organisation_id = m.organisation_id AND present.ended_on IS NULL),
           EXISTS (SELECT 1 FROM mfa_authenticator f WHERE f.user_id = m.person_id
                    AND f.type IN ('totp', 'webauthn')),
           komma_is_absent(m.person_id, m.organisation_id, komma_today())
      FROM municipalities_membership m
      JOIN people_person p ON p.id = m.person_id AND p.is_active
      JOIN people_personkey k ON k.person_id = m.person_id
      LEFT JOIN municipalities_municipality town ON town.organisation_ptr_id = m.organisation_id
     WHERE m.unit_id = of_unit AND m.ended_on IS NULL
       AND m.role IN ('contact', 'complaints', 'case_lead')
     ORDER BY m.is_deputy, m.title, m.id;
END $$;

-- Who is away stands in a table with a policy of its own; nobody asks past it.
REVOKE EXECUTE ON FUNCTION komma_is_absent FROM komma_web, komma_worker;
