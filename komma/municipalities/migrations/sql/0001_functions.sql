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
           EXISTS (SELECT 1 FROM municipalities_absence a
                    WHERE a.person_id = m.person_id AND a.organisation_id = m.organisation_id
                      AND current_date BETWEEN a.starts_on AND a.ends_on)
      FROM municipalities_membership m
      JOIN people_person p ON p.id = m.person_id AND p.is_active
      JOIN people_personkey k ON k.person_id = m.person_id
      LEFT JOIN municipalities_municipality town ON town.organisation_ptr_id = m.organisation_id
     WHERE m.unit_id = of_unit AND m.ended_on IS NULL
       AND m.role IN ('contact', 'complaints', 'case_lead')
     ORDER BY m.is_deputy, m.title, m.id;
END $$;
