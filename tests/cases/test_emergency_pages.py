"""The pages on which two people use the emergency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from komma.cases.models import EmergencyUse
from komma.municipalities.codes import Pillar
from komma.people.queries import second_factors
from tests.cases.test_emergency_use import REASON, lose_keys, membership_of, reads
from tests.factories import as_owner
from tests.factories.people import Account, make_account
from tests.factories.reports import TEXT, make_report
from tests.factories.towns import Town, give_second_factors, make_member

if TYPE_CHECKING:
    from tests.factories.reports import Reported

pytestmark = pytest.mark.django_db


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account.person)
    return client


@pytest.fixture
def first(town: Town) -> Client:
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ADMINISTRATION], account, title="Verwaltung 2")
        give_second_factors([account])
    return browser(account)


@pytest.fixture
def second(town: Town) -> Client:
    return browser(town.one(Pillar.ADMINISTRATION))


def address(town: Town) -> str:
    return f"/faelle/notfallzugang/{town.municipality.slug}/"


def form(town: Town, recipient: Account, **changed: str) -> dict[str, str]:
    return {
        "recipient": str(membership_of(recipient).pk),
        "scope": "all",
        "reason": REASON,
        "secret": town.emergency["B"].secret,
    } | changed


def page(client: Client, path: str, given: dict[str, str] | None = None) -> str:
    answer = client.post(path, given, follow=True) if given is not None else client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def pending() -> EmergencyUse:
    with as_owner():
        return EmergencyUse.objects.get()


def test_from_the_first_paper_to_the_second(town: Town, first: Client, second: Client) -> None:
    reported = make_report(town)
    recipient = lose_keys(town)[0]
    waiting = page(first, address(town), form(town, recipient))
    assert "Jetzt kommt die zweite Person" in waiting
    assert 'name="secret"' not in waiting
    seen = page(second, address(town))
    for words in (REASON, recipient.person.name, "Zahl der Fälle", "Begonnen von", "Verwaltung 2"):
        assert words in seen
    given = {"use": str(pending().pk), "secret": town.emergency["A"].secret}
    assert "Ein Fall ist wieder zugänglich." in page(second, address(town), given)
    assert reads(recipient, reported)


def test_neither_of_the_two_sees_a_case(town: Town, first: Client, second: Client) -> None:
    reported = make_report(town)
    shown = page(first, address(town), form(town, lose_keys(town)[0]))
    shown += page(second, address(town))
    given = {"use": str(pending().pk), "secret": town.emergency["A"].secret}
    shown += page(second, address(town), given)
    for words in (reported.number, str(reported.id), TEXT):
        assert words not in shown
    for client in (first, second):
        assert client.get(f"/faelle/{reported.id}/").status_code in (302, 404)


def test_what_was_typed_stays_after_an_error(town: Town, first: Client) -> None:
    make_report(town)
    given = form(town, lose_keys(town)[0], secret="falsch")
    shown = page(first, address(town), given)
    assert REASON in shown
    assert "Bitte vergleichen Sie" in shown
    given = form(town, town.one(Pillar.ASSAULT), scope="one")
    assert "Bitte schreiben Sie die Nummer des Falls." in page(first, address(town), given)


def test_the_second_person_ends_what_they_have_looked_at(
    town: Town, first: Client, second: Client
) -> None:
    make_report(town)
    recipient = lose_keys(town)[0]
    page(first, address(town), form(town, recipient))
    looked_at = pending().pk
    page(first, f"{address(town)}abbrechen/", {})
    page(first, address(town), form(town, recipient, reason="ein ganz anderer Grund"))
    given = {"use": str(looked_at), "secret": town.emergency["A"].secret}
    assert "Diesen Notfallzugang gibt es nicht mehr" in page(second, address(town), given)


def test_what_was_begun_can_be_cancelled(town: Town, first: Client) -> None:
    make_report(town)
    page(first, address(town), form(town, lose_keys(town)[0]))
    assert "Kein Fall wurde geöffnet." in page(first, f"{address(town)}abbrechen/", {})
    with as_owner():
        assert not EmergencyUse.objects.exists()


@pytest.mark.parametrize("path", ["", "abbrechen/"])
def test_only_the_administration_gets_here(town: Town, other_town: Town, path: str) -> None:
    for account, status in (
        (town.one(Pillar.ASSAULT), 403),
        (town.one(Pillar.OTHER), 403),
        (other_town.one(Pillar.ADMINISTRATION), 404),
    ):
        assert browser(account).post(address(town) + path).status_code == status
    assert Client().post(address(town) + path).status_code == 302


def test_without_anybody_to_give_access_to(town: Town, first: Client, reported: Reported) -> None:
    with as_owner():
        for pillar in (Pillar.SUPPORT, Pillar.COMPLAINT, Pillar.ASSAULT):
            for account in town.members[pillar]:
                account.person.is_active = False
                account.person.save()
    assert "Es gibt niemanden, der Zugang bekommen könnte" in page(first, address(town))


def test_a_stolen_password_uses_no_emergency_key(town: Town, first: Client, second: Client) -> None:
    make_report(town)
    recipient = lose_keys(town)[0]
    with as_owner():
        second_factors(town.one(Pillar.ADMINISTRATION).id).delete()
    for client, number in ((second, 0), (first, 1)):  # the other one has a second factor
        client.post(address(town), form(town, recipient))
        with as_owner():
            assert EmergencyUse.objects.count() == number
    use, secret = pending(), town.emergency["A"].secret
    answer = second.post(address(town), {"use": str(use.pk), "secret": secret})
    assert answer.headers["Location"] == reverse("mfa_index")
    assert pending() == use
