"""Forms of procedures: choosing a level, editing a draft, publishing, setting the levels."""

from komma.procedures.forms.head import ScopeForm, TextsForm
from komma.procedures.forms.levels import LevelsForm
from komma.procedures.forms.phases import PhaseForm
from komma.procedures.forms.publishing import CopyForm, PublishForm
from komma.procedures.forms.reading import LevelForm, StartForm
from komma.procedures.forms.steps import StepForm

__all__ = [
    "CopyForm",
    "LevelForm",
    "LevelsForm",
    "PhaseForm",
    "PublishForm",
    "ScopeForm",
    "StartForm",
    "StepForm",
    "TextsForm",
]
