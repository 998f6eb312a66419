-- How many cases an organisation received in a finished half-year, by side and by the town that
-- they concern, ready to be shown: the same for every reader, and never a number below five.
--
-- Cases of one group count once, where and when the first of them came in. What waits in
-- quarantine does not count; what was withdrawn does, since it was received.
--
-- Lines of one side: 'town' (at least five each), 'rest' (the other towns together), 'total'. A
-- town below five goes into the rest, and with it the next smallest ones (equal ones together)
-- until the rest hides at least two towns, is five or more, and is neither the least nor the most
-- that they can be together. Then nothing follows by subtraction: any two of the hidden towns
-- could change places. Where there are not enough towns for that, rest and total stay NULL. Towns without any case are no line: nobody is recognised by what was not reported.
CREATE FUNCTION komma_figures(of_organisation uuid, from_day date, until_day date)
RETURNS TABLE (line text, town uuid, side text, cases integer) LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    least CONSTANT integer := 5;
    of_side text;
    towns uuid[];
    numbers integer[];
    hidden integer;
    rest integer;
    is_safe boolean;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM municipalities_membership m
                    WHERE m.person_id = komma_person() AND m.organisation_id = of_organisation
                      AND m.ended_on IS NULL
                      AND m.role IN ('coordination', 'leadership', 'contact', 'complaints',
                                     'case_lead')) THEN
        RAISE EXCEPTION 'no role that reads figures' USING ERRCODE = 'KM006';
    END IF;
    -- Half-years only: overlapping periods of free choice could be subtracted from each other.
    IF extract(day FROM from_day) <> 1 OR extract(month FROM from_day) NOT IN (1, 7)
       OR until_day <> (from_day + interval '6 months')::date - 1 OR until_day >= current_date THEN
        RAISE EXCEPTION 'not a finished half-year' USING ERRCODE = 'KM013';
    END IF;
    FOREACH of_side IN ARRAY ARRAY['outside', 'inside', 'unknown'] LOOP
        SELECT array_agg(n.concerns_id ORDER BY n.number, n.concerns_id),
               array_agg(n.number ORDER BY n.number, n.concerns_id)
          INTO towns, numbers
          FROM (SELECT f.concerns_id, count(*)::integer AS number
                  FROM (SELECT DISTINCT ON (coalesce(c."group", c.id)) c.concerns_id, c.side,
                               c.received_on
                          FROM cases_case c
                         WHERE c.organisation_id = of_organisation AND c.held = ''
                         ORDER BY coalesce(c."group", c.id), c.received_on, c.number) AS f
                 WHERE f.side = of_side AND f.received_on BETWEEN from_day AND until_day
                 GROUP BY f.concerns_id) AS n;
        numbers := coalesce(numbers, '{}');
        hidden := (SELECT count(*) FROM unnest(numbers) AS n WHERE n < least);
        LOOP
            rest := coalesce((SELECT sum(n) FROM unnest(numbers[1:hidden]) AS n), 0);
            is_safe := hidden = 0 OR (hidden > 1 AND rest >= least AND rest > hidden
                                      AND rest <> hidden * (least - 1));
            EXIT WHEN is_safe OR hidden >= cardinality(numbers);
            hidden := (SELECT count(*) FROM unnest(numbers) AS n WHERE n <= numbers[hidden + 1]);
        END LOOP;
        is_safe := is_safe AND cardinality(numbers) > 0;
        RETURN QUERY SELECT 'town', towns[i], of_side, numbers[i]
                       FROM generate_series(hidden + 1, cardinality(numbers)) AS i;
        IF hidden > 0 OR NOT is_safe THEN
            RETURN QUERY SELECT 'rest', NULL::uuid, of_side, CASE WHEN is_safe THEN rest END;
        END IF;
        RETURN QUERY SELECT 'total', NULL::uuid, of_side,
                            CASE WHEN is_safe THEN (SELECT sum(n) FROM unnest(numbers) AS n)::integer
                            END;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION komma_figures FROM komma_worker;
