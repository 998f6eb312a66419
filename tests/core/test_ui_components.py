"""Pieces used on many pages."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import get_template, render_to_string

from komma.core.ui.nav import NavItem, mark_active

TEMPLATES = Path(__file__).parents[2] / "komma" / "templates"


def tag(source: str, **context: object) -> str:
    return Template("{% load komma_ui %}" + source).render(Context(context))


def test_pagination_keeps_the_query_with_repeated_keys() -> None:
    query = QueryDict("status=neu&status=offen&q=a%26b&page=2")
    page = Paginator(range(100), 10).page(2)
    html = render_to_string("components/pagination.html", {"page": page, "query": query})
    assert 'href="?status=neu&amp;status=offen&amp;q=a%26b&amp;page=3"' in html
    assert "page=2&amp;page" not in html
    assert query.getlist("page") == ["2"], "the request's own query is left alone"


@pytest.mark.parametrize("query", [None, "", {"q": "x"}])
def test_pagination_takes_no_query_or_a_dict(query: object) -> None:
    page = Paginator(range(30), 10).page(1)
    html = render_to_string("components/pagination.html", {"page": page, "query": query})
    assert "page=2" in html
    assert ("q=x" in html) is bool(query)


def test_pagination_is_absent_for_a_single_page() -> None:
    page = Paginator(range(3), 10).page(1)
    assert "<nav" not in render_to_string("components/pagination.html", {"page": page})


def test_the_most_specific_place_is_active() -> None:
    items = [NavItem("Start", "/"), NavItem("Fälle", "/faelle/"), NavItem("Neu", "/faelle/neu/")]
    active = [item.label for item in mark_active(items, "/faelle/neu/1/") if item.active]
    assert active == ["Neu"]
    assert not any(item.active for item in mark_active(items, "/faellefremd/"))


def test_navigation_has_at_most_seven_entries() -> None:
    assert len(mark_active([NavItem(str(n), f"/{n}/") for n in range(9)], "/")) == 7


def test_days_and_times_read_as_in_german_letters() -> None:
    moment = dt.datetime(2026, 3, 2, 13, 0, tzinfo=dt.UTC)
    assert tag("{{ d|day }}", d=dt.date(2026, 11, 22)) == "22.11.2026"
    assert tag("{{ d|long_day }}", d=dt.date(2026, 3, 2)) == "Montag, 2. März 2026"
    assert tag("{{ t|clock }}", t=dt.time(9, 5)) == "09:05 Uhr"
    assert tag("{{ m|day_clock }}", m=moment) == "02.03.2026, 14:00 Uhr"


def test_a_late_moment_belongs_to_the_local_day() -> None:
    assert tag("{{ m|day }}", m=dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC)) == "03.03.2026"


@pytest.mark.parametrize("name", ["day", "long_day", "clock", "day_clock"])
def test_no_day_is_no_text(name: str) -> None:
    assert tag("{{ d|" + name + " }}", d=None) == ""


def test_alert_says_its_kind_in_words_and_escapes() -> None:
    html = render_to_string("components/alert.html", {"kind": "warning", "title": "<i>x"})
    assert "Achtung" in html
    assert "<i>" not in html


def test_alert_tag_keeps_markup_of_the_template_but_escapes_values() -> None:
    html = tag('{% alert "info" "T" %}<p>{{ v }}</p>{% endalert %}', v="<b>")
    assert "<p>&lt;b&gt;</p>" in html


def test_hateful_wording_is_covered_and_escaped() -> None:
    html = render_to_string("components/blurred.html", {"text": "<b>Wort"})
    assert "<details" in html
    assert "open" not in html.split("<summary")[0]
    assert "&lt;b&gt;Wort" in html


@pytest.mark.parametrize("kind", ["neutral", "info", "success", "warning", "danger"])
def test_status_is_shown_by_word_and_shape(kind: str) -> None:
    html = render_to_string("components/badge.html", {"kind": kind, "label": "geprüft"})
    assert "geprüft" in html
    assert f"icon--{'ring' if kind == 'neutral' else kind}" in html


def test_reporter_pages_have_no_account_no_navigation_and_a_neutral_title() -> None:
    html = render_to_string(
        "base_reporter.html",
        {"user": SimpleNamespace(is_authenticated=True), "nav_items": [NavItem("Fälle", "/f/")]},
    )
    head = html.split("</head>")[0]
    assert "Fälle" not in html
    assert "Abmelden" not in html
    assert "KommA" not in head.split("<title>")[1].split("</title>")[0]
    assert "noindex" in head
    assert "Seite verlassen" in html
    assert 'data-leave-target="https://' in html


def test_demonstration_is_announced_only_there() -> None:
    assert "Vorführung" in render_to_string("base.html", {"demo_mode": True})
    assert "Vorführung" not in render_to_string("base.html", {})


def test_no_template_needs_an_exception_from_the_content_security_policy() -> None:
    forbidden = ('style="', "onclick=", "onsubmit=", "onload=", "javascript:", "<style")
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        assert not [each for each in forbidden if each in text], path
        assert all("src=" in each.split(">")[0] for each in text.split("<script")[1:]), path


def test_no_style_sheet_refers_elsewhere() -> None:
    sheets = list((TEMPLATES.parent / "static").rglob("*.css"))
    assert len(sheets) >= 3
    for sheet in sheets:
        text = sheet.read_text()
        assert "http" not in text, sheet
        assert "data:" not in text, sheet
        assert "@import" not in text, sheet


def test_every_template_compiles() -> None:
    for path in TEMPLATES.rglob("*.html"):
        get_template(str(path.relative_to(TEMPLATES)))
