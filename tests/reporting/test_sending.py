"""Sending once, whatever happens: double clicks, lost answers, exclusions, nobody left."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections
from django.test import Client

from komma.cases.models import CaseExclusion, CaseReceipt
from komma.core.vault.server import open_for_server
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership, OrganisationModule, Unit
from komma.reporting.forms.town import Town as FormTown
from komma.reporting.views import visit
from tests.factories import as_owner
from tests.factories.towns import make_town, without_fallback
from tests.reporting.conftest import WORDS, Reporter, all_cases, read_as

if TYPE_CHECKING:
    from tests.factories.towns import Town


@pytest.fixture
def ready(reporter: Reporter) -> Reporter:
    reporter.begin(was__description=WORDS, wer__side="inside")
    return reporter


@pytest.mark.django_db
def test_a_second_send_leads_to_the_same_receipt(ready: Reporter) -> None:
    ready.send()
    code = ready.code()
    assert ready.send().headers["Location"] == "/melden/quittung/"
    assert ready.code() == code
    assert len(all_cases()) == 1


@pytest.mark.django_db
def test_a_lost_answer_loses_nothing(ready: Reporter) -> None:
    ready.send()  # the answer never arrives; the reporter opens any page again
    assert ready.get("bericht/pruefen/").headers["Location"] == "/melden/quittung/"
    assert ready.get("bericht/was/").headers["Location"] == "/melden/quittung/"
    assert ready.get("kurz/").headers["Location"] == "/melden/quittung/"
    assert "Code anzeigen" in ready.get().content.decode()


@pytest.mark.django_db
def test_a_short_report_sent_twice_is_one(reporter: Reporter) -> None:
    reporter.get("kurz/")
    data = {"description": WORDS, "side": "outside"}
    assert reporter.post("kurz/", data).headers["Location"] == "/melden/quittung/"
    assert reporter.post("kurz/", data).headers["Location"] == "/melden/quittung/"
    assert len(all_cases()) == 1
    page = reporter.post("kurz/", {"description": "Ganz anderes."}).content.decode()
    assert "Ganz anderes." in page
    assert "notieren Sie zuerst" in page
    assert len(all_cases()) == 1


@pytest.mark.django_db
def test_without_a_cookie_a_short_report_is_shown_again(reporter: Reporter) -> None:
    page = reporter.post("kurz/", {"description": WORDS})
    assert page.status_code == 200
    assert "wohnst" in page.content.decode()
    assert all_cases() == []
    assert reporter.post("kurz/", {"description": WORDS}).status_code == 302


@pytest.mark.django_db
def test_a_short_report_keeps_everything_on_errors(reporter: Reporter) -> None:
    reporter.get("kurz/")
    page = reporter.post(
        "kurz/",
        {
            "description": WORDS,
            "day_from": "1.1.2090",
            "contact_details": "0151 1",
            "danger": "yes",
        },
    ).content.decode()
    assert "liegt in der Zukunft" in page
    assert "wohnst" in page
    assert "0151 1" in page
    assert all_cases() == []


@pytest.mark.django_db
def test_more_leads_into_the_long_way_with_everything(reporter: Reporter) -> None:
    reporter.get("kurz/")
    response = reporter.post(
        "kurz/",
        {
            "description": WORDS,
            "day_from": "20.11.2026",
            "side": "inside",
            "contact_details": "0151 1",
            "mehr": "1",
        },
    )
    assert response.headers["Location"].endswith("/bericht/wen/")
    page = reporter.get("bericht/pruefen/").content.decode()
    assert "wohnst" in page
    assert "20.11.2026" in page
    assert "0151 1" in page
    assert 'value="2026-11-20"' in reporter.get("bericht/wann/").content.decode()


@pytest.mark.django_db
def test_a_short_report_from_a_draft_keeps_its_exclusions(reporter: Reporter, town: Town) -> None:
    first = town.one(Pillar.SUPPORT)
    code = choice_of(town, first.id)
    reporter.begin(was__description=WORDS, ausschluss__excluded=[code])
    reporter.post("kurz/", {"description": WORDS, "side": "inside"})
    assert read_as(first) == []
    assert len(read_as(town.one(Pillar.SUPPORT, 1))) == 1


@pytest.mark.django_db
def test_danger_is_announced_at_once(reporter: Reporter) -> None:
    reporter.get("kurz/")
    reporter.post("kurz/", {"description": WORDS, "danger": "yes"})
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs")
        assert ("cases.announce_now", "{}") in cursor.fetchall()
    assert (
        "Bei Gefahr rufen Sie bitte jetzt an" in reporter.get("/melden/quittung/").content.decode()
    )


@pytest.mark.django_db
def test_a_machine_is_slowed_down_and_nothing_is_lost(
    ready: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "MOST_REPORTS", 0)
    assert "sehr viele Meldungen" in ready.send().content.decode()
    page = ready.post("kurz/", {"description": "Etwas"}).content.decode()
    assert "sehr viele Meldungen" in page
    assert "Etwas" in page
    assert all_cases() == []
    monkeypatch.setattr(visit, "MOST_REPORTS", 600)
    assert ready.send().status_code == 302


# --- Who must not learn of it


def choice_of(town: Town, person: Any) -> str:
    receivers = FormTown(town.municipality).receivers
    return next(code for code, receiver in receivers.items() if receiver.person == person)


@pytest.mark.django_db
def test_an_excluded_person_gets_no_key(ready: Reporter, town: Town) -> None:
    first, second = town.one(Pillar.SUPPORT), town.one(Pillar.SUPPORT, 1)
    ready.step("ausschluss", excluded=[choice_of(town, first.id)], excluded_note="auch Frau X")
    summary = ready.get("bericht/pruefen/").content.decode()
    assert "Ansprechperson 1" in summary
    ready.send()
    assert read_as(first) == []
    (entry,) = read_as(second)
    assert entry.body["facts"]["excluded_note"] == "auch Frau X"
    with as_owner():
        assert CaseExclusion.objects.count() == 1


@pytest.mark.django_db
def test_choices_do_not_tell_keys_of_people(ready: Reporter, town: Town) -> None:
    page = ready.get("bericht/ausschluss/").content.decode()
    assert "Ansprechperson 1" in page
    for accounts in town.members.values():
        assert all(str(account.id) not in page for account in accounts)
        assert all(account.person.name not in page for account in accounts)
    with as_owner():
        town.municipality.names_shown = True
        town.municipality.save()
    assert town.one(Pillar.SUPPORT).person.name in ready.get("bericht/ausschluss/").content.decode()


def give_fallback(town: Town, other: Town) -> Unit:
    unit = other.units[Pillar.SUPPORT]
    with as_owner():
        town.municipality.fallback_unit = unit
        town.municipality.save()
    return unit


def everybody(town: Town) -> list[str]:
    return [choice_of(town, account.id) for account in town.members[Pillar.SUPPORT]]


@pytest.mark.django_db
def test_with_everybody_excluded_the_fallback_body_gets_it(
    ready: Reporter, town: Town, other_town: Town
) -> None:
    unit = give_fallback(town, other_town)
    answers = {"excluded": everybody(town)}
    page = ready.step("ausschluss", **answers).content.decode()
    assert "an eine andere Stelle" in page
    assert unit.name in page
    assert ready.step("ausschluss", **answers, gesehen=str(unit.pk)).status_code == 302
    assert unit.name in ready.get("bericht/pruefen/").content.decode()
    ready.send()
    assert len(read_as(other_town.one(Pillar.SUPPORT))) == 1
    assert read_as(town.one(Pillar.SUPPORT)) == []
    (case,) = all_cases()
    assert case.concerns_id == town.municipality.pk
    assert case.organisation_id == other_town.municipality.pk
    assert "unabhängig von Ihrer Verwaltung" in ready.get("/melden/quittung/").content.decode()


@pytest.mark.django_db
def test_with_everybody_excluded_and_no_fallback_nothing_is_sent(
    ready: Reporter, town: Town
) -> None:
    with as_owner():
        without_fallback(town)
    page = ready.step("ausschluss", excluded=everybody(town)).content.decode()
    assert "bliebe niemand" in page
    page = ready.send().content.decode()
    assert "Gerade kann niemand" in page
    assert all_cases() == []
    assert "wohnst" in ready.get("bericht/pruefen/").content.decode()


@pytest.mark.django_db
def test_excluded_roles_get_no_key(ready: Reporter, town: Town, other_town: Town) -> None:
    give_fallback(town, other_town)
    ready.step("ausschluss", excluded_roles=["contact"], gesehen="x")
    ready.send()
    assert read_as(town.one(Pillar.SUPPORT)) == []
    assert len(read_as(other_town.one(Pillar.SUPPORT))) == 1


@pytest.mark.django_db
def test_a_choice_that_is_gone_is_asked_again_and_not_dropped(ready: Reporter, town: Town) -> None:
    first = town.one(Pillar.SUPPORT)
    ready.step("ausschluss", excluded=[choice_of(town, first.id)])
    with as_owner():
        Membership.objects.filter(person_id=first.id).update(ended_on="2026-11-01")
    assert "bericht/ausschluss/?ziel=pruefen" in ready.get("bericht/pruefen/").content.decode()
    ready.send()
    assert all_cases() == []


# --- Contact


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["a@musterstadt.example", "a@POST.musterstadt.example", "a@Musterstadt.Example"]
)
def test_an_address_of_the_town_is_refused_with_the_reason(ready: Reporter, address: str) -> None:
    page = ready.step("kontakt", notify=address, contact_name="M.").content.decode()
    assert "andere mitlesen" in page
    assert "M." in page


@pytest.mark.django_db
def test_the_address_is_sealed_to_the_server(ready: Reporter) -> None:
    ready.step("kontakt", notify="ich@zuhause.example")
    ready.send()
    (case,) = all_cases()
    with as_owner():
        sealed = bytes(CaseReceipt.objects.get().notify_sealed or b"")
    assert b"zuhause" not in sealed
    assert open_for_server(sealed, f"notify/{case.pk}") == b"ich@zuhause.example"


@pytest.mark.django_db
def test_a_similar_domain_is_not_the_towns(ready: Reporter) -> None:
    assert ready.step("kontakt", notify="a@nichtmusterstadt.example").status_code == 302


# --- Closed intake


@pytest.mark.django_db
def test_with_nobody_open_the_entry_is_a_help_page(
    reporter: Reporter, town: Town, other_town: Town
) -> None:
    with as_owner():
        without_fallback(town)
    unit = give_fallback(town, other_town)
    with as_owner():
        OrganisationModule.objects.filter(organisation_id=other_town.municipality.pk).delete()
        Membership.objects.filter(unit=town.units[Pillar.COMPLAINT]).update(ended_on="2026-11-01")
    for path in ("", "kurz/", "bericht/wen/"):
        page = reporter.get(path).content.decode()
        assert unit.name in page
        assert "tel:110" in page
        assert "<textarea" not in page


@pytest.mark.django_db
def test_an_open_intake_is_not(reporter: Reporter) -> None:
    """Negative control."""
    assert "<textarea" in reporter.get("kurz/").content.decode()


# --- At the same moment


def send_at_once(reporter: Reporter, times: int = 2) -> list[int]:
    barrier = threading.Barrier(times)
    statuses: list[int] = []

    def run() -> None:
        client = Client(raise_request_exception=False)
        client.cookies = reporter.client.cookies
        barrier.wait(timeout=20)
        try:
            statuses.append(
                client.post(reporter.base + "kurz/", {"description": WORDS}).status_code
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return statuses


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_sends_at_the_same_moment_make_one_case() -> None:
    with as_owner():
        town = make_town("Gleichstadt", "05999009")
    reporter = Reporter(town)
    reporter.get("kurz/")
    assert send_at_once(reporter) == [302, 302]
    assert len(all_cases()) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_there_would_be_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the race is real."""
    from komma.reporting import actions
    from komma.reporting.actions import sending

    both_looked = threading.Barrier(2)
    real = sending.receive_report

    def meet(report: Any) -> str:
        both_looked.wait(timeout=20)
        return real(report)

    monkeypatch.setattr(actions, "lock_sending", lambda entropy: None)
    monkeypatch.setattr(sending, "receive_report", meet)
    with as_owner():
        town = make_town("Gleichstadt", "05999009")
    reporter = Reporter(town)
    reporter.get("kurz/")
    # The second one meets the receipt's row of the first, and the reporter an error page.
    assert sorted(send_at_once(reporter)) == [302, 500]
