"""Tasks come from the procedure, have a reachable owner, and are told once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import time_machine
from django.db import Error, connection, transaction
from django.utils import timezone

from komma.cases.actions import access, procedure, task_news, tasks, work, writing
from komma.cases.actions.errors import Refused
from komma.cases.actions.tasks import Result
from komma.cases.codes import EntryKind, Outcome, TaskState
from komma.cases.models import Case, Task
from komma.cases.queries import case_file
from komma.cases.silence import promised_until, promised_weeks
from komma.cases.tasks import INTERIM, OpenTask, running, tasks_of
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from komma.procedures.data import to_data
from komma.procedures.deadlines import Place
from komma.procedures.model import Limit
from komma.procedures.models import ProcedureVersion
from komma.procedures.schedule import due_at
from komma.procedures.shipped import shipped
from tests.cases.test_absence import away
from tests.cases.test_jobs import hinted, queued
from tests.factories import as_owner, as_worker
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town


def take(account: Account, reported: Reported) -> None:
    with acting_as(account.id):
        file = case_of(account, reported)
        work.take_over(file, "frei", version=file.case.version)


def classify(account: Account, reported: Reported, level: int) -> None:
    with acting_as(account.id):
        file = case_of(account, reported)
        work.classify(file, level, "Grund", version=file.case.version)


def all_tasks(account: Account, reported: Reported) -> dict[str, OpenTask]:
    with acting_as(account.id):
        return {task.step or task.title: task for task in tasks_of(case_of(account, reported))}


def states(account: Account, reported: Reported) -> dict[str, str]:
    return {step: task.row.state for step, task in all_tasks(account, reported).items()}


def finish(account: Account, reported: Reported, step: str, **result: object) -> None:
    task = all_tasks(account, reported)[step]
    with acting_as(account.id):
        tasks.finish(case_of(account, reported), task.id, Result(**result))  # type: ignore[arg-type]


def settle() -> None:
    """Let the deferred triggers run that wait for the end of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def pass_time(account: Account, reported: Reported, **moved: object) -> None:
    with as_owner():
        Task.objects.filter(case_id=reported.id, state=TaskState.OPEN).update(**moved)


@pytest.fixture
def lead(town: Town, reported: Reported) -> Account:
    first = town.one(Pillar.ASSAULT)
    take(first, reported)
    return first


def test_taking_over_begins_the_procedure_that_fits(lead: Account, reported: Reported) -> None:
    found = all_tasks(lead, reported)
    assert found.keys() == {"schutz", "einstufen", INTERIM}
    assert all(task.row.owner_id == lead.id for task in found.values())
    assert found["schutz"].row.due_at - timezone.now() <= dt.timedelta(hours=2)
    with acting_as(lead.id):
        run = running(case_of(lead, reported))
    assert run is not None
    assert run.procedure == shipped()["uebergriff"]


def test_a_council_member_gets_the_procedure_for_office_holders(town: Town) -> None:
    reported = make_report(town, facts={"description": "Galgen", "affected_role": "council"})
    take(town.one(Pillar.ASSAULT), reported)
    with acting_as(town.one(Pillar.ASSAULT).id):
        run = running(case_of(town.one(Pillar.ASSAULT), reported))
    assert run is not None
    assert run.procedure.id == "amt-und-mandat"


def test_a_second_one_who_takes_over_begins_nothing_anew(
    town: Town, lead: Account, reported: Reported
) -> None:
    before = all_tasks(lead, reported)
    take(town.one(Pillar.ASSAULT, 1), reported)
    after = all_tasks(lead, reported)
    assert {task.id for task in after.values()} == {task.id for task in before.values()}


def test_a_level_back_and_forth_loses_nothing(lead: Account, reported: Reported) -> None:
    finish(lead, reported, "einstufen")
    first = all_tasks(lead, reported)["schutz"]
    classify(lead, reported, 0)
    assert states(lead, reported)["schutz"] == TaskState.RESTING
    classify(lead, reported, 2)
    again = all_tasks(lead, reported)["schutz"]
    assert (again.id, again.row.state, again.row.due_at) == (
        first.id,
        TaskState.OPEN,
        first.row.due_at,
    )
    classify(lead, reported, 0)
    finish(lead, reported, "gespraech")
    classify(lead, reported, 3)
    assert states(lead, reported)["gespraech"] == TaskState.DONE


