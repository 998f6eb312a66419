"""The pages of the demonstration, and that no other mode has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

from komma.demo import told
from komma.demo.people import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

pytestmark = pytest.mark.django_db
PAGES = ("/demo/", "/demo/mails/")


@pytest.fixture
def demo(settings: Any) -> None:
    settings.KOMMA_DEMO = True


def _send(folder: Path, *messages: EmailMessage) -> None:
    backend = EmailBackend(file_path=str(folder / "mail"))
    backend.send_messages(list(messages))


@pytest.mark.parametrize("page", PAGES)
def test_pages_exist_only_in_the_demonstration(client: Client, settings: Any, page: str) -> None:
    settings.KOMMA_DEMO = False
    assert client.get(page).status_code == 404
    settings.KOMMA_DEMO = True
    assert client.get(page).status_code == 200


@pytest.mark.usefixtures("demo")
def test_index_names_accounts_password_and_receipts(client: Client) -> None:
    told.remember(
        told.Told(
            key="jena/assault/9",
            case="0",
            town="Jena",
            name="Drohmail",
            code="ABCD-EFGH-JKMN-PQRS-TVWX-Y",
        )
    )
    page = client.get("/demo/").content.decode()
    assert "ansprechperson@jena.example" in page
    assert "programm@komma.example" in page
    assert PASSWORD in page
    assert "Drohmail (Jena)" in page
    assert "ABCD-EFGH-JKMN-PQRS-TVWX-Y" in page


@pytest.mark.usefixtures("demo")
def test_mails_page_shows_kept_mails_newest_first(client: Client, tmp_path: Path) -> None:
    first = EmailMessage(
        "KommA: Einladung", "Bitte https://komma.example/x/ öffnen.", to=["a@x.example"]
    )
    second = EmailMessage("KommA: Es gibt etwas Neues", "<script>", to=["b@x.example"])
    _send(tmp_path, first, second)
    page = client.get("/demo/mails/").content.decode()
    assert page.index("Es gibt etwas Neues") < page.index("KommA: Einladung")
    assert "b@x.example" in page
    assert 'href="https://komma.example/x/"' in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("demo")
def test_mails_page_without_mails_says_so(client: Client) -> None:
    assert "Noch keine Mails" in client.get("/demo/mails/").content.decode()
