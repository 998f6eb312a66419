"""Who helps on site outside the house: entered by those who administer, read by everybody."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import Error, transaction
from django.test import Client
from pypdf import PdfReader

from komma.core.rows import acting_as
from komma.municipalities.actions.local_help import MOST
from komma.municipalities.codes import Pillar
from komma.municipalities.models import LocalHelp, Municipality
from tests.factories import as_owner
from tests.factories.clients import signed_in

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

POLICE = {
    "name": "Polizei, Staatsschutz",
    "phone": "0361 / 47 11",
    "email": "",
    "hours": "rund um die Uhr",
}


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town.one(Pillar.ADMINISTRATION))


def base(town: Town) -> str:
    return f"/verwaltung/{town.municipality.slug}/hilfe-vor-ort/"


def make(organisation: UUID, **given: str) -> LocalHelp:
    with as_owner():
        return LocalHelp.objects.create(organisation_id=organisation, **(POLICE | given))


def paper(town: Town) -> str:
    pdf = Client().get(f"/hilfe/{town.municipality.slug}/handzettel.pdf").content
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_what_is_entered_stands_wherever_people_look_for_help(client: Client, town: Town) -> None:
    assert "Noch keine Stelle eingetragen" in client.get(base(town)).content.decode()
    assert client.post(base(town) + "neu/", POLICE).status_code == 302
    assert "Polizei, Staatsschutz" in client.get(base(town)).content.decode()
    now = Client().get(f"/jetzt/{town.municipality.slug}/").content.decode()
    assert "Polizei, Staatsschutz" in now
    assert 'href="tel:03614711"' in now
    assert "Polizei, Staatsschutz" in paper(town)


def test_it_can_be_changed_and_removed(client: Client, town: Town) -> None:
    found = make(town.municipality.pk)
    address = f"{base(town)}{found.pk}/"
    assert 'value="0361 / 47 11"' in client.get(address).content.decode()
    assert client.post(address, POLICE | {"phone": "0361 99"}).status_code == 302
    assert "0361 99" in client.get(base(town)).content.decode()
    assert "entfernen?" in client.get(address + "entfernen/").content.decode()
    assert client.post(address + "entfernen/").status_code == 302
    assert "Noch keine Stelle eingetragen" in client.get(base(town)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Bitte nennen Sie die Stelle"),
        ({"phone": "", "email": ""}, "ein Telefon oder eine E-Mail-Adresse"),
        ({"phone": "bitte fragen"}, "nur Ziffern"),
        ({"email": "polizei"}, "stimmt nicht ganz"),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(
    client: Client, town: Town, wrong: dict[str, str], words: str
) -> None:
    page = client.post(base(town) + "neu/", POLICE | wrong).content.decode()
    assert words in page
    assert 'value="rund um die Uhr"' in page
    with as_owner():
        assert not LocalHelp.objects.exists()


def test_more_than_a_page_holds_is_refused(client: Client, town: Town) -> None:
    for n in range(MOST):
        make(town.municipality.pk, name=f"Stelle {n}", phone=f"0361 {n}000")
    page = client.post(base(town) + "neu/", POLICE).content.decode()
    assert "passen nicht auf ein Blatt" in page
    assert "Polizei, Staatsschutz" in page
    text = paper(town)
    assert all(f"Stelle {n}" in text for n in range(MOST)), "what is allowed fits on one page"


def test_what_the_district_names_holds_for_its_towns_each_number_once(
    town: Town, other_town: Town
) -> None:
    with as_owner():
        Municipality.objects.filter(pk=town.municipality.pk).update(
            district_id=other_town.municipality.pk
        )
    make(other_town.municipality.pk, name="Polizei des Kreises")
    make(other_town.municipality.pk, name="Opferberatung", phone="0361 2000")
    now = f"/jetzt/{town.municipality.slug}/"
    page = Client().get(now).content.decode()
    assert "Polizei des Kreises" in page
    assert "Opferberatung" in page
    make(town.municipality.pk)
    page = Client().get(now).content.decode()
    assert "Polizei, Staatsschutz" in page, "the town's own word for the same number counts"
    assert "Polizei des Kreises" not in page


def test_other_towns_do_not_see_it_as_theirs(town: Town, other_town: Town) -> None:
    make(other_town.municipality.pk)
    assert "Staatsschutz" not in Client().get(f"/jetzt/{town.municipality.slug}/").content.decode()


def test_nobody_else_may_change_it(client: Client, town: Town, other_town: Town) -> None:
    theirs = make(other_town.municipality.pk)
    for part in ("", "entfernen/"):
        assert client.get(f"{base(town)}{theirs.pk}/{part}").status_code == 404
        assert client.post(f"{base(town)}{theirs.pk}/{part}", POLICE).status_code == 404
    colleague = signed_in(town.one(Pillar.SUPPORT))
    assert colleague.post(base(town) + "neu/", POLICE).status_code == 403
    assert Client().get(base(town)).status_code == 302


def test_the_database_asks_the_same(town: Town, other_town: Town) -> None:
    theirs = make(other_town.municipality.pk)
    mine = make(town.municipality.pk)
    with acting_as(town.one(Pillar.ADMINISTRATION).id):
        assert LocalHelp.objects.filter(pk=theirs.pk).update(phone="1") == 0
        assert LocalHelp.objects.filter(pk=theirs.pk).delete()[0] == 0
        with pytest.raises(Error, match="row-level security"), transaction.atomic():
            LocalHelp(organisation_id=other_town.municipality.pk, **POLICE).save(force_insert=True)
        assert LocalHelp.objects.filter(pk=mine.pk).update(phone="0361 1") == 1, "the control"
    with acting_as(town.one(Pillar.SUPPORT).id):
        assert LocalHelp.objects.filter(pk=mine.pk).update(phone="1") == 0
