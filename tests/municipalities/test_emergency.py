"""The two emergency keys: shown once, active only when read from paper, and never forged."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from komma.core.vault.keys import new_key_pair, public_of
from komma.municipalities.codes import Pillar
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.models import EmergencyKey
from tests.factories import as_owner

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client, town: Town) -> Client:
    client.force_login(town.one(Pillar.ADMINISTRATION).person)
    return client


def at(town: Town, part: str, what: str) -> str:
    return f"/verwaltung/{town.municipality.slug}/notfallschluessel/{part}/{what}/"


def make(client: Client, town: Town, part: str) -> str:
    """Make a key and return what is on the paper."""
    page = client.post(at(town, part, "neu")).content.decode()
    found = re.search(r'class="komma-code"[^>]*>([^<]+)<', page)
    assert found
    return found[1]


def test_a_key_is_shown_once_and_kept_nowhere(administrator: Client, town: Town) -> None:
    paper = make(administrator, town, "a")
    secret = paper.replace(" ", "")
    key = EmergencyKey.objects.get()
    assert public_of(secret) == key.public
    overview = administrator.get(f"/verwaltung/{town.municipality.slug}/notfallschluessel/")
    assert secret not in overview.content.decode().replace(" ", "")
    assert secret[20:40].encode() not in b"".join(
        bytes(session.session_data, "ascii") for session in sessions()
    )


def sessions() -> list:
    from komma.core.sessions.models import SealedSession

    return list(SealedSession.objects.all())


def test_both_count_only_when_read_from_paper(administrator: Client, town: Town) -> None:
    papers = {part: make(administrator, town, part) for part in "ab"}
    assert emergency_publics(town.municipality.pk) is None
    administrator.post(at(town, "a", "pruefen"), {"secret": papers["a"].lower()})
    assert emergency_publics(town.municipality.pk) is None
    administrator.post(at(town, "b", "pruefen"), {"secret": papers["b"]})
    publics = emergency_publics(town.municipality.pk)
    assert publics == tuple(public_of(papers[part].replace(" ", "")) for part in "ab")


@pytest.mark.parametrize("wrong", ["typo", "other", "nonsense", "\x00"])
def test_a_wrong_paper_is_refused(administrator: Client, town: Town, wrong: str) -> None:
    paper = make(administrator, town, "a")
    typed = {
        "typo": paper[:-1] + ("Q" if paper[-1] != "Q" else "P"),
        "other": new_key_pair().secret,
    }.get(wrong, wrong)
    response = administrator.post(at(town, "a", "pruefen"), {"secret": typed})
    assert response.status_code == 200
    assert EmergencyKey.objects.get().verified_on is None


def test_a_replaced_key_must_be_read_again(administrator: Client, town: Town) -> None:
    for part in "ab":
        paper = make(administrator, town, part)
        administrator.post(at(town, part, "pruefen"), {"secret": paper})
    assert emergency_publics(town.municipality.pk) is not None
    make(administrator, town, "a")
    assert emergency_publics(town.municipality.pk) is None


def test_a_swapped_key_counts_as_missing(administrator: Client, town: Town) -> None:
    for part in "ab":
        paper = make(administrator, town, part)
        administrator.post(at(town, part, "pruefen"), {"secret": paper})
    thief = new_key_pair()
    with as_owner():
        EmergencyKey.objects.filter(part="B").update(public=thief.public)
    assert emergency_publics(town.municipality.pk) is None
    response = administrator.post(at(town, "b", "pruefen"), {"secret": thief.secret})
    assert "anderer Schlüssel" in response.content.decode()


@pytest.mark.parametrize("part", ["c", "A", "ab"])
def test_there_are_two_parts(administrator: Client, town: Town, part: str) -> None:
    assert administrator.post(at(town, part, "neu")).status_code == 404
