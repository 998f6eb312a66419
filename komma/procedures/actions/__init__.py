"""What changes procedures and levels: the only door for writing."""

from komma.procedures.actions.drafts import begin_copy, begin_draft, discard_draft, publish
from komma.procedures.actions.editing import (
    OnDraft,
    move_phase,
    move_step,
    remove_phase,
    remove_step,
    save_phase,
    save_procedure_head,
    save_step,
)
from komma.procedures.actions.errors import Refused, Stale
from komma.procedures.actions.levels import set_levels

__all__ = [
    "OnDraft",
    "Refused",
    "Stale",
    "begin_copy",
    "begin_draft",
    "discard_draft",
    "move_phase",
    "move_step",
    "publish",
    "remove_phase",
    "remove_step",
    "save_phase",
    "save_procedure_head",
    "save_step",
    "set_levels",
]
