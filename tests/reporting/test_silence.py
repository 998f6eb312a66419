"""When nobody answers: who is next, how to reach them, and a complaint that is heard."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from komma.cases import jobs
from komma.cases.actions import writing
from komma.cases.actions.work import take_over
from komma.cases.models import Case, CaseKey
from komma.cases.silence import promised_weeks
from komma.cases.timeline import OpenEntry
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Organisation, ServiceAgreement, Unit
from komma.procedures.data import to_data
from komma.procedures.models import ProcedureVersion
from komma.procedures.shipped import shipped
from tests.cases.test_jobs import queued
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, case_of
from tests.reporting.conftest import WORDS, Reporter, all_cases, read_as

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
LATE = NOW + dt.timedelta(days=5)


@pytest.fixture
def agreed(town: Town, other_town: Town) -> ServiceAgreement:
    """``other_town`` stands in the chain of responsibility of ``town``."""
    with as_owner():
        return ServiceAgreement.objects.create(
            served=town.municipality,
            body_id=other_town.municipality.pk,
            starts_on=dt.date(2026, 1, 1),
            served_agreed_on=dt.date(2026, 1, 1),
            body_agreed_on=dt.date(2026, 1, 1),
        )


@pytest.fixture
def code(reporter: Reporter) -> str:
    with time_machine.travel(NOW):
        reporter.begin(was__description=WORDS, wer__side="outside")
        reporter.send()
        found = reporter.code()
        reporter.post("/melden/quittung/")
    return found


def mailbox_on(reporter: Reporter, code: str, moment: dt.datetime) -> str:
    with time_machine.travel(moment):
        reporter.post("/postfach/", {"receipt": code})
        return reporter.get("/postfach/").content.decode()


def next_house(town: Town) -> None:
    """Give the body after the own house a telephone."""
    with as_owner():
        Organisation.objects.exclude(pk=town.municipality.pk).update(
            phone="0123 45-67", email="stelle@kreis.example"
        )


def test_before_the_day_nothing_is_missing(reporter: Reporter, code: str) -> None:
    page = mailbox_on(reporter, code, NOW)
    assert "/postfach/untaetig/" not in page
    with time_machine.travel(NOW):
        assert reporter.get("/postfach/untaetig/").headers["Location"] == "/postfach/"


def test_the_next_body_is_named_with_its_telephone(
    reporter: Reporter, code: str, town: Town, agreed: ServiceAgreement
) -> None:
    next_house(town)
    page = mailbox_on(reporter, code, LATE)
    assert "Die nächste Stelle für Sie ist:" in page
    assert agreed.body.name in page
    assert 'href="tel:01234567"' in page
    assert "stelle@kreis.example" in page


def test_without_a_next_body_the_page_says_so_and_leads_on(reporter: Reporter, code: str) -> None:
    with as_owner():
        Organisation.objects.update(phone="", email="", address="")
        Unit.objects.update(phone="", email="")
    page = mailbox_on(reporter, code, LATE)
    assert "ist hier nicht eingetragen" in page
    assert "/hilfe/" in page


def test_a_complaint_is_recorded_once_and_reaches_the_holders(
    reporter: Reporter, code: str, town: Town
) -> None:
    mailbox_on(reporter, code, LATE)
    with time_machine.travel(LATE):
        assert "noch heute" in reporter.get("/postfach/untaetig/").content.decode()
        with as_owner():
            Case.objects.update(news_for_holders=False)
        for _twice in range(2):
            reporter.post("/postfach/untaetig/")
        page = reporter.get("/postfach/?neu=beschwerde").content.decode()
    assert "Ihre Beschwerde ist festgehalten" in page
    entries = [e for e in read_as(town.one(Pillar.ASSAULT)) if "Untätigkeit" in e.text]
    assert [entry.from_reporter for entry in entries] == [True]
    assert "Bis zum 13.02.2026" in entries[0].text
    assert all_cases()[0].news_for_holders


def test_the_deputies_step_in_as_the_page_promises(reporter: Reporter, code: str) -> None:
    with as_owner():
        assert CaseKey.objects.filter(is_reserve=True).exists(), "negative control"
    with time_machine.travel(LATE), as_worker():
        jobs.escalate(0)
    with as_owner():
        assert not CaseKey.objects.filter(is_reserve=True).exists()


def test_a_missing_interim_notice_counts_from_the_last_word(
    reporter: Reporter, code: str, town: Town
) -> None:
    holder = town.one(Pillar.ASSAULT)
    reported = Reported(all_cases()[0].pk, "", "", None, None)  # type: ignore[arg-type]
    with time_machine.travel(NOW), acting_as(holder.id):
        take_over(case_of(holder, reported), "frei", version=0)
    spoken = NOW + dt.timedelta(days=20)
    with time_machine.travel(spoken), acting_as(holder.id):
        writing.reply(case_of(holder, reported), "Wir prüfen noch.")
    assert "untaetig" not in mailbox_on(reporter, code, NOW + dt.timedelta(days=30))
    page = mailbox_on(reporter, code, spoken + dt.timedelta(weeks=4, days=1))
    assert "hätten Sie hören sollen, wie es weitergeht" in page
    assert "schaltet KommA außerdem die Vertretung ein" not in page


def test_looking_who_is_next_costs_queries_only_where_something_is_missing(
    reporter: Reporter, code: str
) -> None:
    def queries(moment: dt.datetime) -> int:
        with time_machine.travel(moment):
            reporter.post("/postfach/", {"receipt": code})
            with CaptureQueriesContext(connection) as captured:
                reporter.get("/postfach/")
        return len(captured)

    assert queries(LATE) - queries(NOW) <= 5


def answered(town: Town, weeks: int) -> None:
    """Take the case over and answer, in a house that promises news every so many weeks."""
    with as_owner():
        for slug, procedure in shipped().items():
            ProcedureVersion.objects.create(
                organisation_id=town.municipality.pk,
                slug=slug,
                number=1,
                body=to_data(procedure) | {"interim_weeks": weeks},
                published_on=NOW.date(),
            )
    holder = town.one(Pillar.ASSAULT)
    reported = Reported(all_cases()[0].pk, "", "", None, None)  # type: ignore[arg-type]
    with time_machine.travel(NOW), acting_as(holder.id):
        take_over(case_of(holder, reported), "frei", version=0)
        writing.reply(case_of(holder, reported), "Wir kümmern uns.")


@pytest.mark.parametrize("weeks", [1, 4, 6])
def test_the_promise_of_the_procedure_counts(
    reporter: Reporter, code: str, town: Town, weeks: int
) -> None:
    answered(town, weeks)
    due = NOW + dt.timedelta(weeks=weeks)
    assert "untaetig" not in mailbox_on(reporter, code, due)
    assert "untaetig" in mailbox_on(reporter, code, due + dt.timedelta(days=1))


def test_where_nothing_is_promised_nothing_is_missing(
    reporter: Reporter, code: str, town: Town
) -> None:
    answered(town, 0)
    assert "untaetig" not in mailbox_on(reporter, code, NOW + dt.timedelta(weeks=30))


def entry(sequence: int, kind: str, **body: object) -> OpenEntry:
    return OpenEntry(uuid4(), "mailbox", sequence, NOW.date(), kind, body)


@pytest.mark.parametrize(
    ("entries", "weeks"),
    [
        ([], 4),
        ([entry(1, "status")], 4),  # from before the promise was written down
        ([entry(1, "status", interim_weeks=6)], 6),
        ([entry(1, "status", interim_weeks=6), entry(2, "progress", interim_weeks=2)], 2),
        ([entry(2, "progress", interim_weeks=2), entry(1, "status", interim_weeks=6)], 2),
        ([entry(1, "status", interim_weeks=6), entry(2, "status")], 6),
        ([entry(1, "status", interim_weeks=0)], 0),
        # What the reporter could write promises nothing, nor does what is no number of weeks.
        ([entry(1, "from_reporter", interim_weeks=0)], 4),
        ([entry(1, "status", interim_weeks=6), entry(2, "status", interim_weeks="0")], 6),
        ([entry(1, "status", interim_weeks=6), entry(2, "status", interim_weeks=False)], 6),
        ([entry(1, "status", interim_weeks=6), entry(2, "status", interim_weeks=-1)], 6),
        ([entry(1, "status", interim_weeks=10**12)], 4),
    ],
)
def test_the_newest_promise_that_is_one_counts(entries: list[OpenEntry], weeks: int) -> None:
    assert promised_weeks(entries) == weeks


def complain(reporter: Reporter, code: str, **pressed: str) -> list[dict[str, str]]:
    """Complain twice, as somebody who is not sure that it worked; return the waiting mails."""
    mailbox_on(reporter, code, LATE)
    with time_machine.travel(LATE):
        for _twice in range(2):
            reporter.post("/postfach/untaetig/", pressed)
    return queued("cases.tell_next_body")


def test_with_the_reporters_word_the_next_body_is_told_without_content(
    reporter: Reporter, code: str, town: Town, agreed: ServiceAgreement
) -> None:
    next_house(town)
    (args,) = complain(reporter, code, weiter="1")
    assert args == {"body": str(agreed.body_id), "town": str(town.municipality.pk)}
    with as_worker():
        jobs.tell_next_body(**args)
    (message,) = mail.outbox
    assert message.to == ["stelle@kreis.example"]
    assert town.municipality.name in message.body
    case = all_cases()[0]
    for secret in (case.number, str(case.pk), WORDS, "13.02."):
        assert secret not in f"{message.subject} {message.body}"


def test_without_it_nobody_outside_hears_of_it(
    reporter: Reporter, code: str, town: Town, agreed: ServiceAgreement
) -> None:
    next_house(town)
    assert complain(reporter, code) == []


def test_a_body_that_left_the_chain_gets_no_mail(
    reporter: Reporter, code: str, town: Town, agreed: ServiceAgreement
) -> None:
    next_house(town)
    (args,) = complain(reporter, code, weiter="1")
    with as_owner():
        ServiceAgreement.objects.all().delete()
    with as_worker():
        jobs.tell_next_body(**args)
    assert mail.outbox == []


def test_a_complaint_that_is_made_is_not_offered_again(reporter: Reporter, code: str) -> None:
    complain(reporter, code)
    page = mailbox_on(reporter, code, LATE)
    assert "Ihre Beschwerde liegt allen vor" in page
    assert "/postfach/untaetig/" not in page


def test_the_next_body_can_be_told_later_and_once(
    reporter: Reporter, code: str, town: Town, agreed: ServiceAgreement
) -> None:
    next_house(town)
    assert complain(reporter, code) == [], "recorded only"
    page = mailbox_on(reporter, code, LATE)
    assert "Auch der nächsten Stelle sagen" in page
    with time_machine.travel(LATE):
        assert "schon festgehalten" in reporter.get("/postfach/untaetig/").content.decode()
        answer = reporter.post("/postfach/untaetig/", {"weiter": "1"})
        page = reporter.get(answer.headers["Location"]).content.decode()
        assert "Die nächste Stelle bekommt in der nächsten Stunde eine E-Mail" in page
        assert agreed.body.name in page
        assert "Auch der nächsten Stelle sagen" not in page
        reporter.post("/postfach/untaetig/", {"weiter": "1"})
    assert len(queued("cases.tell_next_body")) == 1
    assert len([e for e in read_as(town.one(Pillar.ASSAULT)) if "Untätigkeit" in e.text]) == 1


def test_taking_over_is_no_answer(reporter: Reporter, code: str, town: Town) -> None:
    """What the receipt promised holds until somebody says a word."""
    holder = town.one(Pillar.ASSAULT)
    number = all_cases()[0].number
    reported = Reported(all_cases()[0].pk, "", "", None, None)  # type: ignore[arg-type]
    with time_machine.travel(NOW), acting_as(holder.id):
        take_over(case_of(holder, reported), "frei", version=0)
    assert "Antwort bis Freitag, 13. Februar 2026" in mailbox_on(reporter, code, NOW)
    page = mailbox_on(reporter, code, LATE)
    assert "Zugesagt war eine Antwort bis" in page
    assert "Vertretung eingeschaltet" not in page, "somebody has taken it over"
    assert number in overdue_cases(holder), "it is missing for the staff too"
    with time_machine.travel(LATE), acting_as(holder.id):
        writing.reply(case_of(holder, reported), "Entschuldigen Sie, dass Sie warten mussten.")
    page = mailbox_on(reporter, code, LATE)
    assert "untaetig" not in page
    assert "Die nächste Nachricht kommt bis" in page
    assert number not in overdue_cases(holder)
    with time_machine.travel(LATE):
        page = signed_in(holder).get(f"/faelle/{reported.id}/").content.decode()
    assert "Nächste Nachricht bis" in page


def overdue_cases(holder: Account) -> str:
    with time_machine.travel(LATE):
        return signed_in(holder).get("/faelle/?overdue=on").content.decode()
