"""Complete reports by many clients at once, and the proof that none was lost."""

import re
import secrets
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.client import Client, Files
from benchmarks.figures import median, p95
from benchmarks.load import Bench, connected
from benchmarks.seed import SERVED, SLUG
from komma.core.vault.receipts import derive, parse_receipt

CLIENTS: Final = 8
OPENED: Final = 40
"""How many mailboxes are opened afterwards; the look-up ids of all receipts are compared."""

_RECEIPT: Final = re.compile(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]")
_TEXT: Final = "Am Schalter wurde ich laut beschimpft und bedroht. " * 12
_FILE: Final = {"uploads": ("notiz.txt", b"Was ich mir gleich danach aufgeschrieben habe. " * 400)}

# The questions of the long way and an answer to each.
_ANSWERS: Final[tuple[tuple[str, dict[str, str | list[str]], Files | None], ...]] = (
    ("wen", {"reporter_role": "self"}, None),
    ("aufgabe", {"affected_role": "office"}, None),
    ("was", {"description": _TEXT, "forms": ["insult", "threat"]}, None),
    ("wann", {"when_kind": "exact", "day_from": "gestern", "channels": ["office"]}, None),
    ("wer", {"side": "inside", "causer": "colleague"}, None),
    ("grund", {"motives": ["racism", "women"]}, None),
    ("gefahr", {"danger": "no"}, None),
    ("dateien", {}, _FILE),
    ("stelle", {"pillar": "support"}, None),
    ("ausschluss", {"excluded_roles": ["leadership"]}, None),
    ("wunsch", {"wishes": ["talk", "stop"]}, None),
    ("kontakt", {"reachability": "mailbox"}, None),
)


@dataclass
class Reports:
    """What was handed in: by receipt, a word that only this report contains."""

    words: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def served(self, client: Client) -> float:
        """A short report for a town that another body serves; seconds of the sending."""
        return self.short(client, SERVED)

    def short(self, client: Client, slug: str = SLUG) -> float:
        """The short report, from the form to the noted receipt; seconds of the sending."""
        client.forget()
        word = secrets.token_hex(8)
        client.get(f"/melden/{slug}/kurz/").expect(200)
        fields = {"description": f"{word} {_TEXT}", "side": "outside", "danger": "no"}
        sent = client.post(f"/melden/{slug}/kurz/", fields).expect(302, "/melden/quittung/$")
        self._note(client, word)
        return sent.seconds

    def long(self, client: Client) -> float:
        """The long way, question by question; seconds of the sending."""
        client.forget()
        word = secrets.token_hex(8)
        client.get(f"/melden/{SLUG}/").expect(200)
        page = f"/melden/{SLUG}/bericht/{_ANSWERS[0][0]}/"
        for slug, answers, files in _ANSWERS:
            client.get(page).expect(200)
            assert page.endswith(f"/{slug}/"), page
            fields = answers | ({"description": f"{word} {_TEXT}"} if slug == "was" else {})
            page = client.post(page, fields, files).expect(302, f"/melden/{SLUG}/bericht/").location
        client.get(page).expect(200)
        sent = client.post(page).expect(302, "/melden/quittung/$")
        self._note(client, word)
        return sent.seconds

    def _note(self, client: Client, word: str) -> None:
        with self._lock:
            self.sent += 1
        page = client.get("/melden/quittung/").expect(200)
        found = _RECEIPT.search(re.sub(r"<[^>]*>|\s", "", page.text))
        assert found, "The receipt page shows no receipt."
        client.post("/melden/quittung/").expect(302, "/postfach/$")
        self.words[found[0]] = word


def measure(bench: Bench, owner: psycopg.Connection, keys: Path, *, seconds: float) -> None:
    """Hand in reports for some seconds each way, then look for every one of them."""
    reports = Reports()
    before = _count(owner)
    _measure_way(bench, "short report", reports.short, seconds, aim="30 per s")
    _measure_way(bench, "served report", reports.served, seconds / 2, aim="")
    _measure_way(bench, "long report", reports.long, seconds, aim="")
    missing = reports.sent - (_count(owner) - before)
    unknown = _unknown(reports, owner, bytes.fromhex((keys / "pepper").read_text().strip()))
    bench.add(f"reports lost (of {reports.sent})", max(abs(missing), unknown), "", aim="0")
    bench.add(
        f"mailboxes without their report (of {OPENED})", _unopened(bench, reports), "", aim="0"
    )


def _measure_way(
    bench: Bench, name: str, way: Callable[[Client], float], seconds: float, *, aim: str
) -> None:
    bench.load(way, clients=2, seconds=0.5)
    with bench.bare(CLIENTS) as bare:
        load = bench.load(way, clients=CLIENTS, seconds=seconds)
    for error in load.errors[:3]:
        print(f"  {name} failed: {error!r}", file=sys.stderr)
    rate, sending = load.rate, load.seconds
    bench.add(f"{name}s, {CLIENTS} clients", rate, "per s", bare.rate, aim)
    bench.add(f"{name}, last step, median", median(sending), "ms", median(bare.seconds))
    bench.add(f"{name}, last step, p95", p95(sending), "ms", p95(bare.seconds), "150 ms")
    bench.add(f"{name}, processor", load.cost, "ms", bare.cost)
    bench.add(f"{name}s failed", len(load.errors), "", aim="0")


def _count(owner: psycopg.Connection) -> int:
    row = owner.execute("SELECT count(*) FROM cases_case").fetchone()
    assert row is not None
    return int(row[0])


def _unknown(reports: Reports, owner: psycopg.Connection, pepper: bytes) -> int:
    """How many receipts lead to no case with an entry."""
    rows = owner.execute(
        "SELECT r.lookup FROM cases_casereceipt AS r"
        " JOIN cases_entry AS e ON e.case_id = r.case_id AND e.sequence = 1"
    )
    known = {lookup for (lookup,) in rows}
    lookups = (
        derive(parse_receipt(code), purpose="receipt", pepper=pepper).lookup
        for code in reports.words
    )
    return sum(lookup not in known for lookup in lookups)


def _unopened(bench: Bench, reports: Reports) -> int:
    """Open some mailboxes as reporters do; how many do not show their own report."""
    missing = 0
    for code, word in list(reports.words.items())[:: max(len(reports.words) // OPENED, 1)][:OPENED]:
        with connected(bench.port) as client:
            client.get("/postfach/").expect(200)
            client.post("/postfach/", {"receipt": code}).expect(302)
            missing += word not in client.get("/postfach/").expect(200).text
    return missing
