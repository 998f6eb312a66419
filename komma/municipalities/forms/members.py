"""Who belongs to an organisation, and when they are away."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from komma.core.dates import today
from komma.core.ui.days import ComingDayField
from komma.municipalities.codes import RECEIVING_PILLARS
from komma.municipalities.rules import roles_for

if TYPE_CHECKING:
    from komma.municipalities.models import Unit

LONGEST_ABSENCE = dt.timedelta(days=365)


class MemberChangeForm(forms.Form):
    """What somebody is in a unit. The unit's pillar decides which roles there are."""

    role = forms.ChoiceField(
        label=_("Rolle"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie eine Rolle.")},
    )
    title = forms.CharField(
        label=_("Funktion"),
        max_length=120,
        help_text=_("Das lesen Meldende, zum Beispiel „Ansprechperson im Personalamt“."),
        error_messages={"required": _("Bitte beschreiben Sie die Funktion mit ein paar Worten.")},
    )
    is_deputy = forms.BooleanField(
        label=_("Vertretung"),
        required=False,
        help_text=_("Sieht Fälle erst, wenn sie einspringt."),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = roles_for(unit.pillar)
        if len(self.roles) == 1:
            del self.fields["role"]
        else:
            self.fields["role"].choices = [(r.value, r.label) for r in self.roles]  # type: ignore[attr-defined]
        if unit.pillar not in RECEIVING_PILLARS:
            del self.fields["is_deputy"]

    @property
    def answers(self) -> dict[str, Any]:
        """The checked values, with those that the unit itself decides."""
        given = self.cleaned_data
        return given | {
            "role": given.get("role") or self.roles[0].value,
            "is_deputy": bool(given.get("is_deputy")),
        }


class MemberForm(MemberChangeForm):
    """Somebody new in a unit, known by the address to which the invitation goes."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Bitte schreiben Sie den Namen der Person.")},
    )
    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Dorthin geht die Einladung. Bitte eine Adresse, die nur diese Person liest."),
        error_messages={
            "required": _("Ohne Adresse kann die Person nicht eingeladen werden."),
            "invalid": _("Diese Adresse stimmt nicht ganz. Sie sieht so aus: name@stadt.de"),
        },
    )
    field_order = ("name", "email", "role", "title", "is_deputy")


class AbsenceForm(forms.Form):
    """When somebody is away; no reason is asked for."""

    first = ComingDayField(
        label=_("Erster Tag"),
        error_messages={"required": _("Bitte nennen Sie den ersten Tag.")},
    )
    last = ComingDayField(
        label=_("Letzter Tag"),
        help_text=_("Bei einem einzigen Tag derselbe."),
        error_messages={"required": _("Bitte nennen Sie den letzten Tag.")},
    )

    def clean(self) -> dict[str, Any]:
        """Check the days against each other."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie ihn."))
        elif first and last and last - first > LONGEST_ABSENCE:
            self.add_error(
                "last",
                _(
                    "Das ist länger als ein Jahr. Bitte tragen Sie höchstens ein Jahr ein, oder "
                    "beenden Sie die Rolle."
                ),
            )
        elif last and last > today() + 2 * LONGEST_ABSENCE:
            self.add_error("last", _("Bitte tragen Sie nur Tage der nächsten zwei Jahre ein."))
        return given


class MemberAbsenceForm(AbsenceForm):
    """When somebody else is away."""

    person = forms.TypedChoiceField(
        label=_("Person"),
        coerce=UUID,
        error_messages={"required": _("Bitte wählen Sie die Person.")},
    )
    field_order = ("person", "first", "last")

    def __init__(self, *args: Any, people: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            ("", _("bitte wählen")),
            *((str(person), name) for person, name in people.items()),
        ]
