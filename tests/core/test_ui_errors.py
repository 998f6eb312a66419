"""Error pages: a way on and a reference, and nothing about what lies inside."""

import logging
import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from komma.core.ui import errors

REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
PAGES: list[tuple[Callable[..., HttpResponse], int]] = [
    (errors.bad_request, 400),
    (errors.permission_denied, 403),
    (errors.page_not_found, 404),
    (errors.csrf_failure, 403),
]
SECRET = "Frau Beispiel, Zimmer 12"


def get(path: str) -> HttpRequest:
    """A request without user, session or messages, as when everything else has failed."""
    return RequestFactory().get(path)


@pytest.mark.parametrize(("view", "status"), PAGES)
@pytest.mark.parametrize("path", ["/faelle/7M3Q/", "/melden/musterhausen/"])
def test_page_shows_a_reference_and_a_way_on(
    view: Callable[..., HttpResponse], status: int, path: str
) -> None:
    response = view(get(path))
    html = response.content.decode()
    assert response.status_code == status
    assert REFERENCE.search(html)
    assert "kern-btn--primary" in html
    assert "7M3Q" not in html
    assert "musterhausen" not in html
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/melden/x/", "/postfach/", "/jetzt/", "/hilfe/x/"])
def test_reporters_keep_their_way_out_and_neutral_title(path: str) -> None:
    html = errors.page_not_found(get(path)).content.decode()
    assert "Seite verlassen" in html
    assert "KommA" not in html.split("</title>")[0]


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: errors.page_not_found(request, ValueError(SECRET)),
        lambda request: errors.permission_denied(request, PermissionDenied(SECRET)),
        lambda request: errors.csrf_failure(request, reason=SECRET),
    ],
)
def test_no_page_says_why(answer: Callable[[HttpRequest], HttpResponse]) -> None:
    assert SECRET not in answer(get("/faelle/")).content.decode()


@pytest.mark.parametrize("path", ["/faelle/", "/hilfe-zur-bedienung/"])
def test_elsewhere_there_is_no_exit_bar(path: str) -> None:
    assert "Seite verlassen" not in errors.page_not_found(get(path)).content.decode()


def test_pages_differ_in_nothing_but_the_reference() -> None:
    """What is missing and what may not be known look the same."""
    pages = {
        REFERENCE.sub("", errors.page_not_found(get(p)).content.decode()) for p in ("/a/", "/b/")
    }
    assert len(pages) == 1


def failing(request: HttpRequest) -> HttpResponse:
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        return errors.server_error(request)


def test_500_works_without_database_user_and_session() -> None:
    # pytest-django refuses database access in a test that does not ask for it.
    response = failing(get("/faelle/7M3Q/"))
    assert response.status_code == 500
    assert REFERENCE.search(response.content.decode())
    assert SECRET not in response.content.decode()


def test_500_is_logged_with_reference_and_place_but_without_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR, logger="komma.errors"):
        html = failing(get("/faelle/7M3Q/")).content.decode()
    (found,) = set(REFERENCE.findall(html))
    assert found in caplog.text
    assert "RuntimeError" in caplog.text
    assert "test_ui_errors.py:" in caplog.text
    assert SECRET not in caplog.text
    assert "7M3Q" not in caplog.text


def test_500_answers_even_when_its_template_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise OSError(SECRET)

    monkeypatch.setattr(errors, "get_template", broken)
    response = failing(get("/"))
    assert response.status_code == 500
    assert REFERENCE.search(response.content.decode())
    assert SECRET not in response.content.decode()


def test_references_are_not_repeated() -> None:
    assert len({errors.new_reference() for _ in range(500)}) == 500
