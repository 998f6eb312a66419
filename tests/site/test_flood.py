"""Two thousand reports at once with twenty real ones among them: none is lost, and those are read.

On a real installation with its web processes, over HTTP. Each client has an address of its own, as
the limits for an address stay as they are.
"""

from __future__ import annotations

import random
import re
import shutil
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.client import Client
from komma.core.vault.receipts import derive, parse_receipt
from tests.factories.floods import genuine, templated
from tests.factories.visitors import CODE
from tests.site.running import Site, start_site
from tests.site.test_remains import PASSWORD, connect
from tests.site.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

REPORTS, REAL, CLIENTS = 2000, 20, 6
FORM = "/melden/jena/kurz/"
LIST = "/faelle/?status=received"
LINK = re.compile(r"/faelle/[0-9a-f]{8}-[0-9a-f-]{27}/")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    # Not below pytest's own directory, which the database's user could not pass.
    directory = Path(tempfile.mkdtemp(prefix="komma-flood-"))
    site = start_site(directory)
    yield site
    site.stop()
    shutil.rmtree(directory, ignore_errors=True)


@dataclass
class Flood:
    """What was sent: receipts, and when each real report left; moments by ``time.monotonic``."""

    site: Site
    codes: list[str] = field(default_factory=list)
    sent: dict[str, float] = field(default_factory=dict)
    read: dict[str, float] = field(default_factory=dict)
    listed: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def send(self, number: int, texts: list[str]) -> None:
        client = Client(self.site.port, number)
        for text in texts:
            client.forget()
            client.get(FORM).expect(200)
            if text.startswith("Echt"):
                self.sent[text.split()[0]] = time.monotonic()
            fields = {"description": text, "side": "outside", "danger": "no"}
            client.post(FORM, fields).expect(302, "/melden/quittung/$")
            page = client.get("/melden/quittung/").expect(200)
            found = CODE.search(re.sub(r"<[^>]*>|\s", "", page.text))
            assert found, "no receipt"
            self.codes.append(found[0])
        client.close()

    def work(self) -> None:
        """Open whatever is new in the normal list, as somebody at work does, until all are read."""
        lead = Visitor(self.site.url)
        lead.post("/anmelden/", {"login": "fallfuehrung@jena.example", "password": PASSWORD})
        opened: set[str] = set()
        rounds_after = 0
        while rounds_after < 2 and len(self.read) < REAL:
            rounds_after += self.over.is_set()
            number, more = 1, True
            while more:
                page = lead.get(f"{LIST}&page={number}").text
                for path in set(LINK.findall(page)) - opened:
                    opened.add(path)
                    for word in re.findall(r"Echt\d+", lead.get(path).text):
                        self.read.setdefault(word, time.monotonic())
                number, more = number + 1, 'rel="next"' in page
        self.listed = len(opened)
        lead.close()


def texts() -> list[str]:
    """Return all texts, the real ones at random places; each of these with a word of its own."""
    places = set(random.Random(3).sample(range(REPORTS), REAL))
    return [
        f"Echt{number} {genuine(number)}" if number in places else templated(number)
        for number in range(REPORTS)
    ]


def count(site: Site, where: str = "true") -> int:
    with connect(site, "owner") as connection:
        row = connection.execute(f"SELECT count(*) FROM cases_case WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])


def lookups(site: Site) -> set[str]:
    with connect(site, "owner") as connection:
        return {
            lookup
            for (lookup,) in connection.execute(
                "SELECT r.lookup FROM cases_casereceipt r"
                " JOIN cases_entry e ON e.case_id = r.case_id AND e.sequence = 1"
            )
        }


def test_a_flood_loses_nothing_and_hides_nobody(site: Site) -> None:
    flood, all_texts = Flood(site), texts()
    before, listed_before = count(site), count(site, "held = ''")
    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        at_work = pool.submit(flood.work)
        senders = [
            pool.submit(flood.send, number + 1, all_texts[number::CLIENTS])
            for number in range(CLIENTS)
        ]
        for sender in senders:
            sender.result()
        took = time.monotonic() - started
        flood.over.set()
        at_work.result()
    assert took < 600  # two thousand in ten minutes, as the issue has it

    # None is lost: as many receipts as reports, and each leads to a case with its words.
    assert len(set(flood.codes)) == REPORTS
    assert count(site) - before == REPORTS
    pepper = bytes.fromhex((site.directory / "var" / "keys" / "pepper").read_text().strip())
    derived = {
        derive(parse_receipt(code), purpose="receipt", pepper=pepper).lookup for code in flood.codes
    }
    assert derived <= lookups(site)

    # The list stays usable: some of the flood before it was noticed, and every real report.
    assert set(flood.read) == set(flood.sent)
    assert len(flood.sent) == REAL
    assert count(site, "held = ''") - listed_before < REPORTS / 5
    waits = [flood.read[word] - flood.sent[word] for word in flood.sent]
    assert statistics.median(waits) < 60
    print(f"\nflood: {took:.0f} s, median wait {statistics.median(waits):.1f} s")

    # Who was held has a mailbox like everybody, and the quarantine shows the flood in one piece.
    for code in flood.codes[:: REPORTS // 10]:
        box = Visitor(site.url).post("/postfach/", {"receipt": code})
        assert "Eingegangen" in box.text
    lead = Visitor(site.url)
    lead.post("/anmelden/", {"login": "fallfuehrung2@jena.example", "password": PASSWORD})
    page = lead.get("/faelle/quarantaene/").text
    held = count(site, "held <> ''")
    assert f"Wartet auf einen Blick: {held}" in page
    assert re.search(r"\d{3,4} ähnliche Meldungen", page)
    assert "Echt" not in page
