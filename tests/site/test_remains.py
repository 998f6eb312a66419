"""What a thief of disk, database, backup or log would find of a report: nothing.

On a real installation a report with marker words and a marker file is handed in, answered and
noted, and another draft is left unfinished. Then every byte that the installation has written is
searched: database files, write-ahead log, sealed files, temporary files, logs, mails, queue and
sessions are all below one directory.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.factories.visitors import CODE
from tests.site.remains import places_of
from tests.site.running import Site, start_site
from tests.site.visitor import Visitor, hidden_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

SENT = {
    "description": "Grünspechtlaterne8841 hat mir am Schalter gedroht.",
    "place": "Zimmer Quittenbaum5512",
    "causer_names": "Herr Dampfwalze7733",
    "file name": "Beweis-Kupferkessel2299.txt",
    "file": "Wortlaut: Sauerampfer6677 steht im Brief",
    "notify": "mohnkuchen4455@privat.example",
    "reply": "Wir kümmern uns, Regenpfeifer9911.",
    "note": "Intern: Haselmaus3344 befragen.",
    "parked": "Angefangen: Butterblume1188.",
    "told": "Am Telefon: Zaunkönig2266 hat Angst.",
    "mail": "Ihr werdet sehen, Sumpfdotter5533.",
    "question": "Bei uns befangen: Kreuzotter8899.",
    "brief": "Es geht um Wiesel3377 und einen Brief.",
}
MARKERS = [
    "Grünspechtlaterne8841",
    "Quittenbaum5512",
    "Dampfwalze7733",
    "Kupferkessel2299",
    "Sauerampfer6677",
    "mohnkuchen4455",
    "Regenpfeifer9911",
    "Haselmaus3344",
    "Butterblume1188",
    "Löwenzahnpfad7722",
    "Wacholder8866",
    "Feldhamster5566",
    "Zaunkönig2266",
    "Sumpfdotter5533",
    "Kreuzotter8899",
    "Wiesel3377",
]
CONTROLS = ["Kontrollwort4242", "Kontrolldatei4343"]
PASSWORD = "komma-demo-2026"
WAY = "/melden/jena/bericht"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    # Not below pytest's own directory, which the database's user could not pass.
    directory = Path(tempfile.mkdtemp(prefix="komma-site-"))
    site = start_site(directory)
    yield site
    site.stop()
    shutil.rmtree(directory, ignore_errors=True)


def hand_in(site: Site) -> str:
    """Go the full way with marker words in every kind of field; return the receipt."""
    reporter = Visitor(site.url)
    reporter.post(f"{WAY}/wen/", {"reporter_role": "self", "weiter": "1"})
    reporter.post(f"{WAY}/was/", {"description": SENT["description"], "weiter": "1"})
    reporter.post(f"{WAY}/wann/", {"place": SENT["place"], "weiter": "1"})
    reporter.post(
        f"{WAY}/wer/",
        {"side": "outside", "causer_names": SENT["causer_names"], "weiter": "1"},
    )
    reporter.post(f"{WAY}/gefahr/", {"danger": "yes", "weiter": "1"})
    upload = {"uploads": (SENT["file name"], SENT["file"].encode(), "text/plain")}
    added = reporter.post(f"{WAY}/dateien/", {"hinzufuegen": "1"}, files=upload)
    assert SENT["file name"] in added.text
    reporter.post(f"{WAY}/kontakt/", {"notify": SENT["notify"], "weiter": "1"})
    shown = reporter.post(f"{WAY}/pruefen/", {"absenden": "1"})
    found = CODE.search(shown.text)
    assert found is not None, shown.text
    reporter.post("/melden/quittung/", {})
    reporter.close()
    return found[0]


def leave_a_draft(site: Site) -> None:
    draft = Visitor(site.url)
    draft.post(f"{WAY}/wen/", {"reporter_role": "witness", "weiter": "1"})
    kept = draft.post(f"{WAY}/was/", {"description": "Am Löwenzahnpfad7722 …", "weiter": "1"})
    assert kept.ok
    upload = {"uploads": ("Foto-Wacholder8866.txt", b"Inhalt: Feldhamster5566 und mehr")}
    added = draft.post(f"{WAY}/dateien/", {"hinzufuegen": "1"}, files=upload)
    assert "Wacholder8866" in added.text
    draft.close()


def work_on(site: Site) -> None:
    """Sign in as a case lead, open the newest case, answer, note, and post into a locked vault."""
    lead = Visitor(site.url)
    lead.post("/anmelden/", {"login": "fallfuehrung@jena.example", "password": PASSWORD})
    found = lead.post("/faelle/suche/", {"text": "Grünspechtlaterne8841"})
    case = re.search(r"/faelle/[0-9a-f-]{36}/", found.text)
    assert case is not None, found.text
    path = case[0]
    assert SENT["description"] in lead.get(path).text
    lead.post(f"{path}uebernehmen/", {"free": "on"})
    lead.post(f"{path}antwort/", {"text": SENT["reply"]})
    lead.post(f"{path}notiz/", {"text": SENT["note"]})
    assert SENT["reply"] in lead.get(path).text
    page = lead.get(f"{path}notiz/").text
    lead.session.cookies.pop("vault")
    locked = lead.send(f"{path}notiz/", hidden_fields(page) | {"text": SENT["parked"]})
    assert "/konto/entsperren/" in locked.url
    lead.close()


def take_in_and_ask(site: Site) -> str:
    """Take in a call with a mail, note the receipt, and ask another body to take the case."""
    lead = Visitor(site.url)
    lead.post("/anmelden/", {"login": "fallfuehrung@jena.example", "password": PASSWORD})
    mail = f"From: boese@post.example\nSubject: Achtung\n\n{SENT['mail']}\n"
    fields = {"came_by": "call", "description": SENT["told"], "side": "outside", "danger": "no"}
    upload = {"mail": ("achtung.eml", mail.encode(), "message/rfc822")}
    shown = lead.post("/faelle/neu/?vorgang=0123456789abcdef", fields, files=upload)
    found = CODE.search(shown.text)
    assert found is not None, shown.text
    lead.post(shown.url.removeprefix(site.url), {})
    listed = lead.post("/faelle/suche/", {"text": "Zaunkönig2266"})
    case = re.search(r"/faelle/[0-9a-f-]{36}/", listed.text)
    assert case is not None, listed.text
    assert "achtung.eml" in lead.get(case[0]).text
    lead.post(f"{case[0]}uebernehmen/", {"free": "on"})
    units = re.findall(
        r'name="unit" value="([0-9a-f-]{36})"', lead.get(f"{case[0]}weitergeben/").text
    )
    asked = {
        "reason": SENT["question"],
        "brief": SENT["brief"],
        "consent": "given",
        "given_on": "gestern",
        "other_procedure": "on",
    }
    answer = lead.post(f"{case[0]}weitergeben/{units[0]}/", asked)
    assert "Die Stelle ist gefragt" in answer.text, answer.text
    lead.close()
    return found[0]


def connect(site: Site, role: str, database: str = "komma") -> psycopg.Connection:
    keys = site.directory / "var" / "keys"
    key, user = (
        ("db_administrator", "postgres")
        if role == "administrator"
        else (f"db_{role}", f"komma_{role}")
    )
    return psycopg.connect(
        host=str(next(iter((site.directory / "var").rglob(".s.PGSQL.5432"))).parent),
        dbname=database,
        user=user,
        password=(keys / key).read_text().strip(),
        autocommit=True,
    )


def provoke_errors(site: Site) -> None:
    """Make the database fail on statements that carry a marker."""
    with connect(site, "web") as connection:
        for statement in (
            "INSERT INTO cases_entry (id, body) VALUES (%s::uuid, '')",
            "INSERT INTO people_person (id, email) VALUES (gen_random_uuid(), %s)",
            "SELECT %s::text::int",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement, ["Grünspechtlaterne8841"])


def put_controls(site: Site) -> None:
    """Write one word in clear into a table and one into a file, as a careless program would."""
    with connect(site, "owner") as connection:
        connection.execute(
            "UPDATE people_person SET name = %s WHERE email LIKE %s",
            [CONTROLS[0], "verwaltung@jena%"],
        )
    (site.directory / "tmp" / "upload.tmp").write_text(CONTROLS[1])


def test_nothing_of_a_report_lies_about_in_clear(site: Site) -> None:
    code = hand_in(site)
    leave_a_draft(site)
    work_on(site)
    handed = take_in_and_ask(site)
    provoke_errors(site)
    mailbox = Visitor(site.url).post("/postfach/", {"receipt": code}).text
    assert "Grünspechtlaterne8841" in mailbox
    assert "Regenpfeifer9911" in mailbox
    put_controls(site)
    with connect(site, "administrator", "postgres") as connection:
        connection.execute("CHECKPOINT")
    site.stop()

    roots = [site.directory]
    codes = [each for code in (code, handed) for each in (code, code.replace("-", ""))]
    assert places_of([*MARKERS, *codes], roots) == []
    # Negative control: the same search finds what was written in clear.
    places = places_of(CONTROLS, roots)
    assert any("Kontrollwort4242" in place and "base/" in place for place in places)
    assert any("Kontrollwort4242" in place and "pg_wal" in place for place in places)
    assert any("Kontrolldatei4343" in place for place in places)
