"""The ground of every page in a real browser: accessibility, width, and leaving at once.

The pages are rendered here and served with the project's content security policy.
"""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page

from komma.core.ui.choices import hinted
from komma.core.ui.nav import Crumb, NavItem
from komma.core.ui.widgets import DayInput, FilesField, SealedTextarea
from tests.browser.axe import violations
from tests.browser.focus import FOCUS_SHOWN
from tests.browser.host import Host

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parent / "sample.html"
WIDTHS = (320, 390, 1280)
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Sample(forms.Form):
    text = forms.CharField(label="Was ist passiert?", help_text="Kurz.", widget=SealedTextarea)
    day = forms.DateField(label="Wann?", widget=DayInput, required=False)
    place = forms.ChoiceField(label="Wo?", choices=[("", "Bitte wählen"), ("a", "Am Schalter")])
    care = forms.ChoiceField(
        label="Wer soll sich kümmern?",
        widget=forms.RadioSelect,
        choices=[("s", hinted("Unterstützung", "Ohne Verfahren.")), ("c", "Beschwerde")],
    )
    motives = forms.MultipleChoiceField(
        label="Was steckt dahinter?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("r", "Rassismus"), ("x", "Weiß nicht")],
    )
    read = forms.BooleanField(label="Ich habe die Hinweise gelesen.")
    files = FilesField(label="Dateien", required=False)
    password = forms.CharField(label="Passwort", widget=forms.PasswordInput)


class Question(forms.Form):
    question = "text"
    text = forms.CharField(label="Was ist passiert?", widget=SealedTextarea)


def sample_page(*, errors: bool) -> str:
    context = {
        "user": SimpleNamespace(is_authenticated=True),
        "nav_items": [NavItem(f"Bereich {n}", f"/{n}/", active=n == 1) for n in range(7)],
        "municipalities": [SimpleNamespace(pk=n, name=f"Stadt Musterhausen {n}") for n in (1, 2)],
        "current_municipality": SimpleNamespace(pk=1),
        "demo_mode": True,
        "vault_open": True,
        "account_name": "Amira Köhler",
        "form": Sample({} if errors else None),
        "page": Paginator(range(400), 10).page(7),
        "query": {"q": "x"},
        "crumbs": [Crumb("Fälle", "/faelle/"), Crumb("K-7M3Q")],
        "entries": [{"when": "22.11.2026", "title": "Gelesen", "badge": "neu", "kind": "info"}],
        "tasks": [{"title": "Prüfen", "url": "/x/", "status": "fällig", "kind": "warning"}],
        "data": [("Eingegangen", "22.11.2026"), ("Zuständig", "Beschwerdestelle", "/x/")],
    }
    return engines["django"].from_string(SAMPLE.read_text()).render(context)


def reporter_page() -> str:
    question = f"<form>{Question()['text'].as_field_group()}</form></main>"
    return render_to_string("base_reporter.html").replace("</main>", question)


@pytest.fixture
def host(settings: Any) -> Iterator[Host]:
    with Host() as host:
        settings.KOMMA_LEAVE_TARGET = host.elsewhere
        # Browsers check where a sent form is redirected to as well.
        settings.SECURE_CSP = settings.SECURE_CSP | {"form-action": ["'self'", host.elsewhere]}
        yield host


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("errors", [False, True])
def test_every_component_is_accessible_and_fits(
    host: Host, page: Page, scheme: Any, errors: bool
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.emulate_media(color_scheme=scheme)
    host.pages["/"] = sample_page(errors=errors)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(host.url)
        assert violations(page) == [], f"{scheme} {width}"
        assert page.evaluate(OVERHANG) <= 0, f"page scrolls sideways at {width}"
    assert not [each for each in complaints if "Content Security Policy" in each]


def test_axe_does_find_what_is_wrong(host: Host, page: Page) -> None:
    host.pages["/"] = sample_page(errors=False).replace('lang="de"', "", 1)
    page.goto(host.url)
    assert any(each.startswith("html-has-lang") for each in violations(page))


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    """A page in a browser with JavaScript switched off."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_dark_follows_the_system_without_javascript(host: Host, scriptless: Page) -> None:
    host.pages["/"] = sample_page(errors=False)
    grounds = []
    for scheme in ("light", "dark"):
        scriptless.emulate_media(color_scheme=scheme)
        scriptless.goto(host.url)
        # Asked for through the debugging interface, which works without the page's scripts.
        grounds.append(scriptless.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["oklch(1 0 0)", "oklch(0 0 0)"], "white, then black"


def test_paper_is_printed_in_light_colours(host: Host, page: Page) -> None:
    host.pages["/"] = sample_page(errors=False)
    page.emulate_media(color_scheme="dark")
    page.goto(host.url)
    ink = "getComputedStyle(document.querySelector('h1')).color"
    pale = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(ink) != pale
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "oklch(1 0 0)"


def test_reporter_page_is_accessible(host: Host, page: Page) -> None:
    host.pages["/melden/"] = reporter_page()
    page.goto(host.url + "/melden/")
    assert violations(page) == []


def test_error_summary_takes_the_focus(host: Host, page: Page) -> None:
    host.pages["/"] = sample_page(errors=True)
    page.goto(host.url)
    assert "Bitte prüfen Sie" in page.evaluate("document.activeElement.textContent")


def test_focus_is_visible_on_every_kind_of_element(host: Host, page: Page) -> None:
    host.pages["/"] = sample_page(errors=False)
    page.goto(host.url)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body"):
        assert page.evaluate(FOCUS_SHOWN), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")


def test_escape_three_times_leaves_and_nothing_leads_back(host: Host, page: Page) -> None:
    host.pages["/melden/"] = reporter_page()
    page.goto(host.url + "/melden/")
    page.fill("textarea", "etwas")
    page.evaluate("sessionStorage.setItem('a', 'b')")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(host.elsewhere)
    assert len(host.posts) == 1
    page.go_back()
    assert page.url == "about:blank", "the page was replaced in the history"


def test_escape_twice_or_slowly_stays(host: Host, page: Page) -> None:
    host.pages["/melden/"] = reporter_page()
    page.clock.install()
    page.goto(host.url + "/melden/")
    for _ in range(5):
        page.keyboard.press("Escape")
        page.clock.fast_forward(1500)
    assert page.url == host.url + "/melden/"
    assert host.posts == []


def test_button_leaves_without_javascript(host: Host, scriptless: Page) -> None:
    host.pages["/melden/"] = reporter_page()
    scriptless.goto(host.url + "/melden/")
    scriptless.get_by_role("button", name="Seite verlassen").click()
    scriptless.wait_for_url(host.elsewhere)
    assert len(host.posts) == 1
