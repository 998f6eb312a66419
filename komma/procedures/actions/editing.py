"""Changing a draft: what is said of it as a whole, its steps and its phases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from komma.procedures import edits
from komma.procedures.actions.errors import Refused
from komma.procedures.actions.locking import demand_coordination, locked_draft, note
from komma.procedures.data import from_data, to_data

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from komma.procedures.model import Phase, Procedure, Step

MOST_STEPS = 100
MOST_PHASES = 12


class OnDraft(NamedTuple):
    """Which draft is changed, in which state (``mark``) it was decided on, and by whom."""

    organisation_id: UUID
    slug: str
    mark: str
    by: UUID


def save_procedure_head(on: OnDraft, **fields: Any) -> None:
    """Change what is said of the procedure as a whole: fields of `Procedure` by name."""
    _change(on, lambda procedure: edits.with_head(procedure, **fields))


def save_step(on: OnDraft, step: Step) -> None:
    """Change a step, or add it at the end of its phase."""

    def edit(procedure: Procedure) -> Procedure:
        changed = edits.with_step(procedure, step)
        if len(changed.steps) > max(MOST_STEPS, len(procedure.steps)):
            raise Refused(
                _("Mehr als %d Schritte überblickt niemand. Bitte teilen Sie das Verfahren auf.")
                % MOST_STEPS
            )
        return changed

    _change(on, edit)


def move_step(on: OnDraft, step_id: str, by: int) -> None:
    """Move a step inside its phase: -1 up, 1 down."""
    _change(on, lambda procedure: edits.moved_step(procedure, step_id, by))


def remove_step(on: OnDraft, step_id: str) -> None:
    """Remove a step; what waited for it waits for what it waited for."""
    _change(on, lambda procedure: edits.without_step(procedure, step_id))


def save_phase(on: OnDraft, phase: Phase) -> None:
    """Rename a phase, or add one at the end."""

    def edit(procedure: Procedure) -> Procedure:
        changed = edits.with_phase(procedure, phase)
        if len(changed.phases) > max(MOST_PHASES, len(procedure.phases)):
            raise Refused(_("Mehr als %d Abschnitte werden unübersichtlich.") % MOST_PHASES)
        return changed

    _change(on, edit)


def move_phase(on: OnDraft, phase_id: str, by: int) -> None:
    """Move a phase with its steps: -1 up, 1 down."""
    _change(on, lambda procedure: edits.moved_phase(procedure, phase_id, by))


def remove_phase(on: OnDraft, phase_id: str) -> None:
    """Remove a phase; raises Refused while there are steps in it."""
    try:
        _change(on, lambda procedure: edits.without_phase(procedure, phase_id))
    except edits.PhaseInUse as error:
        raise Refused(
            _("In diesem Abschnitt stehen noch Schritte. Ordnen Sie diese zuerst woanders ein.")
        ) from error


@transaction.atomic
def _change(on: OnDraft, edit: Callable[[Procedure], Procedure]) -> None:
    demand_coordination(on.organisation_id, on.by)
    row = locked_draft(on.organisation_id, on.slug, on.mark)
    row.body = to_data(edit(from_data(on.slug, row.body)))
    row.revision += 1
    row.edited_by_id = on.by
    row.save(update_fields=["body", "revision", "edited_by"])
    note("procedure.draft_changed", organisation_id=on.organisation_id, by=on.by)
