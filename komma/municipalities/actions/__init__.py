"""What changes organisations: the only door for writing."""

from komma.municipalities.actions.absence import Days, record_absence, remove_absence
from komma.municipalities.actions.agreements import (
    confirm_agreement,
    decline_agreement,
    end_agreement,
    propose_agreement,
)
from komma.municipalities.actions.drill import finish_drill, start_drill
from komma.municipalities.actions.emergency import make_emergency_key, verify_emergency_key
from komma.municipalities.actions.errors import Refused
from komma.municipalities.actions.leaving import announce_leaving
from komma.municipalities.actions.local_help import (
    add_local_help,
    change_local_help,
    remove_local_help,
)
from komma.municipalities.actions.members import (
    LAST_KEY,
    Added,
    add_member,
    change_member,
    end_all_memberships,
    end_membership,
    invite_again,
    withdraw,
)
from komma.municipalities.actions.organisations import (
    create_municipality,
    create_organisation,
    first_administrator,
    save_profile,
    save_settings,
    switch_module,
)
from komma.municipalities.actions.papers import note_paper, take_paper
from komma.municipalities.actions.readiness import WouldClose, attest, open_intake
from komma.municipalities.actions.rounds import open_round, take_part
from komma.municipalities.actions.units import change_unit, create_unit, remove_unit

__all__ = [
    "LAST_KEY",
    "Added",
    "Days",
    "Refused",
    "WouldClose",
    "add_local_help",
    "add_member",
    "announce_leaving",
    "attest",
    "change_local_help",
    "change_member",
    "change_unit",
    "confirm_agreement",
    "create_municipality",
    "create_organisation",
    "create_unit",
    "decline_agreement",
    "end_agreement",
    "end_all_memberships",
    "end_membership",
    "finish_drill",
    "first_administrator",
    "invite_again",
    "make_emergency_key",
    "note_paper",
    "open_intake",
    "open_round",
    "propose_agreement",
    "record_absence",
    "remove_absence",
    "remove_local_help",
    "remove_unit",
    "save_profile",
    "save_settings",
    "start_drill",
    "switch_module",
    "take_paper",
    "take_part",
    "verify_emergency_key",
    "withdraw",
]
