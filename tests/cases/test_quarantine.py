"""The quarantine: it loses nothing, hides nothing, and only two people sort anything out."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from komma.cases import jobs, quarantine
from komma.cases.actions import access, escalation, mailbox, work
from komma.cases.actions import quarantine as actions
from komma.cases.codes import EntryKind, Held, Status
from komma.cases.listing import counts
from komma.cases.models import Case, Entry, ReporterView
from komma.cases.quarantine import Stage
from komma.cases.views import quarantine as views
from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.cases.test_jobs import hinted, queued
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories.people import Account
    from tests.factories.towns import Town

HATE = "Ihr habt unsere Stadt verraten und dafür werdet ihr bezahlen Nummer"
REAL = "Gestern stand ein Mann mit einem Messer vor meiner Wohnungstür."
PAGE = "/faelle/quarantaene/"
DECIDE = "/faelle/quarantaene/entscheiden/"


@pytest.fixture
def first(town: Town) -> Account:
    return town.one(Pillar.ASSAULT, 0)


@pytest.fixture
def second(town: Town) -> Account:
    return town.one(Pillar.ASSAULT, 1)


def make_held(town: Town, text: str = HATE, **options: Any) -> Reported:
    facts = {"description": text} | options.pop("facts", {})
    return make_report(town, facts=facts, held=options.pop("held", Held.SIMILAR), **options)


@pytest.fixture
def held(town: Town) -> list[Reported]:
    return [make_held(town) for _number in range(3)]


def ids(reports: list[Reported]) -> str:
    return ",".join(str(report.id) for report in reports)


def row(report: Reported) -> Case:
    with as_owner():
        return Case.objects.get(pk=report.id)


def shown(client: Client, path: str = PAGE) -> str:
    response: HttpResponse = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def decide(client: Client, name: str, reports: list[Reported], **more: str) -> str:
    """Press a button, answer the question whether one is sure, and return the page after it."""
    fields = {name: ids(reports), "sicher": "1"} | more
    response = client.post(DECIDE, fields, follow=True)
    assert response.status_code == 200
    return response.content.decode()


# --- Apart from the normal list, and complete


def test_held_reports_stand_in_the_quarantine_only(
    town: Town, first: Account, held: list[Reported]
) -> None:
    normal = make_report(town)
    client = signed_in(first)
    listed = shown(client, reverse("cases:list"))
    assert normal.number in listed
    assert not any(report.number in listed for report in held)
    assert "3 Meldungen in Quarantäne" in listed
    page = shown(client)
    assert all(report.number in page for report in held)
    assert normal.number not in page
    assert "3 ähnliche Meldungen" in page
    assert "ähnelt 2 anderen" in page
    assert "In Quarantäne: 3 Meldungen" in shown(client, "/start/")
    with acting_as(first.id):
        found = counts(first.id, town.municipality.pk)
        assert (found.all, found.received, found.held) == (1, 1, 3)


def test_a_held_report_opens_like_any_other(first: Account, held: list[Reported]) -> None:
    page = shown(signed_in(first), reverse("cases:case", args=[held[0].id]))
    assert HATE in page
    assert "In Quarantäne" in page
    with transaction.atomic():
        assert box_of(held[0]).status == Status.RECEIVED
        use_receipt("")


def test_wording_is_covered_and_counts_as_opened_for_what_stands_on_the_page(
    first: Account, held: list[Reported]
) -> None:
    page = shown(signed_in(first))
    assert page.count(HATE) == 1
    assert re.search(rf'<details class="komma-blurred">(?:(?!</details>).)*{HATE}', page, re.S)
    with as_owner():
        opened = set(ReporterView.objects.values_list("case_id", flat=True))
    assert len(opened) == 1
    assert opened < {report.id for report in held}


def test_danger_comes_first_then_the_crowd_then_what_is_alone(town: Town, first: Account) -> None:
    alike = [make_held(town, f"{HATE} {number}") for number in range(3)]
    crowd = make_held(town, "Ein ganz anderer Text über etwas anderes", held=Held.CROWD)
    danger = make_held(town, REAL, facts={"danger": "yes"}, acute=True)
    page = shown(signed_in(first))
    places = [page.index(report.number) for report in (danger, crowd, alike[0])]
    assert places == sorted(places)
    assert "Akute Gefahr" in page
    assert "1 mit Gefahr" in shown(signed_in(first), "/start/")


def test_who_holds_no_key_finds_nothing(
    town: Town, other_town: Town, first: Account, second: Account, held: list[Reported]
) -> None:
    with acting_as(first.id):
        access.exclude(case_of(first, held[0]), second.id)
    assert held[0].number not in shown(signed_in(second))
    for account in (
        town.one(Pillar.ASSAULT, 2),  # a deputy in reserve
        town.one(Pillar.SUPPORT),
        town.one(Pillar.ADMINISTRATION),
        other_town.one(Pillar.ASSAULT),
    ):
        client = signed_in(account)
        page = shown(client)
        assert not any(report.number in page for report in held)
        for name in views.DECISIONS:
            decide(client, name, held)
    assert [row(report).held for report in held] == [Held.SIMILAR] * 3
    assert [row(report).discard_by_id for report in held] == [None] * 3
    assert Client().get(PAGE).status_code == 302


def test_readers_look_and_decide_nothing(town: Town, first: Account, held: list[Reported]) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    with acting_as(first.id):
        access.grant(case_of(first, held[0]), leader.id)
    client = signed_in(leader)
    assert held[0].number in shown(client)
    assert "Durchlassen</span>" not in shown(client)
    assert "blieb, wie sie war" in decide(client, "durchlassen", held[:1])
    assert row(held[0]).held == Held.SIMILAR


def test_as_many_queries_for_three_as_for_one(town: Town, first: Account) -> None:
    def queries() -> int:
        client = signed_in(first)
        shown(client)  # the opening of today is recorded once
        with CaptureQueriesContext(connection) as captured:
            shown(client)
        return len(captured)

    make_held(town, "Nur ein einzelner Text, der wartet")
    one = queries()
    for text in (REAL, f"{HATE} 1", f"{HATE} 2"):
        make_held(town, text)
    assert queries() == one


# --- One look lets through


def test_one_look_lets_through_with_news_to_the_holders(
    town: Town, first: Account, held: list[Reported]
) -> None:
    with as_owner():
        Case.objects.update(news_for_holders=False)
    page = decide(signed_in(first), "durchlassen", held[:2])
    assert "2 Meldungen stehen jetzt in der Liste" in page
    assert "Hier warten noch 1." in page
    assert held[0].number in shown(signed_in(first), reverse("cases:list"))
    assert [row(report).held for report in held] == ["", "", Held.SIMILAR]
    assert row(held[0]).news_for_holders
    with as_owner():
        audited = AuditEntry.objects.filter(kind="case.let_through")
        assert {entry.person_id for entry in audited} == {first.id}


def test_ticked_reports_go_together_and_nothing_ticked_says_so(
    first: Account, held: list[Reported]
) -> None:
    client = signed_in(first)
    assert "mindestens eine" in client.post(DECIDE, {"durchlassen": ""}, follow=True).text
    fields = {"durchlassen": "", "meldung": [ids(held[:2]), str(held[2].id), "nonsense"]}
    client.post(DECIDE, fields)
    assert {row(report).held for report in held} == {""}
    assert client.post(DECIDE, {}).status_code == 302


def test_taking_over_is_a_look_too(first: Account, held: list[Reported]) -> None:
    with acting_as(first.id):
        file = case_of(first, held[0])
        work.take_over(file, "frei", version=file.case.version)
    assert row(held[0]).held == ""
    assert row(held[0]).status == Status.CHECKING


def test_bulk_goes_in_batches_and_says_how_much_is_left(
    first: Account, held: list[Reported], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "BATCH", 2)
    client = signed_in(first)
    asked = client.post(DECIDE, {"aussortieren": ids(held)}).content.decode()
    assert "1 weitere folgt" in asked
    assert row(held[0]).discard_by_id is None  # asked first
    assert "Hier warten noch 1." in decide(client, "aussortieren", held)
    assert sum(row(report).discard_by_id == first.id for report in held) == 2


def test_where_not_all_fit_the_page_says_that_there_is_more(
    first: Account, held: list[Reported], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "MOST_OPENED", 1)
    assert "2 weitere Meldungen folgen" in shown(signed_in(first))


# --- Two people sort out


def test_two_people_sort_out_and_nothing_is_deleted(
    first: Account, second: Account, held: list[Reported]
) -> None:
    decide(signed_in(first), "aussortieren", held)
    assert held[0].number not in shown(signed_in(first))
    marked = shown(signed_in(first), f"{PAGE}?zeigen=vorgemerkt")
    assert "von Ihnen vorgemerkt" in marked
    assert "Aussortieren bestätigen" not in marked
    assert "blieben, wie sie waren" in decide(signed_in(first), "bestaetigen", held)
    assert row(held[0]).status == Status.RECEIVED
    theirs = shown(signed_in(second), f"{PAGE}?zeigen=vorgemerkt")
    assert "Aussortieren bestätigen" in theirs
    page = decide(signed_in(second), "bestaetigen", held)
    assert "3 Meldungen sind aussortiert" in page
    case = row(held[0])
    assert case.status == Status.CLOSED
    assert case.delete_on is not None
    assert case.delete_on.year > case.received_on.year + 3
    with transaction.atomic():
        entries = box_of(held[0]).entries
        assert entries[0].body["facts"]["description"] == HATE
        assert "Teil einer Massensendung eingeordnet" in entries[1].text
        assert entries[2].body["outcome"] == "flood"
        use_receipt("")
    ended = shown(signed_in(first), f"{PAGE}?zeigen=abgeschlossen")
    assert held[0].number in ended
    assert held[0].number not in shown(signed_in(first), reverse("cases:list") + "?status=all")


def test_the_second_person_can_undo(first: Account, second: Account, held: list[Reported]) -> None:
    decide(signed_in(first), "aussortieren", held)
    decide(signed_in(second), "zurueck", held)
    assert [row(report).discard_by_id for report in held] == [None] * 3
    assert "0 Meldungen sind aussortiert" in decide(signed_in(second), "bestaetigen", held)


def run(account: Account, statement: str, *parameters: Any) -> None:
    """Send raw SQL as this person, on the role that serves pages."""
    with acting_as(account.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount == 1


CLOSE = (
    "UPDATE cases_case SET status = 'closed', closed_on = received_on, delete_on = received_on"
    " WHERE id = %s"
)
MARK = "UPDATE cases_case SET discard_by_id = %s WHERE id = %s"


def test_the_database_lets_nobody_sort_out_alone(
    first: Account, second: Account, held: list[Reported]
) -> None:
    case = held[0].id
    with pytest.raises(Error, match="second person"):
        run(first, CLOSE, case)
    with pytest.raises(Error, match="own name"):  # in the name of somebody else
        run(first, MARK, second.id, case)
    run(first, MARK, first.id, case)
    with pytest.raises(Error, match="second person"):
        run(first, CLOSE, case)
    run(second, CLOSE, case)  # negative control: with two it goes
    assert row(held[0]).status == Status.CLOSED


def test_without_the_guard_one_person_could_sort_out_alone(
    first: Account, held: list[Reported]
) -> None:
    """Negative control of the trigger."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table is still in use
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER case_quarantine")
    run(first, MARK, first.id, held[0].id)
    run(first, CLOSE, held[0].id)
    assert row(held[0]).status == Status.CLOSED