def test_finishing_opens_what_comes_next_and_tells_the_reporter(
    lead: Account, reported: Reported
) -> None:
    classify(lead, reported, 2)
    assert "erste-hilfe" not in states(lead, reported)
    finish(
        lead, reported, "schutz", note="Ist bei ihrer Schwester.", tell="Sie sind in Sicherheit."
    )
    assert states(lead, reported)["erste-hilfe"] == TaskState.OPEN
    with transaction.atomic():
        texts = [(entry.kind, entry.text) for entry in box_of(reported).entries]
        use_receipt("")
    assert (EntryKind.PROGRESS, "Sie sind in Sicherheit.") in texts
    assert not any("Schwester" in text for _kind, text in texts)


def test_a_step_with_consent_waits_for_it(lead: Account, reported: Reported) -> None:
    for step in ("einstufen", "gespraech"):
        finish(lead, reported, step)
    with pytest.raises(Refused, match="Einverständnis"):
        finish(lead, reported, "anzeige")
    with pytest.raises(Refused, match="warum"):
        finish(lead, reported, "anzeige", dropped=True)
    finish(lead, reported, "anzeige", dropped=True, note="Die Person möchte es nicht.")
    assert states(lead, reported)["anzeige"] == TaskState.DROPPED
    finish(lead, reported, "schutzplan", consent=True)


def test_twice_is_refused_and_taking_up_again_rests_what_followed(
    lead: Account, reported: Reported
) -> None:
    finish(lead, reported, "einstufen")
    with pytest.raises(Refused, match="nicht mehr offen"):
        finish(lead, reported, "einstufen")
    with acting_as(lead.id):
        task = next(t for t in tasks_of(case_of(lead, reported)) if t.step == "einstufen")
        tasks.take_up(case_of(lead, reported), task.id)
    assert states(lead, reported)["einstufen"] == TaskState.OPEN
    assert states(lead, reported)["gespraech"] == TaskState.RESTING


def test_an_answer_counts_as_the_interim_notice(lead: Account, reported: Reported) -> None:
    first = all_tasks(lead, reported)[INTERIM]
    with acting_as(lead.id):
        writing.reply(case_of(lead, reported), "Wir sind dran.")
        found = [task for task in tasks_of(case_of(lead, reported)) if task.step == INTERIM]
    assert {task.row.state for task in found} == {TaskState.DONE, TaskState.OPEN}
    assert next(task for task in found if task.is_finished).id == first.id


def test_classifying_is_the_step_that_asks_for_it(lead: Account, reported: Reported) -> None:
    classify(lead, reported, 2)
    found = states(lead, reported)
    assert found["einstufen"] == TaskState.DONE
    assert found["gespraech"] == TaskState.OPEN


def test_a_task_by_hand_goes_to_somebody_who_can_open_the_case(
    town: Town, lead: Account, reported: Reported
) -> None:
    second, outside = town.one(Pillar.ASSAULT, 1), town.one(Pillar.LEADERSHIP)
    with acting_as(lead.id):
        file = case_of(lead, reported)
        tasks.add(file, title="Schloss tauschen", note="Büro 12", owner=second.id, due_on=today())
        with pytest.raises(Refused, match="nicht öffnen"):
            tasks.add(file, title="x", note="", owner=outside.id, due_on=today())
        yesterday = today() - dt.timedelta(days=1)
        with pytest.raises(Refused, match="späteren Tag"):
            tasks.add(file, title="x", note="", owner=second.id, due_on=yesterday)
    assert str(second.id) in hinted()
    found = all_tasks(second, reported)["Schloss tauschen"]
    assert found.note == "Büro 12"
    with as_owner():
        assert b"Schloss" not in bytes(Task.objects.get(pk=found.id).body)


def test_the_database_refuses_an_owner_without_a_key(
    town: Town, lead: Account, reported: Reported
) -> None:
    with acting_as(lead.id), pytest.raises(Error, match="cannot open"), transaction.atomic():
        Task.objects.update(owner_id=town.one(Pillar.LEADERSHIP).id)


def test_only_holders_see_tasks(town: Town, other_town: Town, lead: Account) -> None:
    assert Task.objects.count() == 0
    for person in (
        town.one(Pillar.COORDINATION),
        town.one(Pillar.SUPPORT),
        other_town.one(Pillar.ASSAULT),
    ):
        with acting_as(person.id):
            assert Task.objects.count() == 0
            assert Task.objects.update(is_escalated=True) == 0
    with acting_as(lead.id):  # negative control: there is something to see
        assert Task.objects.count() == 3


