"""The drill: two people, two papers, an hour; it touches no case and proves both keys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import VaultError, unseal
from komma.municipalities import jobs
from komma.municipalities.actions import drill as actions
from komma.municipalities.codes import Pillar
from komma.municipalities.emergency import A_YEAR, drill_due_on, emergency_publics
from komma.municipalities.models import EmergencyDrill, EmergencyKey
from tests.factories import as_owner, as_worker
from tests.factories.people import make_account
from tests.factories.towns import give_second_factors, make_member

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(town: Town) -> Client:
    """Whoever has had paper A in hand."""
    return browser(town.one(Pillar.ADMINISTRATION))


@pytest.fixture
def colleague(town: Town) -> Client:
    """Another person of the account administration, who has seen no paper."""
    return browser(make_administrator(town))


def make_administrator(town: Town) -> Account:
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ADMINISTRATION], account, title="Verwaltung 2")
        give_second_factors([account])
    return account


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account.person)
    return client


def address(town: Town) -> str:
    return f"/verwaltung/{town.municipality.slug}/notfallschluessel/uebung/"


def give(client: Client, town: Town, secret: str) -> str:
    """Type a paper into the page of the drill; return what comes."""
    page = client.post(address(town), {"secret": secret}, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def drills(town: Town) -> list[EmergencyDrill]:
    with as_owner():
        return list(EmergencyDrill.objects.filter(organisation_id=town.municipality.pk))


def test_two_people_prove_both_papers(town: Town, keeper: Client, colleague: Client) -> None:
    with as_owner():
        EmergencyKey.objects.update(made_on=today() - 2 * A_YEAR)
    assert "Jetzt kommt die zweite Person" in give(colleague, town, town.emergency["B"].secret)
    protocol = give(keeper, town, town.emergency["A"].secret)
    assert "Beide Notfallschlüssel sind lesbar und gültig." in protocol
    assert "Blatt B: Verwaltung 2" in protocol
    assert "Blatt A: Verwaltung 1" in protocol
    found = drills(town)[0]
    assert found.finished_on == today()
    assert bytes(found.half) == b""
    with as_owner():
        keys = EmergencyKey.objects.filter(organisation_id=town.municipality.pk)
        assert {key.verified_on for key in keys} == {today()}
        assert drill_due_on(town.municipality.pk) == today() + A_YEAR
        kinds = set(AuditEntry.objects.values_list("kind", flat=True))
    assert {"emergency.drill_started", "emergency.drilled"} <= kinds
    assert emergency_publics(town.municipality.pk) is not None


def test_half_of_a_drill_opens_with_paper_a_only(town: Town, colleague: Client) -> None:
    give(colleague, town, town.emergency["B"].secret)
    drill = drills(town)[0]
    context = actions._context(drill, "a")
    for secret in (town.emergency["B"].secret, new_key_pair().secret):
        with pytest.raises(VaultError):
            unseal(bytes(drill.half), identity=secret, context=context)
    assert unseal(
        bytes(drill.half), identity=town.emergency["A"].secret, context=context
    )  # control


def test_one_person_does_not_do_both_steps(town: Town, colleague: Client) -> None:
    give(colleague, town, town.emergency["B"].secret)
    answer = give(colleague, town, town.emergency["A"].secret)
    assert "Den zweiten Schritt macht eine andere Person." in answer
    assert drills(town)[0].finished_on is None


def test_who_has_seen_paper_a_does_not_begin(town: Town, keeper: Client) -> None:
    answer = give(keeper, town, town.emergency["B"].secret)
    assert "Schlüssel A ist durch Ihre Hände gegangen." in answer
    assert drills(town) == []


def test_who_began_is_barred_from_paper_a_for_good(town: Town, colleague: Client) -> None:
    give(colleague, town, town.emergency["B"].secret)
    with as_owner():
        EmergencyDrill.objects.all().delete()
    verify = f"/verwaltung/{town.municipality.slug}/notfallschluessel/a/pruefen/"
    answer = colleague.post(verify, {"secret": town.emergency["A"].secret})
    assert "Schlüssel B ist durch Ihre Hände gegangen." in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("A", "Das ist Blatt A. Hier wird Blatt B gebraucht."),
        ("stranger", "Das ist ein anderer Schlüssel."),
        ("nonsense", "Bitte vergleichen Sie"),
    ],
)
def test_a_wrong_paper_stores_nothing(
    town: Town, colleague: Client, wrong: str, words: str
) -> None:
    typed = {"A": town.emergency["A"].secret, "stranger": new_key_pair().secret}.get(wrong, wrong)
    assert words in give(colleague, town, typed)
    assert drills(town) == []
    with as_owner():
        key = EmergencyKey.objects.get(organisation_id=town.municipality.pk, part="B")
        assert key.seen_by == [town.one(Pillar.LEADERSHIP).id]


def test_an_hour_later_it_begins_anew(town: Town, keeper: Client, colleague: Client) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=61), tick=False):
        give(colleague, town, town.emergency["B"].secret)
    assert "Blatt A. Hier wird Blatt B gebraucht" in give(
        browser(make_administrator(town)), town, town.emergency["A"].secret
    )
    assert drills(town)[0].finished_on is None
    with as_worker():
        jobs.tidy_drills.func(0)
    assert drills(town) == []


def test_the_half_of_another_town_is_not_found(
    town: Town, other_town: Town, keeper: Client
) -> None:
    give(browser(make_administrator(other_town)), other_town, other_town.emergency["B"].secret)
    assert len(drills(other_town)) == 1
    assert "Schlüssel A ist durch Ihre Hände gegangen." in give(
        keeper, town, town.emergency["A"].secret
    )
    assert drills(other_town)[0].finished_on is None


def test_a_key_replaced_meanwhile_ends_the_drill(
    town: Town, keeper: Client, colleague: Client
) -> None:
    give(colleague, town, town.emergency["B"].secret)
    keeper.post(f"/verwaltung/{town.municipality.slug}/notfallschluessel/a/neu/")
    assert "anderer Schlüssel" in give(keeper, town, town.emergency["A"].secret)
    assert drills(town)[0].finished_on is None


def test_only_the_administration_sees_protocols(
    town: Town, other_town: Town, keeper: Client, colleague: Client
) -> None:
    give(colleague, town, town.emergency["B"].secret)
    give(keeper, town, town.emergency["A"].secret)
    protocol = f"{address(town)}{drills(town)[0].pk}/"
    assert keeper.get(protocol).status_code == 200
    assert browser(town.one(Pillar.SUPPORT)).get(protocol).status_code == 403
    stranger = browser(other_town.one(Pillar.ADMINISTRATION))
    assert stranger.get(protocol).status_code == 404
    elsewhere = protocol.replace(town.municipality.slug, other_town.municipality.slug)
    assert stranger.get(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("days", "words"), [(300, ""), (340, "bald fällig"), (365, "überfällig"), (700, "überfällig")]
)
def test_my_day_asks_for_the_drill(town: Town, keeper: Client, days: int, words: str) -> None:
    with as_owner():
        EmergencyKey.objects.update(made_on=today() - dt.timedelta(days=days))
    page = keeper.get("/start/").content.decode()
    assert ("Übung mit den Notfallschlüsseln" in page) is bool(words)
    assert words in page


def test_a_hint_goes_out_once_it_is_overdue(town: Town, other_town: Town) -> None:
    with as_owner():
        EmergencyKey.objects.filter(organisation_id=town.municipality.pk).update(
            made_on=today() - A_YEAR
        )
        expected = EmergencyKey.objects.filter(made_on=today() - A_YEAR).count()
    assert expected == 2  # control: of one town only
    with as_worker():
        assert actions.remind_of_drills() == 1
