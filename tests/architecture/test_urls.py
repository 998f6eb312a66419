"""Every address of the project, opened by those it is not for: never content, never a crash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from komma.municipalities.codes import Pillar
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, make_report
from tests.prevention.conftest import MARKER as PREVENTION_MARKER
from tests.prevention.conftest import STATEMENT, begin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

MARKER = "Zwölfboxkämpfer-7731"
PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


ALL = sorted({re.sub(r"[\^$]|\\Z", "", address) for address in addresses(get_resolver())})


@pytest.fixture
def received(town: Town) -> Reported:
    """A report with marker words; the first case lead of the unit is excluded from it."""
    return make_report(
        town, facts={"description": MARKER}, excluded={town.one(Pillar.ASSAULT, 0).id}
    )


def filled(address: str, town: Town, received: Reported) -> str:
    """Put raw keys of the town and the case into an address."""

    def value(match: re.Match[str]) -> str:
        name, converter = match["name"], match["converter"] or "str"
        if "slug" in (name, converter):
            return town.municipality.slug
        if converter == "uuid":
            return str(received.id)
        return "1" if converter == "int" else "etwas"

    return PARAMETER.sub(value, address)


WHO = {
    "nobody": lambda town, other: Client(),
    "outsider": lambda town, other: signed_in(other.one(Pillar.ASSAULT)),
    "colleague": lambda town, other: signed_in(town.one(Pillar.COMPLAINT)),
    "administration": lambda town, other: signed_in(town.one(Pillar.ADMINISTRATION)),
    "excluded": lambda town, other: signed_in(town.one(Pillar.ASSAULT, 0)),
}


def test_the_walk_reaches_the_case_pages() -> None:
    assert any(address.startswith("/faelle/<uuid:") for address in ALL)
    assert len(ALL) > 40


@pytest.mark.parametrize("who", WHO)
def test_no_address_shows_a_case_to_those_it_is_not_for(
    who: str, town: Town, other_town: Town, received: Reported
) -> None:
    client = WHO[who](town, other_town)
    client.raise_request_exception = False
    wrong = []
    for address in ALL:
        path = filled(address, town, received)
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            body = b"" if response.streaming else response.content
            shown = [word for word in (MARKER, received.number) if word.encode() in body]
            is_case_page = "<uuid:" in address and address.startswith("/faelle/")
            if response.status_code >= 500 or shown:
                wrong.append((method, address, response.status_code, shown))
            elif is_case_page and response.status_code not in (302, 404, 405):
                wrong.append((method, address, response.status_code, "not hidden"))
            if response.headers.get("Location", "").startswith("/konto/entsperren"):
                wrong.append((method, address, response.status_code, "locked out before refused"))
    assert wrong == []


def test_the_walk_would_find_the_marker(town: Town, received: Reported) -> None:
    """Negative control: a holder does see the words the walk looks for."""
    holder = signed_in(town.one(Pillar.ASSAULT, 1))
    response = holder.get(f"/faelle/{received.id}/")
    assert response.status_code == 200
    assert MARKER in response.content.decode()


@pytest.mark.parametrize("who", ["nobody", "outsider"])
def test_no_address_shows_prevention_to_strangers(who: str, town: Town, other_town: Town) -> None:
    """With the raw keys of real rows: plans, code words and dangers stay in the house."""
    begun = begin(town)
    addresses = [address for address in ALL if address.startswith("/vorbeugen/")]
    client = WHO[who](town, other_town)
    client.raise_request_exception = False
    colleague = signed_in(town.one(Pillar.OTHER))
    wrong, seen = [], 0
    for address in addresses:
        path = PARAMETER.sub(lambda match: str(begun.keys.get(match["name"], STATEMENT)), address)
        for method in ("get", "post"):
            response = getattr(client, method)(path)
            if response.status_code >= 500 or PREVENTION_MARKER.encode() in response.content:
                wrong.append((method, address, response.status_code, "shown"))
            elif "<uuid:" in address and response.status_code not in (302, 404, 405):
                wrong.append((method, address, response.status_code, "not hidden"))
        seen += PREVENTION_MARKER.encode() in colleague.get(path).content
    assert wrong == []
    assert seen > 5  # control: a member of the house does see the marker
