"""Organisations, their units, who belongs to them with which role, and programme rounds."""

from komma.municipalities.models.agreements import ServiceAgreement
from komma.municipalities.models.emergency import EmergencyDrill, EmergencyKey
from komma.municipalities.models.intake import IntakeEvent
from komma.municipalities.models.local_help import LocalHelp
from komma.municipalities.models.members import Absence, Membership
from komma.municipalities.models.organisations import (
    Municipality,
    Organisation,
    OrganisationModule,
    Unit,
)
from komma.municipalities.models.programme import ProgrammeRound, RoundPart
from komma.municipalities.models.register import FormerName, RegisterImport

__all__ = [
    "Absence",
    "EmergencyDrill",
    "EmergencyKey",
    "FormerName",
    "IntakeEvent",
    "LocalHelp",
    "Membership",
    "Municipality",
    "Organisation",
    "OrganisationModule",
    "ProgrammeRound",
    "RegisterImport",
    "RoundPart",
    "ServiceAgreement",
    "Unit",
]
