CREATE FUNCTION komma_audit_hash(previous bytea, entry core_auditentry) RETURNS bytea
LANGUAGE sql STABLE AS
$$ SELECT sha256(previous || convert_to(concat_ws('|',
       entry.id, entry.organisation_id, coalesce(entry.case_id::text, '-'),
       coalesce(entry.person_id::text, '-'), replace(entry.function, '|', '/'), entry.kind,
       coalesce(extract(epoch FROM entry.at)::text, '-'), to_char(entry.day, 'YYYY-MM-DD')), 'UTF8')) $$;

-- Chains each entry to the one before, per organisation and month. Deferred to the commit, so
-- that the lock on the chain is held for the shortest time.
CREATE FUNCTION komma_audit_chain() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    head core_auditlink;
    in_month text := to_char(NEW.day, 'YYYY-MM');
    before bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.organisation_id::text || in_month, 0));
    SELECT * INTO head FROM core_auditlink
     WHERE organisation_id = NEW.organisation_id AND month = in_month
     ORDER BY position DESC LIMIT 1;
    before := coalesce(head.hash, sha256(convert_to(NEW.organisation_id::text || in_month, 'UTF8')));
    INSERT INTO core_auditlink (entry_id, organisation_id, month, position, previous, hash)
    VALUES (NEW.id, NEW.organisation_id, in_month, coalesce(head.position, 0) + 1, before,
            komma_audit_hash(before, NEW));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_chain AFTER INSERT ON core_auditentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION komma_audit_chain();

REVOKE UPDATE, DELETE ON core_auditentry FROM komma_web, komma_worker;
REVOKE ALL ON core_auditlink FROM komma_web, komma_worker;
