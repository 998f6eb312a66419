"""Sections of folders and papers: each change is a version, nobody overwrites somebody else."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from komma.core.dates import today
from komma.prevention.actions.authority import demand_editing, note
from komma.prevention.actions.errors import HasGaps, Overtaken, Refused
from komma.prevention.models import Text
from komma.prevention.queries import draft_of, paper_in_force, section_text
from komma.prevention.texts import gaps

if TYPE_CHECKING:
    from uuid import UUID

_NO_DRAFT = gettext_lazy("Es gibt keinen Entwurf mehr. Bitte schreiben Sie einen neuen.")


def mark_of(text: Text | None) -> str:
    """Return what tells this state of a text from every other one; "" for none."""
    return f"{text.pk}.{hashlib.sha256(bytes(text.sealed)).hexdigest()[:16]}" if text else ""


@transaction.atomic
def save_section(
    *, organisation_id: UUID, slug: str, building_id: UUID | None, text: str, seen: str, by: UUID
) -> Text:
    """Write a new version of a section, in force at once.

    ``seen``: mark of the version it was written from. Raises Overtaken where there is a newer one.
    """
    demand_editing(organisation_id, by)
    lock_section(organisation_id, slug, building_id)
    _demand_newest(section_text(organisation_id, slug, building_id), seen)
    return _add(organisation_id, slug, text, by, building_id=building_id, in_force_on=today())


@transaction.atomic
def save_paper(*, organisation_id: UUID, slug: str, text: str, seen: str, by: UUID) -> Text:
    """Write the draft of a paper, anew where there is one; what is in force stays.

    ``seen``: mark of the draft that was changed, "" for none. Raises Overtaken as `save_section`.
    """
    demand_editing(organisation_id, by)
    draft = locked_draft(organisation_id, slug)
    _demand_newest(draft, seen)
    try:
        with transaction.atomic():
            if draft is None:
                return _add(organisation_id, slug, text, by)
            function = note("text_changed", organisation_id=organisation_id, by=by)
            draft.write(text=text, function=function)
            draft.written_on = today()
            draft.save(update_fields=["sealed", "written_on"])
            return draft
    except IntegrityError:  # two begin a draft at the same moment
        _demand_newest(draft_of(organisation_id, slug), seen)
        raise


@transaction.atomic
def put_in_force(
    *, organisation_id: UUID, slug: str, in_force_on: dt.date, signed_by: str, seen: str, by: UUID
) -> Text:
    """Let the draft hold from a day on; ``signed_by``: a function.

    ``seen``: mark of the draft that was read. Raises Overtaken as `save_section`, and Refused
    without a draft, while its text has blanks, and for a day before the version that holds.
    """
    demand_editing(organisation_id, by)
    draft = locked_draft(organisation_id, slug)
    if draft is None:
        raise Refused(_NO_DRAFT)
    _demand_newest(draft, seen)
    if number := gaps(draft.content["text"]):
        raise HasGaps(_words_on_gaps(number))
    former = paper_in_force(organisation_id, slug)
    if former and former.in_force_on and in_force_on < former.in_force_on:
        raise Refused(
            _("Die bisherige Fassung gilt erst seit dem %(day)s. Bitte prüfen Sie den Tag.")
            % {"day": f"{former.in_force_on:%d.%m.%Y}"}
        )
    function = note("text_in_force", organisation_id=organisation_id, by=by)
    draft.write(signed_by=signed_by, function=function)
    draft.in_force_on = in_force_on
    draft.save(update_fields=["sealed", "in_force_on"])
    return draft


@transaction.atomic
def discard_draft(*, organisation_id: UUID, slug: str, by: UUID) -> None:
    """Throw the draft of a paper away. Raises Refused without one."""
    demand_editing(organisation_id, by)
    draft = locked_draft(organisation_id, slug)
    if draft is None:
        raise Refused(_NO_DRAFT)
    draft.delete()
    note("draft_discarded", organisation_id=organisation_id, by=by)


def locked_draft(organisation_id: UUID, slug: str) -> Text | None:
    """Lock and read the draft of a paper; None where somebody has just put it in force."""
    found = Text.objects.select_for_update().filter(organisation_id=organisation_id, slug=slug)
    return found.filter(in_force_on=None).first()


def lock_section(organisation_id: UUID, slug: str, building_id: UUID | None) -> None:
    """Let whoever else saves this section wait until the end of this transaction.

    A section that nobody has written yet has no row to be locked.
    """
    name = f"prevention/{organisation_id}/{building_id or ''}/{slug}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _add(
    organisation_id: UUID,
    slug: str,
    text: str,
    by: UUID,
    *,
    building_id: UUID | None = None,
    in_force_on: dt.date | None = None,
) -> Text:
    row = Text(
        organisation_id=organisation_id,
        building_id=building_id,
        slug=slug,
        written_on=today(),
        in_force_on=in_force_on,
    )
    function = note("text_changed", organisation_id=organisation_id, by=by)
    row.write(text=text, function=function, signed_by="")
    row.save(force_insert=True)
    return row


def _words_on_gaps(number: int) -> str:
    return ngettext(
        "Im Text ist noch eine Lücke („____“). Bitte füllen oder löschen Sie sie im Entwurf. "
        "Danach setzen Sie ihn in Kraft.",
        "Im Text sind noch %(number)d Lücken („____“). Bitte füllen oder löschen Sie sie im "
        "Entwurf. Danach setzen Sie ihn in Kraft.",
        number,
    ) % {"number": number}


def _demand_newest(current: Text | None, seen: str) -> None:
    if mark_of(current) != seen:
        raise Overtaken(
            _(
                "Jemand anderes hat diesen Text inzwischen geändert. Ihr Text steht noch im Feld. "
                "Vergleichen Sie beide und speichern Sie noch einmal."
            ),
            current,
        )
