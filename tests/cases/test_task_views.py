"""Tasks over HTTP: as owner, colleague, outsider and nobody; lists, the calendar, a locked vault."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from komma.cases.actions import tasks
from komma.cases.actions.entries import locked_for, note_down
from komma.cases.codes import EntryKind, TaskState
from komma.cases.models import CalendarFeed, Task
from komma.cases.tasks import INTERIM, tasks_of
from komma.core.dates import today, years_after
from komma.core.rows import acting_as
from komma.municipalities.actions import end_all_memberships
from komma.municipalities.codes import Pillar, Role
from tests.cases.test_absence import away
from tests.cases.test_tasks import all_tasks, classify, finish, pass_time, states, take
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

MINE = "/aufgaben/"


@pytest.fixture
def lead(town: Town, reported: Reported) -> Account:
    first = town.one(Pillar.ASSAULT)
    take(first, reported)
    return first


@pytest.fixture
def client(lead: Account) -> Client:
    return signed_in(lead)


def address(lead: Account, reported: Reported, step: str, tail: str = "") -> str:
    task = all_tasks(lead, reported)[step]
    return reverse("cases:task", args=[reported.id, task.id]) + tail


def test_the_list_says_what_is_due_and_where(client: Client, reported: Reported) -> None:
    shown = client.get(MINE).content.decode()
    assert "Betroffene Person schützen" in shown
    assert reported.number in shown
    assert "Meine (3)" in shown
    assert "heute" in shown


def test_with_a_locked_vault_no_word_is_shown(lead: Account) -> None:
    shown = signed_in(lead, vault=False).get(MINE).content.decode()
    assert "Betroffene Person schützen" not in shown
    assert "Tresor öffnen" in shown
    assert "Aufgabe in Fall" in shown


def test_others_find_nothing(
    town: Town, other_town: Town, lead: Account, reported: Reported
) -> None:
    addresses = [
        address(lead, reported, "einstufen", tail) for tail in ("", "uebergeben/", "verschieben/")
    ] + [reverse("cases:procedure", args=[reported.id])]
    strangers = (
        town.one(Pillar.ASSAULT, 2),
        town.one(Pillar.LEADERSHIP),
        other_town.one(Pillar.ASSAULT),
    )
    for stranger in strangers:
        outsider = signed_in(stranger)
        for each in addresses:
            assert outsider.get(each).status_code == 404
            assert outsider.post(each, {"outcome": "done"}).status_code in (404, 405)
        assert "Betroffene Person" not in outsider.get(MINE, {"zeigen": "team"}).content.decode()
    nobody = Client()
    for each in [*addresses, MINE, reverse("tasks:calendar")]:
        assert nobody.get(each).status_code == 302
    mine = signed_in(lead)  # negative control
    assert [mine.get(each).status_code for each in addresses] == [200] * len(addresses)


def test_checking_off_tells_the_reporter_what_the_step_says(
    client: Client, lead: Account, reported: Reported
) -> None:
    classify(lead, reported, 2)
    url = address(lead, reported, "schutz")
    assert "Jemand hat sich vergewissert" in client.get(url).content.decode()
    answer = client.post(url, {"outcome": "done", "tell": "on", "message": "Sie sind sicher."})
    assert answer.status_code == 302
    page = client.get(reverse("cases:case", args=[reported.id])).content.decode()
    assert "Sie sind sicher." in page
    assert "Erledigt: Betroffene Person schützen" in page
    assert "Psychologische Erstbetreuung anbieten" in page


def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    client: Client, lead: Account, reported: Reported
) -> None:
    for step in ("einstufen", "gespraech"):
        finish(lead, reported, step)
    url = address(lead, reported, "anzeige")
    answer = client.post(url, {"outcome": "done", "note": "Anzeige liegt bereit"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "braucht das Einverständnis" in shown
    assert "Anzeige liegt bereit" in shown
    answer = client.post(url, {"outcome": "dropped"})
    assert "warum sie entfällt" in answer.content.decode()
    assert states(lead, reported)["anzeige"] == TaskState.OPEN


def test_handing_over_putting_off_and_taking_up(
    town: Town, client: Client, lead: Account, reported: Reported
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    url = address(lead, reported, "einstufen")
    answer = client.post(url + "uebergeben/", {"person": second.id, "reason": "bitte"}, follow=True)
    assert f"Die Aufgabe liegt jetzt bei {second.person.name}." in answer.content.decode()
    assert all_tasks(lead, reported)["einstufen"].row.owner_id == second.id
    past = client.post(url + "verschieben/", {"due_on": "1.1.2020", "reason": "x"})
    assert "liegt in der Vergangenheit" in past.content.decode()
    later = today() + dt.timedelta(days=9)
    moved = {"due_on": later.isoformat(), "reason": "Urlaub"}
    answer = client.post(url + "verschieben/", moved, follow=True)
    assert f"jetzt bis {later:%d.%m.%Y} fällig" in answer.content.decode()
    assert all_tasks(lead, reported)["einstufen"].row.due_at.date() == later
    client.post(url, {"outcome": "done"})
    assert states(lead, reported)["einstufen"] == TaskState.DONE
    client.post(url + "aufnehmen/")
    assert states(lead, reported)["einstufen"] == TaskState.OPEN


def test_a_task_by_hand_and_another_procedure(
    client: Client, lead: Account, reported: Reported
) -> None:
    step = reverse("cases:step", args=[reported.id, "aufgabe"])
    answer = client.post(
        step, {"title": "Schloss tauschen", "person": lead.id, "due_on": today().isoformat()}
    )
    assert answer.status_code == 302
    assert "Schloss tauschen" in states(lead, reported)
    change = reverse("cases:step", args=[reported.id, "verfahren-wechseln"])
    shown = client.get(change).content.decode()
    assert "Bedrohung von Amts- und Mandatspersonen" in shown
    assert "Beschwerde nach dem AGG" not in shown
    with acting_as(lead.id):
        version = case_of(lead, reported).case.version
    answer = client.post(
        change, {"procedure": "amt-und-mandat", "reason": "Ratsmitglied", "version": version}
    )
    assert answer.status_code == 302
    assert states(lead, reported)["Schloss tauschen"] == TaskState.OPEN
    overview = client.get(reverse("cases:procedure", args=[reported.id])).content.decode()
    assert "Am selben Tag zurückrufen" in overview


def test_the_deputy_sees_late_tasks_and_those_of_the_absent(
    town: Town, lead: Account, reported: Reported
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    deputy = signed_in(second)
    assert "Meine (0)" in deputy.get(MINE).content.decode()
    assert "In allen meinen Fällen (3)" in deputy.get(MINE).content.decode()
    away(town, lead)
    assert "Meine (3)" in deputy.get(MINE).content.decode()


def test_lists_ask_the_same_number_of_queries(town: Town, client: Client, lead: Account) -> None:
    def count(which: str) -> int:

        with CaptureQueriesContext(connection) as found:
            client.get(MINE, {"zeigen": which})
        return len(found)

    lists = ("meine", "team", "ueberfaellig", "erledigt")
    before = [count(which) for which in lists]
    for _ in range(2):
        take(lead, make_report(town))
    assert [count(which) for which in lists] == before


def test_the_calendar_tells_when_and_nothing_else(
    client: Client, lead: Account, reported: Reported
) -> None:
    page = client.post(reverse("tasks:calendar")).content.decode()
    link = page.split("<code>")[1].split("</code>")[0]
    path = link.removeprefix("http://testserver")
    reading = Client().get(path)
    events = Calendar.from_ical(reading.content).walk("VEVENT")
    assert reading["Content-Type"].startswith("text/calendar")
    assert len(events) == 3
    text = reading.content.decode()
    assert reported.number not in text
    assert str(reported.id) not in text
    with acting_as(lead.id):
        found = tasks_of(case_of(lead, reported))
    assert not any(str(task.id) in text or task.title in text for task in found)
    assert link.split("/")[-1].removesuffix(".ics").encode() not in bytes(_feed().token_hash)
    finish(lead, reported, "einstufen")
    client.post(reverse("tasks:calendar"), {"stop": "1"})
    assert Calendar.from_ical(Client().get(path).content).walk("VEVENT") == []
    assert Calendar.from_ical(Client().get("/kalender/falsch.ics").content).walk("VEVENT") == []


def _feed() -> CalendarFeed:
    with as_owner():
        return CalendarFeed.objects.get()


def test_a_new_address_ends_the_former(client: Client) -> None:
    def link() -> str:
        page = client.post(reverse("tasks:calendar")).content.decode()
        return page.split("<code>http://testserver")[1].split("</code>")[0]

    first, second = link(), link()
    assert Calendar.from_ical(Client().get(first).content).walk("VEVENT") == []
    assert len(Calendar.from_ical(Client().get(second).content).walk("VEVENT")) == 3


def test_my_day_says_what_is_late(client: Client, lead: Account, reported: Reported) -> None:
    pass_time(lead, reported, due_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert "3 Aufgaben sind überfällig" in client.get("/start/").content.decode()


def test_a_closed_case_has_nothing_to_do(client: Client, lead: Account, reported: Reported) -> None:
    with acting_as(lead.id):
        task = all_tasks(lead, reported)["einstufen"]
        tasks.finish(case_of(lead, reported), task.id, tasks.Result())
    with as_owner():
        assert Task.objects.filter(state=TaskState.OPEN).exists()
    close = reverse("cases:step", args=[reported.id, "abschliessen"])
    with acting_as(lead.id):
        version = case_of(lead, reported).case.version
    shown = client.get(close).content.decode()
    assert "Noch offen" in shown
    assert "Noch offen: Nach vier Wochen nachfragen" in shown, "what has not begun counts too"
    given = {"outcome": "helped", "message": "m", "reason": "r", "version": version}
    refused = client.post(close, given).content.decode()
    assert "Bitte bestätigen Sie, dass es entfällt" in refused
    with acting_as(lead.id):
        assert case_of(lead, reported).case.closed_on is None
    client.post(close, given | {"given_up": "on"})
    assert "Meine (0)" in client.get(MINE).content.decode()
    page = client.get(reverse("cases:procedure", args=[reported.id])).content.decode()
    assert "mit dem Abschluss entfallen" in page
    assert "kommt später" not in page
    with acting_as(lead.id):
        told = case_of(lead, reported).entries
    given_up = next(e.text for e in told if "Mit dem Abschluss entfällt:" in e.text)
    assert "Nach vier Wochen nachfragen" in given_up
    assert "Gefahr einstufen" not in given_up, "that one is done"


def test_no_word_of_a_task_stands_in_the_title_of_its_page(
    client: Client, lead: Account, reported: Reported
) -> None:
    """Titles stay in the history of a browser."""
    with acting_as(lead.id):
        file = case_of(lead, reported)
        task = tasks.add(file, title="Frau Schmidt anrufen", note="", owner=lead.id, due_on=today())
    for tail in ("", "uebergeben/", "verschieben/"):
        page = client.get(reverse("cases:task", args=[reported.id, task]) + tail).content.decode()
        assert "Frau Schmidt anrufen" in page
        assert "Schmidt" not in page.split("<title>")[1].split("</title>")[0]


def test_the_address_goes_with_the_last_role(town: Town, lead: Account, client: Client) -> None:
    client.post(reverse("tasks:calendar"))
    colleague = signed_in(town.one(Pillar.ASSAULT, 1))
    colleague.post(reverse("tasks:calendar"))
    desk = town.one(Pillar.ADMINISTRATION)
    with acting_as(desk.id):
        end_all_memberships(person_id=lead.id, organisation_id=town.municipality.pk, by=desk.id)
    with as_owner():
        assert [feed.person_id for feed in CalendarFeed.objects.all()] == [
            town.one(Pillar.ASSAULT, 1).id
        ]


def test_who_did_it_is_said_and_never_whoever_looks(
    town: Town, lead: Account, reported: Reported
) -> None:
    finish(lead, reported, "schutz")
    second = signed_in(town.one(Pillar.ASSAULT, 1))
    page = second.get(address(lead, reported, "schutz")).content.decode()
    assert "Fallführung 1" in page


def test_whoever_must_not_hear_of_it_is_named_to_the_team(town: Town) -> None:
    """A step may ask to tell the leadership; that it is excluded stands beside it."""
    lead, boss = town.one(Pillar.ASSAULT), town.one(Pillar.LEADERSHIP)
    open_to_all = make_report(town)
    kept = make_report(town, excluded={boss.id}, excluded_roles=frozenset({Role.LEADERSHIP}))
    client = signed_in(lead)
    for reported, warned in ((open_to_all, False), (kept, True)):
        take(lead, reported)
        for url in (
            reverse("cases:case", args=[reported.id]),
            address(lead, reported, "einstufen"),
        ):
            page = client.get(url).content.decode()
            assert ("alle in der Leitung" in page) == warned
            assert ("Für eine einzelne Person ist der Fall gesperrt" in page) == warned
            assert "Sagen Sie dort nichts" in page or not warned


def test_a_step_that_tells_whoever_is_excluded_warns_and_offers_no_sentence(town: Town) -> None:
    """Shut out as a group, or one by one, the only leadership; a case of all is the control."""
    lead, boss = town.one(Pillar.ASSAULT), town.one(Pillar.LEADERSHIP)
    kept = make_report(town, excluded_roles=frozenset({Role.LEADERSHIP}))
    named = make_report(town, excluded={boss.id})
    client = signed_in(lead)
    for reported, barred in ((make_report(town), False), (kept, True), (named, True)):
        take(lead, reported)
        classify(lead, reported, 2)
        page = client.get(address(lead, reported, "leitung")).content.decode()
        assert ("Die Rolle „Leitung“ darf von diesem Fall nichts erfahren" in page) == barred
        assert ("Die Leitung ist einbezogen" in page) != barred
        checked = [line for line in page.split("<input") if "checked" in line.split(">")[0]]
        assert any('value="dropped"' in line for line in checked) == barred


def test_whoever_is_excluded_is_not_offered_access(town: Town) -> None:
    lead, boss = town.one(Pillar.ASSAULT), town.one(Pillar.LEADERSHIP)
    client = signed_in(lead)
    for reported, offered in (
        (make_report(town), True),
        (make_report(town, excluded={boss.id}), False),
        (make_report(town, excluded_roles=frozenset({Role.LEADERSHIP})), False),
    ):
        take(lead, reported)
        page = client.get(reverse("cases:step", args=[reported.id, "zugang"])).content.decode()
        assert (str(boss.id) in page) == offered


def test_closing_the_case_is_the_step_that_asks_for_it(
    client: Client, lead: Account, reported: Reported
) -> None:
    waiting = set(all_tasks(lead, reported))
    while "abschluss" not in waiting:
        for step, state in states(lead, reported).items():
            if state == TaskState.OPEN and step != INTERIM:
                finish(lead, reported, step, consent=True)
        waiting = set(all_tasks(lead, reported))
    page = client.get(address(lead, reported, "abschluss")).content.decode()
    assert "Fall abschließen" in page
    assert "Fällig ist das erst später." in page
    close = reverse("cases:step", args=[reported.id, "abschliessen"])
    shown = client.get(close).content.decode()
    assert "Noch offen" not in shown
    with acting_as(lead.id):
        version = case_of(lead, reported).case.version
    client.post(close, {"outcome": "helped", "message": "m", "reason": "r", "version": version})
    assert states(lead, reported)["abschluss"] == TaskState.DONE


def test_the_task_names_who_stands_in(
    town: Town, client: Client, lead: Account, reported: Reported
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    url = address(lead, reported, "schutz")
    assert second.person.name in client.get(url).content.decode()
    assert "springt jetzt mit ein" not in client.get(url).content.decode()
    with as_owner():
        Task.objects.update(is_escalated=True)
    assert "springt jetzt mit ein" in client.get(url).content.decode()


def test_a_task_is_due_within_two_years(client: Client, lead: Account, reported: Reported) -> None:
    last = years_after(today(), 2)
    put_off = address(lead, reported, "einstufen", "verschieben/")
    by_hand = reverse("cases:step", args=[reported.id, "aufgabe"])
    typed = {"reason": "Ruhe", "title": "Nachfragen", "person": lead.id}
    for url in (put_off, by_hand):
        for late in (last + dt.timedelta(days=1), dt.date(2099, 1, 1), dt.date(2399, 1, 1)):
            answer = client.post(url, typed | {"due_on": late.isoformat()})
            shown = answer.content.decode()
            assert answer.status_code in (200, 409)
            assert f"Bitte wählen Sie einen Tag bis zum {last:%d.%m.%Y}." in shown
        assert client.post(url, typed | {"due_on": last.isoformat()}).status_code == 302
    found = all_tasks(lead, reported)
    assert {found[name].row.due_at.date() for name in ("einstufen", "Nachfragen")} == {last}


def test_what_is_missing_or_too_long_is_said_plainly(
    client: Client, lead: Account, reported: Reported
) -> None:
    by_hand = reverse("cases:step", args=[reported.id, "aufgabe"])
    put_off = address(lead, reported, "einstufen", "verschieben/")
    shown = client.post(by_hand, {"title": "x" * 130}).content.decode()
    assert "Das sind 130 Zeichen. Bitte kürzen Sie auf 120" in shown
    assert "Bitte geben Sie den Tag an" in shown
    assert "Bitte wählen Sie eine Person." in shown
    strange = {"title": "x", "due_on": "heute", "person": "00000000-0000-0000-0000-000000000000"}
    shown += client.post(by_hand, strange).content.decode()
    assert "Diese Person kann die Aufgabe nicht bekommen." in shown
    shown += client.post(put_off, {}).content.decode()
    for unwanted in ("Bitte sicherstellen", "füllen Sie dieses Feld aus", "gültige Auswahl"):
        assert unwanted not in shown


def test_what_whoever_takes_a_task_should_know_stands_on_it(
    town: Town, client: Client, lead: Account, reported: Reported
) -> None:
    second, url = town.one(Pillar.ASSAULT, 1), address(lead, reported, "einstufen")
    other = address(lead, reported, "schutz")
    taking = signed_in(second)
    client.post(url + "uebergeben/", {"person": second.id, "reason": "Nur vormittags anrufen"})
    shown = taking.get(url).content.decode()
    assert "Nur vormittags anrufen" in shown
    assert f"Zur Übergabe von {lead.person.name}:" in shown
    assert "Nur vormittags" not in taking.get(other).content.decode()
    back = taking.post(url + "uebergeben/", {"person": lead.id, "reason": ""}, follow=True)
    assert f"Die Aufgabe liegt jetzt bei {lead.person.name}." in back.content.decode()
    assert "Zur Übergabe" not in back.content.decode()


def test_an_older_entry_names_the_task_by_its_title(
    town: Town, client: Client, lead: Account, reported: Reported
) -> None:
    second, found = town.one(Pillar.ASSAULT, 1), all_tasks(lead, reported)["einstufen"]
    with as_owner():
        Task.objects.filter(pk=found.id).update(owner_id=second.id, deputy_id=None)
    with acting_as(lead.id), transaction.atomic():
        file = case_of(lead, reported)
        case = locked_for(file)
        body = {"title": found.title, "change": "handed", "to": str(second.id)}
        note_down(case, file, EntryKind.TASK, "Von früher", **body)
        case.save(update_fields=["last_sequence"])
    assert "Von früher" in client.get(address(lead, reported, "einstufen")).content.decode()
    assert "Von früher" not in client.get(address(lead, reported, "schutz")).content.decode()


def test_a_role_without_access_is_named_as_a_role(
    client: Client, lead: Account, reported: Reported
) -> None:
    classify(lead, reported, 2)
    for step in ("leitung", "beweise"):
        finish(lead, reported, step)
    shown = client.get(address(lead, reported, "hausrecht")).content.decode()
    assert "Die Rolle „Leitung“ hat keinen Zugang zu diesem Fall." in shown
