"""Deadlines on a page: a line each, the rest folded; on paper everything is open."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.urls import reverse

from komma.municipalities.codes import Pillar
from tests.factories.clients import signed_in
from tests.factories.reports import make_report
from tests.factories.towns import Town

pytestmark = pytest.mark.django_db
FACTS = {"side": "outside", "forms": ["threat"], "day_from": "2026-02-02", "causer": "citizen"}


@pytest.mark.parametrize(("name", "is_open"), [("cases:case", False), ("cases:print", True)])
@time_machine.travel("2026-02-10T10:00:00+01:00")
def test_a_line_each_with_the_law_and_the_rest_folded(town: Town, name: str, is_open: bool) -> None:
    reported = make_report(town, facts=FACTS)
    client = signed_in(town.one(Pillar.ASSAULT))
    page = client.get(reverse(name, args=[reported.id])).content.decode()
    blocks = re.findall(r"<details( open)?>\s*<summary>(.*?)</summary>(.*?)</details>", page, re.S)
    (opened, line, rest), *_others = [each for each in blocks if "Strafantrag" in each[1]]
    assert bool(opened) is is_open
    assert "bis Montag, 4. Mai 2026" in line
    assert "§\N{NO-BREAK SPACE}77b StGB" in line
    assert "Nach dem Kalender Samstag, 2. Mai 2026; das ist am Ort kein Arbeitstag" in rest
    assert page.count("Orientierung, keine Rechtsberatung. Bitte prüfen lassen.") == 1
