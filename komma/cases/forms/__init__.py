"""What people type in a case; nothing is written here."""

from komma.cases.forms.added_facts import AddedFactsForm
from komma.cases.forms.deadlines import DeadlinesForm
from komma.cases.forms.emergency import EmergencyEndForm, EmergencyStartForm
from komma.cases.forms.fields import LONGEST_TEXT, SealedText, StepForm
from komma.cases.forms.listing import FilterForm, SearchForm
from komma.cases.forms.steps import (
    AssignForm,
    ClassifyForm,
    CloseForm,
    DeleteForm,
    DeputiesForm,
    ExcludeForm,
    GrantForm,
    RecuseForm,
    ReopenForm,
    StatusForm,
    TakeOverForm,
)
from komma.cases.forms.writing import LinkForm, MessageForm, NoteForm, ReplyForm

__all__ = [
    "LONGEST_TEXT",
    "AddedFactsForm",
    "AssignForm",
    "ClassifyForm",
    "CloseForm",
    "DeadlinesForm",
    "DeleteForm",
    "DeputiesForm",
    "EmergencyEndForm",
    "EmergencyStartForm",
    "ExcludeForm",
    "FilterForm",
    "GrantForm",
    "LinkForm",
    "MessageForm",
    "NoteForm",
    "RecuseForm",
    "ReopenForm",
    "ReplyForm",
    "SealedText",
    "SearchForm",
    "StatusForm",
    "StepForm",
    "TakeOverForm",
]