@pytest.mark.parametrize("how", ["excluded", "recused"])
def test_who_loses_access_hands_the_tasks_on(
    town: Town, lead: Account, reported: Reported, how: str
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    if how == "excluded":
        with acting_as(second.id):
            access.exclude(case_of(second, reported), lead.id, "befangen")
    else:
        with acting_as(lead.id):
            access.recuse(case_of(lead, reported), "befangen")
    with as_owner():  # negative control: without the trigger they stay with whoever has left
        assert Task.objects.filter(owner_id=lead.id).count() == 3
    settle()
    with as_owner():
        assert not Task.objects.filter(owner_id=lead.id).exists()
        assert not Task.objects.filter(deputy_id=lead.id).exists()
    found = all_tasks(second, reported)
    assert {task.row.owner_id for task in found.values()} == {second.id}


def test_a_late_task_calls_the_deputy_once(town: Town, lead: Account, reported: Reported) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    with as_worker():
        assert task_news.tend() == 0
    pass_time(lead, reported, due_at=timezone.now() - dt.timedelta(minutes=1))
    with as_worker():
        assert task_news.tend() == 2
    assert hinted() == {str(lead.id), str(second.id)}
    assert {args["kind"] for args in queued("people.mail_hint")} == {"due"}
    with as_worker():
        assert task_news.tend() == 0
    found = all_tasks(lead, reported)
    assert all(task.row.is_escalated and task.row.deputy_id == second.id for task in found.values())


def test_a_reminder_comes_before_the_day_and_once(lead: Account, reported: Reported) -> None:
    interim = all_tasks(lead, reported)[INTERIM]
    assert dt.timedelta(days=1) <= interim.row.due_at - interim.row.remind_at < dt.timedelta(days=2)
    pass_time(lead, reported, remind_at=timezone.now() - dt.timedelta(minutes=1))
    with as_worker():
        assert task_news.tend() == 1
        assert task_news.tend() == 0
    assert hinted() == {str(lead.id)}


def test_an_absent_owner_is_represented(town: Town, lead: Account, reported: Reported) -> None:
    away(town, lead)
    pass_time(lead, reported, remind_at=timezone.now() - dt.timedelta(minutes=1))
    with as_worker():
        task_news.tend()
    assert str(town.one(Pillar.ASSAULT, 1).id) in hinted()


def test_where_nobody_else_is_there_the_deputies_of_the_case_step_in(
    town: Town, lead: Account, reported: Reported
) -> None:
    second, third = town.one(Pillar.ASSAULT, 1), town.one(Pillar.ASSAULT, 2)
    with acting_as(lead.id):
        access.exclude(case_of(lead, reported), second.id, "befangen")
    settle()
    pass_time(lead, reported, due_at=timezone.now() - dt.timedelta(minutes=1))
    with as_worker():
        task_news.tend()
    assert str(third.id) in hinted()
    with acting_as(third.id):
        assert case_file(third.id, third.secret, reported.id) is not None


def test_closed_cases_remind_nobody_and_go_with_their_tasks(
    lead: Account, reported: Reported
) -> None:
    pass_time(lead, reported, due_at=timezone.now() - dt.timedelta(days=1))
    with acting_as(lead.id):
        file = case_of(lead, reported)
        work.close(
            file, outcome=Outcome.FOUNDED, reason="r", message="m", version=file.case.version
        )
    with as_worker():
        assert task_news.tend() == 0
    with acting_as(lead.id), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM komma_delete_case(%s)", [reported.id])
    settle()
    with as_owner():
        assert not Case.objects.exists()
        assert not Task.objects.exists()


def test_leadership_with_access_does_its_own_steps_and_no_others(
    town: Town, lead: Account, reported: Reported
) -> None:
    boss = town.one(Pillar.LEADERSHIP)
    with acting_as(lead.id):
        access.grant(case_of(lead, reported), boss.id, "Entscheiden")
    for step in ("einstufen", "gespraech"):
        finish(lead, reported, step)
    found = all_tasks(boss, reported)
    assert found["anzeige"].row.owner_id == boss.id
    finish(boss, reported, "anzeige", consent=True)
    with pytest.raises(Refused, match="Ändern kann ihn die Stelle"):
        finish(boss, reported, INTERIM, dropped=True, note="x")


def test_a_running_case_keeps_its_version(town: Town, lead: Account, reported: Reported) -> None:
    body = to_data(shipped()["uebergriff"])
    body["step"][0]["title"] = "Neu"
    with as_owner():
        ProcedureVersion.objects.create(
            organisation_id=town.municipality.pk,
            slug="uebergriff",
            number=1,
            body=body,
            published_on=today(),
        )
    finish(lead, reported, "schutz")
    assert all_tasks(lead, reported)["schutz"].title != "Neu"
    fresh = make_report(town)
    take(lead, fresh)
    assert all_tasks(lead, fresh)["schutz"].title == "Neu"
    with acting_as(lead.id):
        file = case_of(lead, reported)
        procedure.begin(file, "uebergriff", "Neue Fassung", version=file.case.version)
        found = [t for t in tasks_of(case_of(lead, reported)) if t.step == "schutz" and t.run == 2]
        assert [task.title for task in found] == ["Neu"]
        file = case_of(lead, reported)
        with pytest.raises(Refused, match="gibt es für solche Fälle nicht"):
            procedure.begin(file, "agg-beschwerde", "", version=file.case.version)


def test_handing_over_keeps_whoever_gave_it_as_deputy(
    town: Town, lead: Account, reported: Reported
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    task = all_tasks(lead, reported)["einstufen"]
    with acting_as(lead.id):
        tasks.hand_over(case_of(lead, reported), task.id, second.id, "bin im Urlaub")
    row = all_tasks(second, reported)["einstufen"].row
    assert (row.owner_id, row.deputy_id) == (second.id, lead.id)


@time_machine.travel("2026-03-06 10:00:00+01:00", tick=False)
def test_limits_skip_weekends_of_the_place(town: Town) -> None:
    reported = make_report(town)
    take(town.one(Pillar.ASSAULT), reported)
    due = all_tasks(town.one(Pillar.ASSAULT), reported)["einstufen"].row.due_at
    assert timezone.localtime(due) == dt.datetime(
        2026, 3, 9, 17, tzinfo=timezone.get_current_timezone()
    )


def test_the_id_of_a_task_does_not_tell_the_step(lead: Account, reported: Reported) -> None:
    """Two cases have other ids for the same step, so that a dump shows nothing by comparing."""
    ids = {step: task.id for step, task in all_tasks(lead, reported).items()}
    assert all(each.version == 4 for each in ids.values())
    assert procedure.task_id(UUID(int=1), 1, "schutz") != procedure.task_id(
        UUID(int=2), 1, "schutz"
    )


def test_readers_act_on_their_own_tasks_only(town: Town, lead: Account, reported: Reported) -> None:
    """Leadership that was let in to decide neither writes to the reporter nor moves what is due."""
    boss = town.one(Pillar.LEADERSHIP)
    with acting_as(lead.id):
        access.grant(case_of(lead, reported), boss.id, "Entscheiden")
    for step in ("einstufen", "gespraech"):
        finish(lead, reported, step)
    mine, other = (all_tasks(boss, reported)[step] for step in ("anzeige", "schutz"))
    assert mine.row.owner_id == boss.id
    assert other.row.deputy_id != boss.id or other.row.owner_id != boss.id
    with pytest.raises(Refused, match="Ändern kann ihn die Stelle"):
        finish(boss, reported, "beweise", dropped=True, note="x")
    with pytest.raises(Refused, match="Ändern kann ihn die Stelle"):
        finish(boss, reported, "anzeige", consent=True, tell="Geben Sie auf.")
    with acting_as(boss.id):
        later = today() + dt.timedelta(days=300)
        with pytest.raises(Refused, match="Ändern kann ihn die Stelle"):
            tasks.put_off(case_of(boss, reported), mine.id, later, "x")
    finish(boss, reported, "anzeige", consent=True)


def test_a_sentence_to_the_reporter_is_the_interim_notice(
    lead: Account, reported: Reported
) -> None:
    first = all_tasks(lead, reported)[INTERIM]
    with pytest.raises(Refused, match="Schreiben Sie der meldenden Person"):
        finish(lead, reported, INTERIM)
    finish(lead, reported, "schutz", tell="Sie sind in Sicherheit.")
    with acting_as(lead.id):
        found = {
            task.id: task for task in tasks_of(case_of(lead, reported)) if task.step == INTERIM
        }
    assert found[first.id].row.state == TaskState.DONE
    assert len(found) == 2


def test_a_hand_over_outlives_a_level_back_and_forth(
    town: Town, lead: Account, reported: Reported
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    task = all_tasks(lead, reported)["schutz"]
    with acting_as(lead.id):
        tasks.hand_over(case_of(lead, reported), task.id, second.id, "")
    classify(lead, reported, 0)
    classify(lead, reported, 2)
    assert all_tasks(lead, reported)["schutz"].row.owner_id == second.id


def test_what_is_done_in_a_former_procedure_stays_done(lead: Account, reported: Reported) -> None:
    finish(lead, reported, "einstufen")
    with acting_as(lead.id):
        file = case_of(lead, reported)
        procedure.begin(file, "amt-und-mandat", "Ratsmitglied", version=file.case.version)
        task = next(t for t in tasks_of(case_of(lead, reported)) if t.step == "einstufen")
        with pytest.raises(Refused, match="gilt für den Fall nicht mehr"):
            tasks.take_up(case_of(lead, reported), task.id)
    assert states(lead, reported)["einstufen"] == TaskState.DONE


def test_reopening_lets_late_times_begin_anew(lead: Account, reported: Reported) -> None:
    with acting_as(lead.id):
        file = case_of(lead, reported)
        work.close(
            file, outcome=Outcome.FOUNDED, reason="r", message="m", version=file.case.version
        )
    pass_time(lead, reported, due_at=timezone.now() - dt.timedelta(days=90))
    with acting_as(lead.id):
        file = case_of(lead, reported)
        work.reopen(file, "Neues", version=file.case.version)
    assert not any(task.is_overdue for task in all_tasks(lead, reported).values())
    with as_worker():
        assert task_news.tend() == 0


def test_a_task_for_this_evening_is_not_born_late(town: Town) -> None:
    with time_machine.travel("2027-03-01 20:10:00+01:00", tick=False):
        reported, lead = make_report(town), town.one(Pillar.ASSAULT)
        take(lead, reported)
        with acting_as(lead.id):
            file = case_of(lead, reported)
            tasks.add(file, title="Heute noch", note="", owner=lead.id, due_on=today())
        assert not all_tasks(lead, reported)["Heute noch"].is_overdue


def test_deputies_who_are_called_in_stand_in_the_log(
    town: Town, lead: Account, reported: Reported
) -> None:
    with acting_as(lead.id):
        access.exclude(case_of(lead, reported), town.one(Pillar.ASSAULT, 1).id, "befangen")
    settle()
    pass_time(lead, reported, due_at=timezone.now() - dt.timedelta(minutes=1))
    with as_worker():
        task_news.tend()
    with as_owner():
        assert AuditEntry.objects.filter(kind="case.deputies_called", case_id=reported.id).exists()


@pytest.mark.parametrize("facts", [{"forms": [["a"]]}, {"affected_role": ["x"]}, {"wishes": 5}])
def test_strange_facts_stop_nobody(town: Town, facts: dict[str, object]) -> None:
    reported = make_report(town, facts={"description": "x"} | facts)
    take(town.one(Pillar.ASSAULT), reported)
    assert INTERIM in states(town.one(Pillar.ASSAULT), reported)


def test_hours_pass_also_where_clocks_are_changed() -> None:
    berlin = timezone.get_current_timezone()
    night = dt.datetime(2026, 10, 25, 1, 30, tzinfo=berlin)
    due = due_at(Limit.parse("2 hours"), night, Place("NW"))
    assert due.astimezone(dt.UTC) - night.astimezone(dt.UTC) == dt.timedelta(hours=2)


@pytest.mark.parametrize(
    ("weeks", "told"), [(2, "mindestens alle 2 Wochen"), (0, "sobald es Neues gibt"), (4, "")]
)
def test_another_procedure_renews_what_was_promised(
    town: Town, lead: Account, reported: Reported, weeks: int, told: str
) -> None:
    with as_owner():
        ProcedureVersion.objects.create(
            organisation_id=town.municipality.pk,
            slug="uebergriff",
            number=1,
            body=to_data(shipped()["uebergriff"]) | {"interim_weeks": weeks},
            published_on=today(),
        )
    with acting_as(lead.id):
        file = case_of(lead, reported)
        assert file.case.awaits_answer
        procedure.begin(file, "uebergriff", "Neue Fassung", version=file.case.version)
        assert case_of(lead, reported).case.awaits_answer, "how often is not yet a word"
    with transaction.atomic():
        box = box_of(reported)
        entries = box.entries
        assert promised_until(box.case, entries) == box.case.answer_due_on
        use_receipt("")
    assert promised_weeks(entries) == weeks
    progress = [entry.text for entry in entries if entry.kind == EntryKind.PROGRESS]
    assert [told in text for text in progress] == ([True] if told else [])