def test_the_database_hides_nothing_in_quarantine_afterwards(
    town: Town, first: Account, held: list[Reported], reported: Reported
) -> None:
    hide = "UPDATE cases_case SET held = 'similar' WHERE id = %s"
    with pytest.raises(Error, match="lets a report through"):
        run(first, hide, reported.id)
    leader = town.one(Pillar.LEADERSHIP)
    with acting_as(first.id):
        access.grant(case_of(first, held[0]), leader.id)
    with pytest.raises(Error, match="lets a report through"):
        run(leader, "UPDATE cases_case SET held = '' WHERE id = %s", held[0].id)
    with pytest.raises(Error, match="own name"):
        run(leader, MARK, leader.id, held[0].id)


# --- The reporter


def write(report: Reported, text: str = "Es war ernst gemeint.") -> None:
    with transaction.atomic():
        mailbox.write_message(box_of(report), text)
        use_receipt("")


def test_a_message_brings_a_report_back(
    first: Account, second: Account, held: list[Reported]
) -> None:
    decide(signed_in(first), "aussortieren", held[:2])
    decide(signed_in(second), "bestaetigen", held[:1])
    for report in held[:2]:  # one sorted out, one only marked
        write(report)
        case = row(report)
        assert (case.status, case.discard_by_id, case.closed_on) == (Status.RECEIVED, None, None)
        assert case.delete_on is None
        assert case.held == Held.SIMILAR
        assert report.number in shown(signed_in(first))
    with transaction.atomic():
        assert box_of(held[0]).entries[-1].kind == EntryKind.STATUS
        use_receipt("")


