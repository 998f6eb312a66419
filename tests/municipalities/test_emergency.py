"""The two emergency keys: shown once, active only when read from paper, and never forged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from komma.core.vault.keys import new_key_pair, public_of
from komma.core.vault.paper import typed_secret
from komma.municipalities.codes import Pillar
from komma.municipalities.emergency import edition_of, emergency_key_mac, emergency_publics
from komma.municipalities.models import EmergencyKey
from komma.people.queries import second_factors
from tests.factories import as_owner
from tests.factories.people import make_account
from tests.factories.towns import give_second_factors, make_member, without_emergency_keys

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from pytest_django.fixtures import SettingsWrapper

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_keys_yet(town: Town) -> None:
    with as_owner():
        without_emergency_keys(town)


@pytest.fixture
def administrator(client: Client, town: Town) -> Client:
    client.force_login(town.one(Pillar.ADMINISTRATION).person)
    return client


@pytest.fixture
def second(town: Town) -> Client:
    """Another person of the account administration."""
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ADMINISTRATION], account)
        give_second_factors([account])
    client = Client()
    client.force_login(account.person)
    return client


def own_keys(town: Town) -> QuerySet[EmergencyKey]:
    return EmergencyKey.objects.filter(organisation_id=town.municipality.pk)


def make_both(first: Client, second: Client, town: Town) -> dict[str, str]:
    """Make both keys, read them from paper, each by its own hand; return the papers."""
    papers = {}
    for part, client in (("a", first), ("b", second)):
        papers[part] = make(client, town, part)
        client.post(at(town, part, "pruefen"), {"secret": papers[part]})
    return papers


def at(town: Town, part: str, what: str) -> str:
    return f"/verwaltung/{town.municipality.slug}/notfallschluessel/{part}/{what}/"


def make(client: Client, town: Town, part: str) -> str:
    """Make a key and return what is on the paper."""
    page = client.post(at(town, part, "neu")).content.decode()
    groups = re.findall(r'class="komma-key__characters">([^<]+)<', page)
    assert len(groups) == 10
    return " ".join(groups)


def test_a_key_is_shown_once_and_kept_nowhere(administrator: Client, town: Town) -> None:
    paper = make(administrator, town, "a")
    secret = typed_secret(paper)
    key = own_keys(town).get()
    assert public_of(secret) == key.public
    overview = administrator.get(f"/verwaltung/{town.municipality.slug}/notfallschluessel/")
    shown = overview.content.decode()
    assert not [group for group in paper.split() if group in shown]
    assert secret[20:40].encode() not in b"".join(
        bytes(session.session_data, "ascii") for session in sessions()
    )


def sessions() -> list:
    from komma.core.sessions.models import SealedSession

    return list(SealedSession.objects.all())


def test_both_count_only_when_read_from_paper(
    administrator: Client, second: Client, town: Town
) -> None:
    papers = {"a": make(administrator, town, "a"), "b": make(second, town, "b")}
    assert emergency_publics(town.municipality.pk) is None
    administrator.post(at(town, "a", "pruefen"), {"secret": papers["a"].lower()})
    assert emergency_publics(town.municipality.pk) is None
    second.post(at(town, "b", "pruefen"), {"secret": papers["b"]})
    publics = emergency_publics(town.municipality.pk)
    assert publics == tuple(public_of(typed_secret(papers[part])) for part in "ab")


@pytest.mark.parametrize("wrong", ["typo", "other", "nonsense", "\x00"])
def test_a_wrong_paper_is_refused(administrator: Client, town: Town, wrong: str) -> None:
    paper = make(administrator, town, "a")
    typed = {
        "typo": paper[:-1] + ("Q" if paper[-1] != "Q" else "P"),
        "other": new_key_pair().secret,
    }.get(wrong, wrong)
    response = administrator.post(at(town, "a", "pruefen"), {"secret": typed})
    assert response.status_code == 200
    assert own_keys(town).get().verified_on is None


def test_a_replaced_key_must_be_read_again(
    administrator: Client, second: Client, town: Town
) -> None:
    make_both(administrator, second, town)
    assert emergency_publics(town.municipality.pk) is not None
    make(administrator, town, "a")
    assert emergency_publics(town.municipality.pk) is None


def test_nobody_makes_or_reads_both(administrator: Client, second: Client, town: Town) -> None:
    make(administrator, town, "a")
    page = administrator.post(at(town, "b", "neu"), follow=True).content.decode()
    assert "durch Ihre Hände gegangen" in page
    assert [key.part for key in own_keys(town)] == ["A"]
    paper = make(second, town, "b")
    refused = administrator.post(at(town, "b", "pruefen"), {"secret": paper})
    assert "durch Ihre Hände gegangen" in refused.content.decode()
    assert own_keys(town).get(part="B").verified_on is None


def test_who_read_a_paper_later_counts_as_well(
    administrator: Client, second: Client, town: Town
) -> None:
    paper = make(administrator, town, "a")
    second.post(at(town, "a", "pruefen"), {"secret": paper})
    second.post(at(town, "b", "neu"))
    assert not own_keys(town).filter(part="B").exists()


def test_a_replaced_paper_is_not_forgotten(
    administrator: Client, second: Client, town: Town
) -> None:
    """Cases may be sealed to the key before, whose paper the first person still knows."""
    make(administrator, town, "a")
    make(second, town, "a")
    for client in (administrator, second):
        client.post(at(town, "b", "neu"))
    assert not own_keys(town).filter(part="B").exists()


def test_who_has_seen_a_paper_cannot_be_struck_off(
    administrator: Client, second: Client, town: Town
) -> None:
    make_both(administrator, second, town)
    with as_owner():
        own_keys(town).filter(part="A").update(seen_by=[])
    assert emergency_publics(town.municipality.pk) is None


def test_two_papers_in_one_hand_count_as_missing(
    administrator: Client, second: Client, town: Town
) -> None:
    """Two requests at the same moment could get past the refusal, and get nowhere."""
    make_both(administrator, second, town)
    assert emergency_publics(town.municipality.pk) is not None
    with as_owner():
        seen_by = own_keys(town).get(part="A").seen_by
        key = own_keys(town).get(part="B")
        key.seen_by = seen_by
        key.mac = emergency_key_mac(town.municipality.pk, "B", key.public, seen_by)
        key.save()
    assert emergency_publics(town.municipality.pk) is None


def test_a_swapped_key_counts_as_missing(administrator: Client, second: Client, town: Town) -> None:
    make_both(administrator, second, town)
    thief = new_key_pair()
    with as_owner():
        own_keys(town).filter(part="B").update(public=thief.public)
    assert emergency_publics(town.municipality.pk) is None
    response = second.post(at(town, "b", "pruefen"), {"secret": thief.secret})
    assert "anderer Schlüssel" in response.content.decode()


@pytest.mark.parametrize("part", ["c", "A", "ab"])
def test_there_are_two_parts(administrator: Client, town: Town, part: str) -> None:
    assert administrator.post(at(town, part, "neu")).status_code == 404


def test_a_typo_is_named_by_its_group(administrator: Client, town: Town) -> None:
    groups = make(administrator, town, "a").split()
    groups[3] = ("Q" if groups[3][0] != "Q" else "P") + groups[3][1:]
    page = administrator.post(at(town, "a", "pruefen"), {"secret": " ".join(groups)})
    assert "In Gruppe 4 stimmt ein Zeichen nicht." in page.content.decode()


def test_the_other_sheet_is_named(administrator: Client, second: Client, town: Town) -> None:
    make(administrator, town, "a")
    paper = make(second, town, "b")
    third = Client()
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ADMINISTRATION], account)
        give_second_factors([account])
    third.force_login(account.person)
    page = third.post(at(town, "a", "pruefen"), {"secret": paper})
    assert "Das ist Blatt B. Hier wird Blatt A gebraucht." in page.content.decode()


def test_a_replaced_sheet_is_told_from_the_valid_one(administrator: Client, town: Town) -> None:
    make(administrator, town, "a")
    former = edition_of(own_keys(town).get().public)
    page = administrator.post(at(town, "a", "neu")).content.decode()
    assert f"Ersetzt das Blatt mit der Kennung {former}" in page
    valid = edition_of(own_keys(town).get().public)
    overview = administrator.get(f"/verwaltung/{town.municipality.slug}/notfallschluessel/")
    assert valid in overview.content.decode()
    assert former not in overview.content.decode()


@pytest.mark.parametrize("page", ["a/neu/", "a/pruefen/", "uebung/"])
def test_a_stolen_password_handles_no_paper(
    town: Town, administrator: Client, settings: SettingsWrapper, page: str
) -> None:
    address = f"/verwaltung/{town.municipality.slug}/notfallschluessel/{page}"
    assert administrator.get(address).status_code == 200  # with a second factor
    with as_owner():
        second_factors(town.one(Pillar.ADMINISTRATION).id).delete()
    for answer in (administrator.get(address), administrator.post(address, {"secret": "x"})):
        assert answer.headers["Location"] == reverse("mfa_index")
    assert "zweiten Faktor" in administrator.get(reverse("mfa_index")).content.decode()
    with as_owner():
        assert not own_keys(town).exists()
    settings.KOMMA_DEMO = True  # a demonstration asks nobody for one
    assert administrator.get(address).status_code == 200
