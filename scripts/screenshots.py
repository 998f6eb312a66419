"""Take the pictures of README and guide from a running demonstration into docs/bilder/.

``uv run python scripts/screenshots.py [address]``; without address http://localhost:8000. Best on
a demonstration that was just filled (``make run`` on an empty data directory). It hands in one
invented report, and a flood of them in Berlin Mitte.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from komma.demo.people import PASSWORD

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "bilder"
MOST_BYTES = 170_000  # for each picture: the repository keeps every version
PHONE, DESK, LONG = (390, 844), (1280, 900), (1040, 1070)
STORY = "Am Schalter schrie mich ein Mann an und warf den Bescheid auf den Tisch."
CODE = re.compile(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z*~$=]")
WAY = "/melden/jena/bericht"
FLOODED = "/melden/mitte/kurz/"
FLOODS = (
    "Ihr werdet schon sehen, was ihr von eurer Politik habt. Wir kommen alle ins Rathaus! Nr. {}",
    "Tretet endlich alle zurück. Niemand hat euch gewählt, niemand braucht euch hier. Nr. {}",
)
ENOUGH = 170  # reports within ten minutes, of which some wait: each web process sees its share
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Picture:
    """One picture: ``go`` leads a fresh page to what is shown."""

    name: str
    size: tuple[int, int]
    go: Callable[[Page], None]


def show(path: str) -> Callable[[Page], None]:
    """Return a way that only opens an address."""

    def go(page: Page) -> None:
        page.goto(path)

    return go


def signed_in(local: str, path: str, town: str = "jena") -> Callable[[Page], None]:
    """Return a way that signs somebody of a town in and opens an address."""

    def go(page: Page) -> None:
        page.goto("/anmelden/")
        page.locator("input[name=login]").fill(f"{local}@{town}.example")
        page.locator("input[name=password]").fill(PASSWORD)
        press(page, "Anmelden")
        page.goto(path)

    return go


def press(page: Page, name: str) -> None:
    """Press a button and wait for what comes."""
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()


def a_case(local: str, part: str = "") -> Callable[[Page], None]:
    """Return a way to a case that somebody works on, or to a part of it."""

    def go(page: Page) -> None:
        signed_in(local, "/faelle/")(page)
        page.locator("tbody tr", has_text="in Bearbeitung").first.locator("th a").click()
        page.wait_for_load_state()
        if part:
            page.goto(page.url.split("?")[0].split("#")[0] + part)
            page.locator("h1").evaluate("found => scrollTo(0, found.offsetTop - 16)")
            return
        for summary in page.locator("summary", has_text="Wortlaut").all()[:1]:
            summary.click()
        page.locator("h2", has_text="Als Nächstes").evaluate("found => found.scrollIntoView()")

    return go


def a_task(page: Page) -> None:
    """The first task of the own list."""
    signed_in("fallfuehrung", "/aufgaben/")(page)
    page.locator(".kern-task-list__title a").first.click()
    page.wait_for_load_state()


def advice(page: Page) -> None:
    """What somebody can do now, in the mailbox."""
    mailbox(page)
    page.goto("/postfach/was-tun/")


def question(page: Page) -> None:
    """The question that alone must be answered, with an answer begun."""
    page.goto(f"{WAY}/wen/")
    page.get_by_label("mich selbst").check()
    press(page, "Weiter")
    press(page, "Weiter")
    page.get_by_label("Was ist passiert?").fill(STORY)


def receipt(page: Page) -> None:
    """The receipt after sending."""
    question(page)
    press(page, "Weiter")
    page.goto(f"{WAY}/pruefen/")
    press(page, "Absenden")


def mailbox(page: Page) -> None:
    """A mailbox with answers, opened by a receipt that the demonstration shows."""
    page.goto("/demo/")
    found = CODE.search(page.locator("main").inner_text())
    if found is None:
        raise SystemExit("The demonstration shows no receipts: fill it with 'komma demo' first.")
    page.goto("/postfach/")
    page.get_by_label("Ihr Code").fill(found[0])
    press(page, "Öffnen")


def quarantine(page: Page) -> None:
    """Reports of a flood, put together, with their wording covered."""
    for number in range(ENOUGH):
        form = page.request.get(FLOODED).text()
        found = TOKEN.search(form)
        if found is None:
            raise SystemExit("Berlin Mitte takes no reports.")
        fields = {
            "description": FLOODS[number % 5 == 0].format(number),
            "csrfmiddlewaretoken": found[1],
        }
        page.request.post(FLOODED, form=fields)
        page.context.clear_cookies()
    signed_in("ansprechperson", "/faelle/quarantaene/", "mitte")(page)


def finding(page: Page) -> None:
    """A draft in which the support would take part in an examination."""
    address = "/verfahren/agg-beschwerde/bearbeiten/"
    signed_in("koordination", address)(page)
    if page.get_by_role("button", name="Entwurf beginnen").count():
        press(page, "Entwurf beginnen")
    page.goto(f"{address}schritt/bewertung/")
    page.get_by_label("Vertretung", exact=True).select_option("contact")
    press(page, "Speichern")
    page.goto(address)


def drawing(page: Page) -> None:
    """The drawing of a procedure."""
    signed_in("koordination", "/verfahren/uebergriff/")(page)
    page.locator("#bild").evaluate("heading => heading.scrollIntoView()")


PICTURES = (
    Picture("start", DESK, show("/")),
    Picture("melden", PHONE, question),
    Picture("quittung", PHONE, receipt),
    Picture("postfach", PHONE, mailbox),
    Picture("faelle", DESK, signed_in("ansprechperson", "/faelle/")),
    Picture("fall", DESK, a_case("fallfuehrung")),
    Picture("fall-begleiten", DESK, a_case("ansprechperson")),
    Picture("aufgaben", DESK, signed_in("fallfuehrung", "/aufgaben/")),
    Picture("aufgabe", DESK, a_task),
    Picture("fall-verfahren", LONG, a_case("beschwerdestelle", "verfahren/")),
    Picture("verfahren-pruefung", DESK, finding),
    Picture("verfahren-bild", DESK, drawing),
    Picture("vorbeugen", DESK, signed_in("koordination", "/vorbeugen/")),
    Picture("was-tun", PHONE, advice),
    Picture("verwaltung", DESK, signed_in("verwaltung", "/verwaltung/jena/")),
    Picture("melden-kreis", PHONE, show("/melden/beispielrode/")),
    Picture(
        "betriebsbereitschaft",
        DESK,
        signed_in(
            "verwaltung", "/verwaltung/kleinmuster/betriebsbereitschaft/#bedingungen", "kleinmuster"
        ),
    ),
    Picture(
        "zustaendigkeit",
        DESK,
        signed_in("verwaltung", "/verwaltung/kleinmuster/zustaendigkeit/#kette", "kleinmuster"),
    ),
    Picture("quarantaene", DESK, quarantine),
)


def take(browser: Browser, address: str, picture: Picture) -> int:
    """Write one picture; return its bytes."""
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="de-DE",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    page = context.new_page()
    picture.go(page)
    file = FOLDER / f"{picture.name}.png"
    page.screenshot(path=file)
    context.close()
    return file.stat().st_size


def main() -> int:
    address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = ["--hide-scrollbars"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses its sandbox to root
    too_big = False
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for picture in PICTURES:
            size = take(browser, address, picture)
            too_big = too_big or size > MOST_BYTES
            print(f"{size:>8,} {picture.name}.png")
        browser.close()
    if too_big:
        print(f"A picture has more than {MOST_BYTES:,} bytes.", file=sys.stderr)
    return int(too_big)


if __name__ == "__main__":
    sys.exit(main())
