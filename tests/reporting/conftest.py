"""A reporter at the browser, and what staff can read of the report."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from komma.cases.models import Case
from komma.cases.strands import open_strands
from komma.cases.timeline import OpenEntry, open_entries
from komma.core import rows
from tests.factories import as_owner

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories.people import Account
    from tests.factories.towns import Town

CODE = re.compile(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]")
WORDS = "Er rief: „Ich weiß, wo du wohnst.“"


@dataclass
class Reporter:
    """Somebody who reports, with a browser of their own."""

    town: Town
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=False))

    @property
    def base(self) -> str:
        return f"/melden/{self.town.municipality.slug}/"

    def get(self, path: str = "") -> HttpResponse:
        return self.client.get(path if path.startswith("/") else self.base + path)

    def post(self, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        return self.client.post(path if path.startswith("/") else self.base + path, data or {})

    def step(self, slug: str, **data: Any) -> HttpResponse:
        return self.post(f"bericht/{slug}/", data)

    def begin(self, **data: Any) -> HttpResponse:
        """Open the first page and answer the questions given as ``step__field=value``."""
        self.get("bericht/wen/")
        by_step: dict[str, dict[str, Any]] = {"wen": {}}
        for key, value in data.items():
            slug, _, name = key.partition("__")
            by_step.setdefault(slug, {})[name] = value
        for slug, answers in by_step.items():
            response = self.step(slug, **answers)
            assert response.status_code == 302, response.content.decode()
        return response

    def send(self) -> HttpResponse:
        return self.post("bericht/pruefen/", {"absenden": "1"})

    def code(self) -> str:
        """Read the code from the receipt page."""
        found = CODE.search(self.get("/melden/quittung/").content.decode())
        assert found
        return found[0]

    def open_mailbox(self, code: str | None = None) -> str:
        """Confirm the receipt and open the mailbox; return its page."""
        code = code or self.code()
        self.post("/melden/quittung/")
        response = self.post("/postfach/", {"receipt": code})
        assert response.status_code == 302, response.content.decode()
        return self.get("/postfach/").content.decode()


@pytest.fixture
def reporter(town: Town) -> Reporter:
    return Reporter(town)


def all_cases() -> list[Case]:
    with as_owner():
        return list(Case.objects.all())


def read_as(account: Account) -> list[OpenEntry]:
    """Return the entries of all cases that the account can see and open."""
    found: list[OpenEntry] = []
    with rows.acting_as(account.id):
        for case in Case.objects.all():
            strands = open_strands(case.pk, account.id, account.secret)
            from komma.cases.models import Attachment

            found += open_entries(case.entries.all(), strands, Attachment.objects.filter(case=case))
    return found
