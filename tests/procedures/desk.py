"""Somebody at the Koordination who edits procedures, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.procedures.actions import OnDraft, begin_draft, publish
from komma.procedures.queries import draft
from tests.factories import as_owner
from tests.factories.people import make_account
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from uuid import UUID

    from komma.procedures.queries import Draft
    from tests.factories.people import Account
    from tests.factories.towns import Town

SLUG = "uebergriff"


def editor(town: Town) -> Account:
    return town.one(Pillar.COORDINATION)


def second_editor(town: Town) -> Account:
    """Return somebody else at the Koordination, made anew."""
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.COORDINATION], account, title="Koordination 2")
    return account


def begin(town: Town, slug: str = SLUG) -> Draft:
    """Begin a draft from what is in force and return it."""
    with acting_as(editor(town).id):
        begin_draft(organisation_id=town.municipality.pk, slug=slug, by=editor(town).id)
    return found(town, slug)


def found(town: Town, slug: str = SLUG) -> Draft:
    """Return the draft as it is now."""
    with acting_as(editor(town).id):
        now = draft(town.municipality.pk, slug)
    assert now is not None
    return now


def on(town: Town, mark: str, *, slug: str = SLUG, by: UUID | None = None) -> OnDraft:
    """Return what a change is decided on; by the coordination where nobody else is named."""
    return OnDraft(town.municipality.pk, slug, mark, by or editor(town).id)


def published(town: Town, slug: str = SLUG, note: str = "Angepasst.") -> int:
    """Publish the draft as it is now, which is begun where there is none; return its number."""
    person = editor(town).id
    with acting_as(person):
        now = draft(town.municipality.pk, slug)
        mark = now.mark if now else begin(town, slug).mark
        return publish(
            organisation_id=town.municipality.pk, slug=slug, mark=mark, change_note=note, by=person
        )