def test_a_withdrawn_report_is_not_lost(first: Account, held: list[Reported]) -> None:
    with transaction.atomic():
        mailbox.withdraw(box_of(held[0]))
        use_receipt("")
    assert row(held[0]).status == Status.WITHDRAWN
    assert held[0].number not in shown(signed_in(first))
    assert held[0].number in shown(signed_in(first), f"{PAGE}?zeigen=abgeschlossen")


# --- Mails and deputies


def clear_jobs() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_a_flood_makes_one_mail_and_then_one_a_day(
    town: Town, first: Account, second: Account, held: list[Reported]
) -> None:
    everybody = {str(first.id), str(second.id)}
    with as_worker():
        jobs.announce_news.func(0)
    assert hinted() == everybody
    assert len(queued("people.mail_hint")) == 2
    clear_jobs()
    make_held(town)
    with as_worker():
        jobs.announce_news.func(0)
    assert hinted() == set()
    with as_worker():
        jobs.remind_of_quarantine.func(0)
    assert hinted() == everybody


def test_danger_in_quarantine_makes_one_mail_for_a_quarter_hour(town: Town) -> None:
    for _number in range(3):
        make_held(town, acute=True)
    assert queued("cases.announce_now") == []
    assert queued("cases.announce_held_danger") == [{}]
    with as_worker():
        jobs.announce_held_danger.func()
        jobs.announce_held_danger.func()
    mails = queued("people.mail_hint")
    assert {mail["kind"] for mail in mails} == {"acute"}
    assert len(mails) == 2
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(extract(minute FROM scheduled_at)::int % 15 = 0)"
            " FROM procrastinate_jobs WHERE task_name = 'people.mail_hint'"
        )
        assert cursor.fetchone() == (True,)


