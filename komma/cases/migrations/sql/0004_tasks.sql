-- A task stays in its case and never goes before it; the worker tends tasks by a function only.
REVOKE UPDATE, DELETE ON cases_task FROM komma_web;
GRANT UPDATE (owner_id, deputy_id, state, due_at, remind_at, is_escalated, finished_on, generation,
              body) ON cases_task TO komma_web;
REVOKE UPDATE ON cases_calendarfeed FROM komma_web;
REVOKE ALL ON cases_task, cases_calendarfeed FROM komma_worker;

-- True where a person can open a case now.
CREATE FUNCTION komma_opens(of_case uuid, of_person uuid) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT EXISTS (SELECT 1 FROM cases_casekey WHERE case_id = of_case AND person_id = of_person
                   AND strand = 'mailbox' AND NOT is_reserve) $$;

-- Who takes the place of a task's owner: the deputy, else somebody else who can work on the case
-- on that day; nobody where only the owner can.
CREATE FUNCTION komma_stand_in(of_case uuid, of_owner uuid, of_deputy uuid, on_day date)
RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT h.person FROM komma_handlers_on(of_case, on_day) h
             WHERE NOT h.is_reserve AND h.person <> of_owner
             ORDER BY h.person IS DISTINCT FROM of_deputy, h.person LIMIT 1);
END $$;

-- A task is given to somebody who can open the case (KM014).
CREATE FUNCTION komma_check_task() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state = 'open' AND (NOT komma_opens(NEW.case_id, NEW.owner_id)
                               OR NEW.deputy_id IS NOT NULL
                                  AND NOT komma_opens(NEW.case_id, NEW.deputy_id)) THEN
        RAISE EXCEPTION 'owner or deputy of a task cannot open the case' USING ERRCODE = 'KM014';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER task_owner BEFORE INSERT OR UPDATE OF owner_id, deputy_id, state ON cases_task
    FOR EACH ROW EXECUTE FUNCTION komma_check_task();

-- Whoever cannot open the case any more hands the open tasks on: to the deputy, to somebody who can
-- work on the case today, to anybody who can open it. The next run of the worker tells them.
-- Also for resting tasks, which may come back.
CREATE FUNCTION komma_hand_tasks_on(of_case uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    t record;
    heir uuid;
BEGIN
    FOR t IN SELECT id, owner_id, deputy_id FROM cases_task
              WHERE case_id = of_case AND state IN ('open', 'resting')
                AND NOT komma_opens(of_case, owner_id)
    LOOP
        heir := CASE WHEN t.deputy_id IS NOT NULL AND komma_opens(of_case, t.deputy_id)
                     THEN t.deputy_id END;
        heir := coalesce(heir, komma_stand_in(of_case, t.owner_id, t.deputy_id, komma_today()),
                         (SELECT person_id FROM cases_casekey
                           WHERE case_id = of_case AND NOT is_reserve
                             AND strand IN ('mailbox', 'protection')
                           ORDER BY strand DESC, person_id LIMIT 1));
        CONTINUE WHEN heir IS NULL;
        UPDATE cases_task
           SET owner_id = heir, remind_at = now(),
               deputy_id = CASE WHEN deputy_id <> heir AND komma_opens(of_case, deputy_id)
                                THEN deputy_id END
         WHERE id = t.id;
    END LOOP;
    UPDATE cases_task SET deputy_id = NULL
     WHERE case_id = of_case AND deputy_id IS NOT NULL AND NOT komma_opens(of_case, deputy_id);
END $$;

-- At the end of the transaction, since a rotation replaces keys one by one.
CREATE FUNCTION komma_tasks_follow_keys() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM komma_hand_tasks_on(coalesce(NEW.case_id, OLD.case_id));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tasks_lose_keys AFTER DELETE ON cases_casekey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.strand = 'mailbox' AND NOT OLD.is_reserve)
    EXECUTE FUNCTION komma_tasks_follow_keys();
CREATE CONSTRAINT TRIGGER tasks_get_keys AFTER INSERT OR UPDATE OF is_reserve ON cases_casekey
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.strand = 'mailbox' AND NOT NEW.is_reserve)
    EXECUTE FUNCTION komma_tasks_follow_keys();

-- They go with the case (komma_delete_case).
CREATE FUNCTION komma_delete_tasks() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM cases_task WHERE case_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER tasks_go BEFORE DELETE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION komma_delete_tasks();

