-- Incidents from outside of level 2 or more, of which the house that handles them has not been asked
-- yet to review its risk assessment. Where somebody is excluded from the case it never is: the wish
-- for a review would tell them that there is something.
CREATE FUNCTION komma_reviews_due() RETURNS TABLE (of_case uuid, organisation uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT c.id, c.organisation_id
     FROM cases_case c JOIN municipalities_unit u ON u.id = c.unit_id
    WHERE c.level >= 2 AND NOT c.review_asked AND u.pillar = 'assault' AND c.side <> 'inside'
      AND c.concerns_id = c.organisation_id
      AND NOT EXISTS (SELECT 1 FROM cases_caseexclusion e WHERE e.case_id = c.id) $$;

-- For the worker, in two transactions: nothing joins a request to a case, not even xmin.
CREATE FUNCTION komma_reviews_wanted() RETURNS SETOF uuid LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT DISTINCT organisation FROM komma_reviews_due() $$;

CREATE FUNCTION komma_reviews_asked(organisations uuid[]) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ UPDATE cases_case SET review_asked = true
    WHERE id IN (SELECT of_case FROM komma_reviews_due() d WHERE d.organisation = ANY (organisations)) $$;

REVOKE EXECUTE ON FUNCTION komma_reviews_due FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_reviews_wanted, komma_reviews_asked FROM komma_web;
