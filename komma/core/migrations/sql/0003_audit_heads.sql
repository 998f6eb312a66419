-- As in 0002_audit_chain.sql, but an entry of a month whose entries have expired continues the
-- chain from the head that was kept, so that nothing can begin the month anew.
CREATE OR REPLACE FUNCTION komma_audit_chain() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    in_month text := to_char(NEW.day, 'YYYY-MM');
    reached integer;
    before bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organisation_id::text || in_month, 0));
    SELECT position, hash INTO reached, before FROM core_auditlink
     WHERE organisation_id = NEW.organisation_id AND month = in_month
     ORDER BY position DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT entries, hash INTO reached, before FROM core_audithead
         WHERE organisation_id = NEW.organisation_id AND month = in_month;
    END IF;
    before := coalesce(before,
                       sha256(convert_to(NEW.organisation_id::text || in_month, 'UTF8')));
    INSERT INTO core_auditlink (entry_id, organisation_id, month, position, previous, hash)
    VALUES (NEW.id, NEW.organisation_id, in_month, coalesce(reached, 0) + 1, before,
            komma_audit_hash(before, NEW));
    RETURN NULL;
END $$;

REVOKE ALL ON core_audithead FROM komma_web, komma_worker;
