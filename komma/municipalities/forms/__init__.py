"""What the account administration types in; nothing is written here."""

from komma.municipalities.forms.agreements import EndForm, ProposalForm
from komma.municipalities.forms.local_help import LocalHelpForm
from komma.municipalities.forms.members import (
    AbsenceForm,
    MemberAbsenceForm,
    MemberChangeForm,
    MemberForm,
)
from komma.municipalities.forms.organisations import (
    ProfileForm,
    SettingsForm,
    UnitChangeForm,
    UnitForm,
)
from komma.municipalities.forms.readiness import AttestForm, EmergencyForm

__all__ = [
    "AbsenceForm",
    "AttestForm",
    "EmergencyForm",
    "EndForm",
    "LocalHelpForm",
    "MemberAbsenceForm",
    "MemberChangeForm",
    "MemberForm",
    "ProfileForm",
    "ProposalForm",
    "SettingsForm",
    "UnitChangeForm",
    "UnitForm",
]
