"""What handlers add to a short report: advice, deadlines and steps follow, the report stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from komma.cases.actions import access, work
from komma.cases.actions.added_facts import add_facts
from komma.cases.actions.errors import Refused, Stale
from komma.cases.actions.mailbox import write_message
from komma.cases.codes import EntryKind, TaskState
from komma.cases.deadlines import facts_of, of_case
from komma.cases.forms import AddedFactsForm
from komma.cases.models import Case
from komma.cases.tasks import situation_of, tasks_of
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from komma.procedures.data import to_data
from komma.procedures.models import ProcedureVersion
from komma.procedures.shipped import shipped
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

    from komma.cases.timeline import OpenEntry
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

TEXT = "Er hat mir ins Gesicht geschlagen."
HIT = {"forms": ["injury"], "affected_role": "field", "channels": ["field"]}
OFFENCE = "§ 223"
ACCIDENT = "193 Abs. 1 und 4 SGB VII"


@pytest.fixture
def short(town: Town) -> Reported:
    return make_report(town, facts={"description": TEXT})


@pytest.fixture
def holder(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def client(holder: Account) -> Client:
    return signed_in(holder)


def step(reported: Reported) -> str:
    return reverse("cases:step", args=[reported.id, "angaben"])


def shown(client: Client, name: str, reported: Reported) -> str:
    return client.get(reverse(f"cases:{name}", args=[reported.id])).content.decode()


def plain(page: str) -> str:
    return page.replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


def add(account: Account, reported: Reported, **facts: Any) -> None:
    with acting_as(account.id):
        file = case_of(account, reported)
        add_facts(file, facts, version=file.case.version)


def known(account: Account, reported: Reported) -> dict[str, Any]:
    with acting_as(account.id):
        file = case_of(account, reported)
        return facts_of(file.case, file.entries)


def entries_of(reported: Reported) -> list[OpenEntry]:
    with transaction.atomic():
        found = box_of(reported).entries
        use_receipt("")
    return found


def form(known: Mapping[str, Any], **data: Any) -> AddedFactsForm:
    return AddedFactsForm({"version": "0"} | data, known=known)


# --- What follows


def test_offences_and_the_accident_report_follow(client: Client, short: Reported) -> None:
    assert OFFENCE not in plain(shown(client, "advice", short))
    assert ACCIDENT not in plain(shown(client, "case", short))
    page = client.get(step(short)).content.decode()
    assert "es ändert ihre Meldung nicht" in page
    assert page.count(" checked") == 1, "the role is not known"
    assert client.post(step(short), {"version": "0"} | HIT).status_code == 302
    advice = plain(shown(client, "advice", short))
    assert OFFENCE in advice
    assert ACCIDENT in advice
    page = plain(shown(client, "case", short))
    assert ACCIDENT in page
    assert "Ergänzt – Art: Schlagen, Treten, Körperverletzung; Aufgabe: Mitarbeiter:in im " in page
    preset = client.get(step(short)).content.decode()
    assert preset.count(" checked") == 3


def test_the_report_stays_the_reporters_own(
    client: Client, holder: Account, short: Reported
) -> None:
    add(holder, short, **HIT)
    with acting_as(holder.id):
        report = case_of(holder, short).report
    assert report is not None
    assert report.body["facts"] == {"description": TEXT}
    page = shown(client, "case", short)
    own = page.split('id="meldung"')[1].split("</section>")[0]
    assert TEXT in own
    assert "Körperverletzung" not in own
    assert page.count("Mitarbeiter:in im Außendienst") == 1, "said once, in the history"


def test_the_mailbox_tells_it_and_counts_by_it(holder: Account, short: Reported) -> None:
    add(holder, short, **HIT)
    with transaction.atomic():
        box = box_of(short)
        rules = {line.rule.id for line in of_case(box.case, box.entries).lines}
        entry, news = box.entries[-1], box.case.news_for_reporter
        use_receipt("")
    assert "unfallanzeige" in rules
    assert news
    assert (entry.label, entry.from_reporter, entry.facts) == ("Angaben", False, [])
    assert entry.text == (
        "Ergänzt – Art: Schlagen, Treten, Körperverletzung; "
        "Aufgabe: Mitarbeiter:in im Außendienst; Wo: im Außendienst"
    )
    assert entry.function == "Fallführung 1"


@pytest.fixture
def accident(town: Town) -> None:
    """Let the procedure have a step for injuries only."""
    body = to_data(shipped()["uebergriff"])
    more = {"id": "unfall", "title": "Unfall melden", "levels": [], "forms": ["injury"]}
    body["step"].append(body["step"][0] | more)
    with as_owner():
        ProcedureVersion.objects.create(
            organisation_id=town.municipality.pk,
            slug="uebergriff",
            number=1,
            body=body,
            published_on=today(),
        )


def state(account: Account, reported: Reported) -> str | None:
    with acting_as(account.id):
        found = tasks_of(case_of(account, reported))
    return next((task.row.state for task in found if task.step == "unfall"), None)


@pytest.mark.usefixtures("accident")
def test_a_conditional_step_rests_and_comes_back(holder: Account, short: Reported) -> None:
    with acting_as(holder.id):
        work.take_over(case_of(holder, short), "frei", version=0)
    assert state(holder, short) == TaskState.OPEN, "not known rules nothing out"
    add(holder, short, forms=["insult"])
    assert state(holder, short) == TaskState.RESTING
    add(holder, short, forms=["insult", "injury"])
    assert state(holder, short) == TaskState.OPEN
    with acting_as(holder.id):
        assert situation_of(case_of(holder, short), None).forms == {"insult", "injury"}


@pytest.mark.usefixtures("accident")
def test_a_step_that_the_report_ruled_out_becomes_a_task(town: Town, holder: Account) -> None:
    reported = make_report(town, facts={"description": TEXT, "forms": ["insult"]})
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
    assert state(holder, reported) is None
    add(holder, reported, forms=["insult", "injury"])
    assert state(holder, reported) == TaskState.OPEN


# --- Merging


def test_of_each_key_the_newest_addition_counts(town: Town, holder: Account) -> None:
    told = {"description": TEXT, "forms": ["threat"], "affected_role": "office"}
    reported = make_report(town, facts=told)
    add(holder, reported, forms=["threat", "injury"])
    add(holder, reported, affected_role="field")
    add(holder, reported, channels=["phone"])
    assert known(holder, reported) == told | {
        "side": "outside",
        "forms": ["threat", "injury"],
        "affected_role": "field",
        "channels": ["phone"],
    }
    add(holder, reported, affected_role="")
    assert known(holder, reported)["affected_role"] == ""
    assert entries_of(reported)[-1].text == "Ergänzt – Aufgabe: nicht bekannt"


def test_an_addition_takes_nothing_away_that_the_reporter_said(town: Town, holder: Account) -> None:
    reported = make_report(town, facts={"description": TEXT, "forms": ["threat"]})
    add(holder, reported, forms=["injury", "insult"])
    assert known(holder, reported)["forms"] == ["threat", "injury", "insult"]
    add(holder, reported, forms=["insult"])
    assert known(holder, reported)["forms"] == ["threat", "insult"]
    with acting_as(holder.id):
        assert situation_of(case_of(holder, reported), None).forms == {"threat", "insult"}


@pytest.mark.parametrize("kind", [EntryKind.FACTS, EntryKind.FROM_REPORTER, EntryKind.DIARY])
def test_a_message_of_the_reporter_never_counts_as_an_addition(
    holder: Account, short: Reported, kind: str
) -> None:
    """Negative control: even one that names itself so has no signature of staff."""
    with transaction.atomic():
        write_message(box_of(short), "Ergänzt – Art: Angriff", kind=kind, facts=HIT)
        use_receipt("")
    assert entries_of(short)[-1].kind == kind
    found = known(holder, short)
    assert found == {"description": TEXT, "side": "outside"}
    with acting_as(holder.id):
        file = case_of(holder, short)
        assert situation_of(file, None).forms == frozenset()
        assert of_case(file.case, file.entries).lines
        assert "unfallanzeige" not in {
            line.rule.id for line in of_case(file.case, file.entries).lines
        }


def test_nothing_else_than_these_keys_is_ever_replaced(holder: Account, short: Reported) -> None:
    add(holder, short, description="anders", danger="no", **HIT)
    assert known(holder, short) == HIT | {"description": TEXT, "side": "outside"}
    with pytest.raises(Refused, match="noch nichts ergänzt"):
        add(holder, short, description="anders")


# --- The form


@pytest.mark.parametrize(
    "data",
    [
        {"forms": ["murder"]},
        {"forms": ["unknown"]},
        {"affected_role": "king"},
        {"affected_role": "unsaid"},
        {"channels": ["unknown"]},
        {"channels": ["pigeon", "mail"]},
    ],
)
def test_unknown_codes_are_refused_in_plain_words(
    client: Client, short: Reported, data: dict[str, Any]
) -> None:
    page = client.post(step(short), {"version": "0"} | data)
    assert page.status_code == 200
    assert "Diese Antwort steht nicht zur Wahl. Bitte wählen Sie" in page.content.decode()
    assert [entry.kind for entry in entries_of(short)] == [EntryKind.REPORT]


def test_only_what_differs_is_added() -> None:
    told = {"forms": ["unknown", "insult"], "affected_role": "unsaid", "channels": "phone"}
    assert form(told).initial["forms"] == ["insult"]
    assert form(told).initial["affected_role"] == ""
    same = form(told, forms=["insult"], channels=["phone"])
    assert not same.is_valid()
    assert "noch nichts ergänzt oder geändert" in str(same.errors)
    more = form(told, forms=["insult"], channels=["phone"], affected_role="council")
    assert more.is_valid()
    assert more.cleaned_data["changed"] == {"affected_role": "council"}
    twice = form({"forms": ["insult", "injury"]}, forms=["injury", "insult", "injury"])
    assert not twice.is_valid(), "neither order nor repeating is a change"
    less = form(told, channels=["phone"])
    assert less.is_valid()
    assert less.cleaned_data["changed"] == {"forms": []}


@pytest.mark.parametrize("broken", [{"forms": 5}, {"forms": [["a"]]}, {"affected_role": {"a": 1}}])
def test_a_strange_report_breaks_no_form(broken: dict[str, Any]) -> None:
    assert form(broken, forms=["insult"]).is_valid()


# --- Who and when


def test_readers_and_others_are_refused(
    town: Town, other_town: Town, holder: Account, short: Reported
) -> None:
    reader = town.one(Pillar.COORDINATION)
    with acting_as(holder.id):
        access.grant(case_of(holder, short), reader.id)
    browser = signed_in(reader)
    assert browser.get(step(short)).status_code == 302
    version = str(case().version)
    assert browser.post(step(short), {"version": version} | HIT).status_code == 409
    assert "angaben" not in shown(browser, "case", short)
    for account in (town.one(Pillar.COMPLAINT), other_town.one(Pillar.ASSAULT)):
        browser = signed_in(account)
        assert browser.get(step(short)).status_code == 404
        assert browser.post(step(short), {"version": version} | HIT).status_code == 404
    assert EntryKind.FACTS not in {entry.kind for entry in entries_of(short)}


def case() -> Case:
    with as_owner():
        return Case.objects.get()


def test_another_change_first_keeps_what_was_typed(
    town: Town, client: Client, short: Reported
) -> None:
    second = town.one(Pillar.ASSAULT, 1)
    add(second, short, channels=["phone"])
    response = client.post(step(short), {"version": "0"} | HIT)
    page = response.content.decode()
    assert response.status_code == 409
    assert f"Inzwischen hat {second.person.name} den Fall geändert" in page
    assert page.count(" checked") == 3
    assert 'name="version" value="1"' in page
    assert client.post(step(short), {"version": "1"} | HIT).status_code == 302
    with acting_as(second.id), pytest.raises(Stale):
        add_facts(case_of(second, short), HIT, version=1)


def test_it_is_audited_without_content_and_sealed(holder: Account, short: Reported) -> None:
    add(holder, short, **HIT)
    with as_owner(), connection.cursor() as cursor:
        assert AuditEntry.objects.filter(kind="case.facts_added").count() == 1
        cursor.execute("SELECT row_to_json(e)::text FROM cases_entry e")
        raw = " ".join(text for (text,) in cursor.fetchall())
        cursor.execute(f"SELECT row_to_json(e)::text FROM {AuditEntry._meta.db_table} e")
        raw += " ".join(text for (text,) in cursor.fetchall())
    assert "injury" not in raw
    assert b"injury".hex() not in raw


def test_a_closed_case_takes_nothing_in(client: Client, holder: Account, short: Reported) -> None:
    with acting_as(holder.id):
        work.take_over(case_of(holder, short), "frei", version=0)
        file = case_of(holder, short)
        work.close(file, outcome="helped", reason="", message="Ende.", version=file.case.version)
    with pytest.raises(Refused, match="abgeschlossen"):
        add(holder, short, **HIT)
    assert client.get(step(short)).status_code == 302
