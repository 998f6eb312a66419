"""A body that receives for other places sees which place a case is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from komma.municipalities.codes import Pillar
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.districts import make_district, make_served
from tests.factories.reports import make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def test_list_and_case_name_the_place() -> None:
    with as_owner():
        district = make_district()
        served = make_served("Kleindorf", "05998001", district)
    reported = make_report(served)
    client = signed_in(district.one(Pillar.ASSAULT))
    assert "betrifft Kleindorf" in client.get(reverse("cases:list")).content.decode()
    for name in ("cases:case", "cases:print"):
        page = client.get(reverse(name, args=[reported.id])).content.decode()
        assert "Betrifft</dt>" in page
        assert "Kleindorf" in page


def test_nothing_is_said_about_the_own_house(town: Town) -> None:
    reported = make_report(town)
    client = signed_in(town.one(Pillar.ASSAULT))
    assert "betrifft" not in client.get(reverse("cases:list")).content.decode()
    page = client.get(reverse("cases:case", args=[reported.id])).content.decode()
    assert "Betrifft</dt>" not in page
