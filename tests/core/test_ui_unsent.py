"""Words that could not be taken are shown again, to those who wrote them only."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from komma.municipalities.codes import Pillar
from tests.factories.clients import signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

WORDS = "Er rief: „Ich weiß, wo du wohnst.“ </textarea><script>"
SHOWN = "wo du wohnst.“ &lt;/textarea&gt;"
ORIGIN = {"Origin": "http://testserver"}
AREA = re.compile(r"<textarea[^>]*>")


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def short(town: Town) -> str:
    return f"/melden/{town.municipality.slug}/kurz/"


def opened(browser: Client, path: str) -> str:
    """Open a page and return its token."""
    return token_of(browser.get(path))


def token_of(response: HttpResponse) -> str:
    # The last one: the first belongs to "Seite verlassen".
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[-1]


def rotate(browser: Client) -> None:
    """Give the browser another secret, as signing in in another tab does."""
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32


def post(browser: Client, path: str, data: dict[str, Any], **headers: str) -> HttpResponse:
    return browser.post(path, data, headers={**ORIGIN, **headers})


def test_a_rotated_token_loses_no_words(browser: Client, town: Town) -> None:
    token = opened(browser, short(town))
    rotate(browser)
    data = {"description": WORDS, "side": "outside", "csrfmiddlewaretoken": token}
    response = post(browser, short(town), data)
    page = response.content.decode()
    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "no-store"
    assert "Ihr Text steht noch hier. Bitte noch einmal absenden." in page
    assert SHOWN in page
    (area,) = AREA.findall(page)
    for attribute in ('name="description"', 'autocomplete="off"', 'spellcheck="false"'):
        assert attribute in area
    assert '<input type="hidden" name="side" value="outside">' in page
    assert f'action="{short(town)}"' in page
    assert token not in page
    assert "Seite verlassen" in page
    assert "<title>Informationen</title>" in page
    again = post(browser, short(town), data | {"csrfmiddlewaretoken": token_of(response)})
    assert again.headers["Location"] == "/melden/quittung/"


def test_a_cleared_cookie_loses_no_words(browser: Client, town: Town) -> None:
    token = opened(browser, short(town))
    browser.cookies.clear()
    data = {"description": WORDS, "csrfmiddlewaretoken": token}
    response = post(browser, short(town), data)
    assert SHOWN in response.content.decode()
    again = post(browser, short(town), data | {"csrfmiddlewaretoken": token_of(response)})
    assert "wohnst" in again.content.decode()  # the short report asks once more, words kept
    assert again.status_code == 200


def test_the_place_to_return_to_is_kept(browser: Client, town: Town) -> None:
    path = f"/melden/{town.municipality.slug}/bericht/was/?ziel=pruefen"
    page = post(browser, path, {"description": "hilfe", "weiter": "1"}).content.decode()
    assert f'action="{path}"' in page
    assert AREA.findall(page)  # one small word is a text too
    assert '<input type="hidden" name="weiter" value="1">' in page


def test_files_are_to_be_chosen_again(browser: Client) -> None:
    file = SimpleUploadedFile("a.txt", b"Inhalt der Datei")
    page = post(browser, "/postfach/nachricht/", {"text": "Hallo", "uploads": file})
    assert "Dateien wählen Sie danach bitte noch einmal aus" in page.content.decode()
    assert "Inhalt der Datei" not in page.content.decode()
    without = post(browser, "/postfach/nachricht/", {"text": "Hallo"}).content.decode()
    assert "Dateien wählen" not in without


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://boese.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_words_from_another_site_are_never_shown(
    browser: Client, town: Town, headers: dict[str, str]
) -> None:
    response = post(browser, short(town), {"description": WORDS}, **headers)
    page = response.content.decode()
    assert response.status_code == 403
    assert "wohnst" not in page
    assert "Bitte senden Sie das noch einmal" in page
    assert "meist noch" not in page


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/anmelden/", {"login": "frau@stadt.example", "password": "sehr geheim hier"}),
        ("/postfach/", {"receipt": "7K3M-9QXZ-7K3M-9QXZ-7K3M-9"}),
    ],
)
def test_secrets_are_never_sent_back(browser: Client, path: str, data: dict[str, str]) -> None:
    page = post(browser, path, data).content.decode()
    assert "Bitte senden Sie das noch einmal" in page
    for value in data.values():
        assert value not in page


def test_a_receipt_beside_words_is_left_out(browser: Client) -> None:
    data = {"text": "Wichtig!", "receipt": "7K3M-9QXZ-7K3M-9QXZ-7K3M-9"}
    page = post(browser, "/postfach/nachricht/", data).content.decode()
    assert "Wichtig!" in page
    assert "7K3M" not in page


def test_a_session_that_is_gone_loses_no_words(town: Town) -> None:
    client = signed_in(town.one(Pillar.ADMINISTRATION))
    path = f"/verwaltung/{town.municipality.slug}/einstellungen/"
    client.logout()
    bare = client.get(path)
    assert bare.headers["Location"].startswith("/anmelden/?next=")
    response = post(client, path, {"about": WORDS, "level": "2"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Sie sind nicht mehr angemeldet" in page
    assert SHOWN in page
    assert 'href="/anmelden/" target="_blank"' in page
    assert '<input type="hidden" name="level" value="2">' in page
    assert f'action="{path}"' in page
    assert response.headers["Cache-Control"] == "no-store"


def test_without_words_the_way_leads_to_signing_in(town: Town) -> None:
    path = f"/verwaltung/{town.municipality.slug}/einstellungen/"
    response = Client().post(path, {"level": "2"})
    assert response.headers["Location"].startswith("/anmelden/?next=")


def test_a_wrong_password_is_no_lost_text() -> None:
    response = Client().post("/anmelden/", {"login": "frau@stadt.example", "password": "falsch"})
    assert "Ihr Text steht noch hier" not in response.content.decode()


@pytest.mark.parametrize(
    ("path", "named"), [("/melden/nirgendwo/kurz/", False), ("/verwaltung/nirgendwo/", True)]
)
def test_the_log_does_not_tell_where_reporters_are(
    path: str, named: bool, caplog: pytest.LogCaptureFixture, town: Town
) -> None:
    client = signed_in(town.one(Pillar.ADMINISTRATION))
    with caplog.at_level(logging.INFO, logger="komma.errors"):
        assert client.get(path).status_code == 404
    lines = {each.getMessage() for each in caplog.records if each.name == "komma.errors"}
    assert lines
    assert all(("view=-" not in line) is named for line in lines)
