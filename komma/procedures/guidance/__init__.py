"""What somebody can do after an incident, composed of checked items. No legal advice (RDG)."""

from komma.procedures.guidance.catalogue import (
    Advice,
    Kind,
    Offence,
    Topic,
    all_advice,
    all_offences,
    due_for_checking,
)
from komma.procedures.guidance.compose import Guidance, Section, compose

__all__ = [
    "Advice",
    "Guidance",
    "Kind",
    "Offence",
    "Section",
    "Topic",
    "all_advice",
    "all_offences",
    "compose",
    "due_for_checking",
]
