-- Forgiving search. Immutable functions of our own, since the embedded PostgreSQL knows neither ICU
-- nor unaccent nor pg_trgm.

-- What is left of a name for comparing: letters and digits only, case and accents folded, ä as a,
-- ß as ss, "St." as Sankt; the small words of place names ("am", "a.d.", "in der", "v.d.") fall
-- away unless the name begins with one, since everybody writes them in another way.
CREATE FUNCTION komma_search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT regexp_replace(
       translate(
           replace(
               regexp_replace(
                   regexp_replace(
                       regexp_replace(lower(value), '\mst(\.[- ]*|[- ]+)', 'sankt ', 'g'),
                       '\mopf\M', 'oberpfalz', 'g'
                   ),
                   '(?<=\W)(a[nm]?|d|de[rmn]|i[nm]?|b|beim?|v|vo[rnm]|ob?)\M', '', 'g'
               ),
               'ß', 'ss'
           ),
           'äöüáàâéèêëíìîóòôúùûçñčćďěłńňřšśťůýžźż', 'aouaaaeeeeiiiooouuucnccdelnnrsstuyzzz'
       ),
       '[^a-z0-9]', '', 'g'
   ) $$;

-- The three ways to write a name, each after a bar: with a for ä, with ae for ä, and in capitals
-- with every ae, oe and ue shortened, for those who mix them. The schema is named because a restore runs
-- with an empty search path.
CREATE FUNCTION komma_search_key(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    short text := public.komma_search_fold(value);
    long text := public.komma_search_fold(
        replace(replace(replace(lower(value), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue')
    );
BEGIN
    RETURN '|' || short || '|' || long || '|'
        || upper(replace(replace(replace(long, 'ae', 'a'), 'oe', 'o'), 'ue', 'u'));
END $$;
