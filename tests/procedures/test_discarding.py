"""A draft is discarded as it was seen, and a published version stays what it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar, Role
from komma.procedures.actions import save_procedure_head
from komma.procedures.models import ProcedureVersion
from komma.procedures.queries import in_force
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.people import make_account
from tests.factories.towns import make_member
from tests.procedures.desk import SLUG, begin, editor, found, on, published

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

DISCARD = f"/verfahren/{SLUG}/bearbeiten/verwerfen/"
OTHER_BODY = {"title": "Untergeschoben"}


@pytest.fixture
def colleague(town: Town) -> Account:
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.COORDINATION], account, role=Role.COORDINATION)
    return account


def test_what_a_colleague_saved_meanwhile_is_not_discarded(town: Town, colleague: Account) -> None:
    begin(town)
    mine = signed_in(editor(town))
    page = mine.get(DISCARD).content.decode()
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    assert mark is not None
    with acting_as(colleague.id):
        save_procedure_head(on(town, found(town).mark, by=colleague.id), title="Gerade geändert")
    answer = mine.post(DISCARD, {"mark": mark[1]}, follow=True).content.decode()
    assert "Der Entwurf ist nicht verworfen." in answer
    assert "Inzwischen hat sich der Entwurf geändert." in answer
    assert found(town).procedure.title == "Gerade geändert"
    again = mine.get(DISCARD).content.decode()
    assert colleague.person.name in again
    mark = re.search(r'name="mark" value="([^"]+)"', again)
    assert mark is not None
    answer = mine.post(DISCARD, {"mark": mark[1]}, follow=True).content.decode()
    assert "Der Entwurf ist verworfen." in answer  # control: seen, and wanted all the same
    with acting_as(editor(town).id):
        assert not ProcedureVersion.objects.filter(number__isnull=True).exists()


@pytest.mark.parametrize("mark", ["", "erfunden", "0.0"])
def test_without_having_seen_it_nobody_discards(town: Town, mark: str) -> None:
    before = begin(town)
    signed_in(editor(town)).post(DISCARD, {"mark": mark})
    assert found(town) == before


ATTACKS: dict[str, Callable[[], int]] = {
    "its text": lambda: ProcedureVersion.objects.update(body=OTHER_BODY),
    "its note": lambda: ProcedureVersion.objects.filter(number=1).update(change_note="Anders."),
    "to a draft": lambda: ProcedureVersion.objects.filter(number=1).update(
        number=None, published_on=None
    ),
    "removed": lambda: ProcedureVersion.objects.filter(number=1).delete()[0],
}


def done(attack: Callable[[], int]) -> int:
    try:
        with transaction.atomic():
            return attack()
    except DatabaseError:
        return 0


@pytest.mark.parametrize("case", ATTACKS)
def test_a_published_version_is_changed_by_nobody(town: Town, case: str) -> None:
    published(town)
    with acting_as(editor(town).id):
        assert done(ATTACKS[case]) == 0
    with as_worker():
        assert done(ATTACKS[case]) == 0
    with acting_as(editor(town).id):
        held = in_force(town.municipality.pk)[SLUG]
    assert (held.number, held.procedure.title) == (1, "Übergriffsmanagement")


@pytest.mark.parametrize("case", ATTACKS)
def test_without_the_policies_it_could_be(town: Town, case: str) -> None:
    """Negative control: the same statements work where no row is out of reach."""
    published(town)
    with as_owner():
        assert done(ATTACKS[case]) == 1
