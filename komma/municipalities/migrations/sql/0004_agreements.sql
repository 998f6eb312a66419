-- Which bodies receive reports about a place, in this order: its own house (with whoever answers
-- for it after a merger), those with an agreement in force, the unit chosen by its own settings,
-- its Landkreis, the overarching bodies of its Land, those of the whole country. Each body once.
-- only_unit: set where a unit, not a body, was chosen.
CREATE FUNCTION komma_chain(of_town uuid)
RETURNS TABLE (organisation uuid, reason text, only_unit uuid) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The limit ends a circle of successors.
    WITH RECURSIVE house (id, steps) AS (
        SELECT of_town, 0
        UNION ALL
        SELECT m.successor_id, house.steps + 1
          FROM house JOIN municipalities_municipality m ON m.organisation_ptr_id = house.id
         WHERE m.valid_until < current_date AND m.successor_id IS NOT NULL AND house.steps < 10
    ), place AS (
        SELECT house.steps, m.*, o.land, u.organisation_id AS chosen_id
          FROM house JOIN municipalities_municipality m ON m.organisation_ptr_id = house.id
          JOIN municipalities_organisation o ON o.id = house.id
          LEFT JOIN municipalities_unit u ON u.id = m.fallback_unit_id
    ), found (organisation, reason, only_unit, rank, steps, later) AS (
        SELECT organisation_ptr_id, 'own', NULL::uuid, 0, steps, '' FROM place
        UNION ALL
        SELECT a.body_id, 'agreement', NULL, 1, p.steps, a.starts_on::text || a.id::text
          FROM place p JOIN municipalities_serviceagreement a ON a.served_id = p.organisation_ptr_id
         WHERE a.served_agreed_on IS NOT NULL AND a.body_agreed_on IS NOT NULL
           AND a.starts_on <= current_date AND coalesce(a.ends_on, 'infinity') >= current_date
        UNION ALL
        SELECT chosen_id, 'chosen', fallback_unit_id, 2, steps, '' FROM place
         WHERE chosen_id IS NOT NULL
        UNION ALL
        SELECT d.organisation_ptr_id, 'district', NULL, 3, p.steps, ''
          FROM place p JOIN municipalities_municipality d ON d.organisation_ptr_id = p.district_id
         WHERE d.serves_towns
        UNION ALL
        SELECT o.id, CASE o.land WHEN '' THEN 'nationwide' ELSE 'land' END, NULL,
               CASE o.land WHEN '' THEN 5 ELSE 4 END, p.steps, o.sort_key
          FROM place p JOIN municipalities_organisation o ON o.land IN (p.land, '')
         WHERE o.kind = 'fallback'
    ), once AS (
        SELECT DISTINCT ON (organisation) * FROM found ORDER BY organisation, rank, steps, later
    )
    SELECT organisation, reason, only_unit FROM once ORDER BY rank, steps, later, organisation
$$;

-- True where the body stands in the chain of the place: no other may be handed a report about it.
CREATE FUNCTION komma_serves(body uuid, town uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT body = town OR EXISTS (SELECT 1 FROM komma_chain(town) c WHERE c.organisation = body) $$;

-- Those of the given people who belong to the house that a report is to leave.
CREATE FUNCTION komma_of_house(house uuid[], people uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT DISTINCT person_id FROM municipalities_membership
    WHERE organisation_id = ANY (house) AND person_id = ANY (people) AND ended_on IS NULL $$;
REVOKE EXECUTE ON FUNCTION komma_of_house FROM komma_worker;

-- Each side of an agreement gives and takes back its own word only, and what was agreed stays:
-- afterwards its end alone may come nearer. The days are those of the database, so that no word
-- is dated back.
CREATE FUNCTION komma_agreement_words() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid[] := ARRAY(SELECT komma_administered_organisations());
    before municipalities_serviceagreement := CASE TG_OP WHEN 'UPDATE' THEN OLD END;
BEGIN
    -- Who asks as nobody is the owner of the tables: row policies keep everybody else away.
    IF komma_person() IS NULL THEN
        RETURN NEW;
    END IF;
    IF NOT NEW.served_id = ANY (mine)
       AND (NEW.served_agreed_on, NEW.served_agreed_by_id)
           IS DISTINCT FROM (before.served_agreed_on, before.served_agreed_by_id)
       OR NOT NEW.body_id = ANY (mine)
       AND (NEW.body_agreed_on, NEW.body_agreed_by_id)
           IS DISTINCT FROM (before.body_agreed_on, before.body_agreed_by_id)
       OR NEW.served_agreed_by_id IS DISTINCT FROM before.served_agreed_by_id
          AND NEW.served_agreed_by_id <> komma_person()
       OR NEW.body_agreed_by_id IS DISTINCT FROM before.body_agreed_by_id
          AND NEW.body_agreed_by_id <> komma_person() THEN
        RAISE EXCEPTION 'not the word of this side' USING ERRCODE = 'KM006';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.served_id, NEW.body_id, NEW.starts_on, NEW.reference)
           IS DISTINCT FROM (OLD.served_id, OLD.body_id, OLD.starts_on, OLD.reference)
           OR NEW.ends_on IS DISTINCT FROM OLD.ends_on
              AND (coalesce(NEW.ends_on, 'infinity') > coalesce(OLD.ends_on, 'infinity')
                   OR NEW.ends_on < current_date)
           OR OLD.served_agreed_on IS NOT NULL AND OLD.body_agreed_on IS NOT NULL
              AND (NEW.served_agreed_on IS NULL OR NEW.body_agreed_on IS NULL) THEN
            RAISE EXCEPTION 'what was agreed stays' USING ERRCODE = 'KM008';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER komma_agreement_words BEFORE INSERT OR UPDATE ON municipalities_serviceagreement
    FOR EACH ROW EXECUTE FUNCTION komma_agreement_words();

-- Whether somebody administers an organisation and could agree; names nobody.
CREATE FUNCTION komma_has_administration(of_organisation uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM municipalities_membership
                   WHERE organisation_id = of_organisation AND role = 'administration'
                     AND ended_on IS NULL) $$;
