-- Functions that row policies use. STABLE and inside (SELECT …): evaluated once a statement.
CREATE FUNCTION komma_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('komma.person', true), '')::uuid $$;

CREATE FUNCTION komma_receipt() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('komma.receipt', true), '') $$;

CREATE FUNCTION komma_draft() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('komma.draft', true), '') $$;

CREATE FUNCTION komma_invitation() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('komma.invitation', true), '') $$;

-- Facts of upper apps that the audit log's policy asks for; those apps replace the bodies.
CREATE FUNCTION komma_administered_organisations() RETURNS SETOF uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT NULL::uuid WHERE false $$;

CREATE FUNCTION komma_visible_cases() RETURNS SETOF uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT NULL::uuid WHERE false $$;

-- German sorting and forgiving search (DIN 5007-1: ä as a, ß as ss, case folded; "St." and "St-" as
-- Sankt), one immutable function because the embedded PostgreSQL knows neither ICU nor unaccent.
CREATE FUNCTION komma_sort_key(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT translate(
       replace(
           replace(regexp_replace(lower(value), '\mst(\.[- ]*|[- ]+)', 'sankt ', 'g'), 'ß', 'ss'),
           '.', ''
       ),
       'äöüáàâéèêëíìîóòôúùûçñ-', 'aouaaaeeeeiiiooouuucn '
   ) $$;