def test_deputies_step_in_for_reports_in_quarantine(town: Town, held: list[Reported]) -> None:
    with as_owner():
        Case.objects.update(answer_due_on=row(held[0]).received_on - dt.timedelta(days=1))
    with as_worker():
        assert escalation.escalate() == 3
    assert held[0].number in shown(signed_in(town.one(Pillar.ASSAULT, 2)))


def test_nothing_in_the_database_links_the_reports_of_a_flood(
    town: Town, first: Account, held: list[Reported]
) -> None:
    """What two copies have in common, any two reports have: no mark, no fingerprint."""
    normal = make_report(town)
    shown(signed_in(first))
    with as_owner():
        rows = {case.pk: case for case in Case.objects.all()}
        differing = {
            field.attname
            for field in Case._meta.concrete_fields
            if getattr(rows[held[0].id], field.attname) != getattr(rows[normal.id], field.attname)
        }
        assert differing == {"id", "number", "held"}
        bodies = {bytes(entry.body) for entry in Entry.objects.all()}
    assert len(bodies) == 4


def test_sorting_out_takes_no_more_queries_for_each_report_than_it_writes(
    first: Account, second: Account, town: Town
) -> None:
    def cost(count: int) -> int:
        reports = {make_held(town).id for _number in range(count)}
        with acting_as(first.id):
            assert actions.mark(first.id, reports) == count
        with acting_as(second.id), CaptureQueriesContext(connection) as captured:
            assert actions.sort_out(second.id, second.secret, reports) == count
        return len(captured)

    assert cost(5) - cost(3) == 2 * 4  # two entries, the case, the audit log


def test_stages_are_counted_with_one_query(
    town: Town, first: Account, held: list[Reported]
) -> None:
    with acting_as(first.id), CaptureQueriesContext(connection) as captured:
        found = quarantine.counts(town.municipality.pk)
    assert found == {Stage.WAITING: 3, Stage.MARKED: 0, Stage.ENDED: 0}
    assert len(captured) == 1
