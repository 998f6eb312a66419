"""Beginning, discarding and publishing drafts of procedures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.municipalities.queries import people_by_role
from komma.procedures.actions.errors import Refused
from komma.procedures.actions.locking import (
    demand_coordination,
    locked_draft,
    next_version,
    note,
)
from komma.procedures.checks import problems
from komma.procedures.data import from_data, to_data
from komma.procedures.edits import new_id, with_head
from komma.procedures.models import ProcedureVersion
from komma.procedures.queries import SHIPPED, drafts, in_force, version

if TYPE_CHECKING:
    from uuid import UUID

    from komma.procedures.model import Procedure

# Below /verfahren/ these are pages of their own.
RESERVED = frozenset({"fristen", "stufen", "neu", "massnahmen", "hilfe"})


def begin_draft(*, organisation_id: UUID, slug: str, by: UUID, number: int | None = None) -> None:
    """Begin a draft from the version in force, or from another one (``number``).

    Raises Refused where there is a draft, or no such version.
    """
    demand_coordination(organisation_id, by)
    if number is None:
        held = in_force(organisation_id).get(slug)
        base, procedure = (held.number, held.procedure) if held else (SHIPPED, None)
    else:
        base, procedure = number, version(organisation_id, slug, number)
    if procedure is None:
        raise Refused(_("Diese Fassung gibt es nicht."))
    _begin(organisation_id, slug, procedure, base, by)


def begin_copy(*, organisation_id: UUID, source: str, title: str, by: UUID) -> str:
    """Begin a new procedure as a copy of one in force; return its slug."""
    demand_coordination(organisation_id, by)
    known = in_force(organisation_id)
    if source not in known:
        raise Refused(_("Diese Vorlage gibt es nicht mehr. Bitte wählen Sie eine andere."))
    taken = {*known, *drafts(organisation_id), *RESERVED}
    slug = new_id(title, taken, other="verfahren")
    _begin(organisation_id, slug, with_head(known[source].procedure, title=title), SHIPPED, by)
    return slug


@transaction.atomic
def discard_draft(*, organisation_id: UUID, slug: str, mark: str, by: UUID) -> None:
    """Discard a draft; what is in force stays so."""
    demand_coordination(organisation_id, by)
    locked_draft(organisation_id, slug, mark).delete()
    note("procedure.draft_discarded", organisation_id=organisation_id, by=by)


@transaction.atomic
def publish(*, organisation_id: UUID, slug: str, mark: str, change_note: str, by: UUID) -> int:
    """Put a draft in force and return its number; it is frozen from then on.

    Cases that are being led keep the version they began with. Raises Refused while anything speaks
    against it, and `Stale` for the second of two who publish.
    """
    demand_coordination(organisation_id, by)
    row = locked_draft(organisation_id, slug, mark)
    procedure = from_data(slug, row.body)
    if problems(procedure, people=people_by_role(organisation_id)):
        raise Refused(_("Noch spricht etwas gegen das Veröffentlichen. Es steht oben im Entwurf."))
    if not change_note.strip():
        raise Refused(_("Bitte schreiben Sie, was sich ändert."))
    row.body = to_data(with_head(procedure, last_checked=today()))
    row.number = _next_number(organisation_id, slug)
    row.change_note = change_note.strip()
    row.published_on, row.edited_by_id = today(), by
    failed = _(
        "Das hat nicht geklappt. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal."
    )
    with next_version(otherwise=Refused(failed)):
        row.save(update_fields=["body", "number", "change_note", "published_on", "edited_by"])
    note("procedure.published", organisation_id=organisation_id, by=by)
    return row.number


def _begin(organisation_id: UUID, slug: str, procedure: Procedure, base: int, by: UUID) -> None:
    body: dict[str, Any] = to_data(procedure)
    draft = ProcedureVersion(
        organisation_id=organisation_id, slug=slug, base=base, body=body, edited_by_id=by
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            note("procedure.draft_begun", organisation_id=organisation_id, by=by)
    except IntegrityError as error:  # two at once, or one who did not know of the draft
        raise Refused(
            _("Es gibt schon einen Entwurf. Veröffentlichen oder verwerfen Sie ihn zuerst.")
        ) from error


def _next_number(organisation_id: UUID, slug: str) -> int:
    found = ProcedureVersion.objects.filter(organisation_id=organisation_id, slug=slug)
    newest: int | None = found.aggregate(Max("number"))["number__max"]
    return (newest or SHIPPED) + 1