-- Reminders that have come, and tasks whose time is over: returns whom to hint. Each is told once.
-- An absent owner is represented; where nobody else is there, the deputies of the case step in.
-- For the worker. Cases are locked before their tasks, as everywhere; one that is busy waits.
CREATE FUNCTION komma_tend_tasks(at timestamptz) RETURNS SETOF uuid LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c record;
    t record;
    is_late boolean;
    is_away boolean;
    stand_in uuid;
    on_day date := (at AT TIME ZONE 'Europe/Berlin')::date;
BEGIN
    FOR c IN
        SELECT id, organisation_id FROM cases_case
         WHERE status IN ('received', 'checking', 'working')
           AND id IN (SELECT case_id FROM cases_task WHERE state = 'open'
                       AND (remind_at <= at OR (due_at <= at AND NOT is_escalated)))
         FOR UPDATE SKIP LOCKED
    LOOP
        FOR t IN SELECT * FROM cases_task WHERE case_id = c.id AND state = 'open'
                    AND (remind_at <= at OR (due_at <= at AND NOT is_escalated))
                  ORDER BY due_at, id
        LOOP
            is_late := t.due_at <= at;
            is_away := komma_is_absent(t.owner_id, c.organisation_id, on_day);
            stand_in := NULL;
            IF is_late OR is_away THEN
                stand_in := komma_stand_in(c.id, t.owner_id, t.deputy_id, on_day);
                IF stand_in IS NULL THEN
                    PERFORM komma_call_deputies(c.id);
                    IF FOUND THEN
                        INSERT INTO core_auditentry (id, organisation_id, case_id, function, kind,
                                                     at, day)
                        VALUES (gen_random_uuid(), c.organisation_id, c.id, '',
                                'case.deputies_called', now(), current_date);
                    END IF;
                    stand_in := komma_stand_in(c.id, t.owner_id, t.deputy_id, on_day);
                END IF;
            END IF;
            -- Somebody who got the task long before its time (komma_hand_tasks_on) has been told of
            -- that just now, and is reminded like everybody.
            UPDATE cases_task
               SET remind_at = CASE WHEN t.due_at - at > interval '2 days'
                                    THEN t.due_at - interval '1 day' END,
                   is_escalated = is_escalated OR is_late,
                   deputy_id = coalesce(stand_in, deputy_id)
             WHERE id = t.id;
            RETURN NEXT t.owner_id;
            IF stand_in IS NOT NULL THEN
                RETURN NEXT stand_in;
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- When the open tasks of a calendar's person are due; nothing else of them.
CREATE FUNCTION komma_calendar(with_hash bytea) RETURNS TABLE (task uuid, due timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT t.id, t.due_at FROM cases_calendarfeed f
      JOIN people_person p ON p.id = f.person_id AND p.is_active
      JOIN cases_task t ON t.state = 'open'
       AND (t.owner_id = f.person_id OR (t.deputy_id = f.person_id AND t.is_escalated))
      JOIN cases_case c ON c.id = t.case_id AND c.status IN ('received', 'checking', 'working')
     WHERE f.token_hash = with_hash AND komma_opens(c.id, f.person_id)
     ORDER BY t.due_at, t.id LIMIT 1000;
END $$;

-- Whoever has no role left anywhere has nothing to be reminded of: the secret address goes too.
CREATE FUNCTION komma_end_calendar() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM cases_calendarfeed
     WHERE person_id = NEW.person_id
       AND NOT EXISTS (SELECT 1 FROM municipalities_membership
                        WHERE person_id = NEW.person_id AND ended_on IS NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER calendar_ends AFTER UPDATE OF ended_on ON municipalities_membership
    FOR EACH ROW WHEN (NEW.ended_on IS NOT NULL) EXECUTE FUNCTION komma_end_calendar();

REVOKE EXECUTE ON FUNCTION komma_opens, komma_stand_in, komma_check_task, komma_hand_tasks_on,
    komma_tasks_follow_keys, komma_delete_tasks, komma_end_calendar FROM komma_web, komma_worker;
REVOKE EXECUTE ON FUNCTION komma_tend_tasks FROM komma_web;
REVOKE EXECUTE ON FUNCTION komma_calendar FROM komma_worker;
