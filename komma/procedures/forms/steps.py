"""One step of a draft, with everything that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from komma.municipalities.codes import Role
from komma.municipalities.rules import may_be_granted
from komma.procedures.forms.fields import ConditionsMixin, DraftForm, conditions_of, line, text
from komma.procedures.model import Limit, LimitUnit, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from komma.procedures.levels import LevelRow
    from komma.procedures.model import Procedure

_UNITS = [
    (LimitUnit.HOURS.value, gettext_lazy("Stunden (Tag und Nacht)")),
    (LimitUnit.WORKING_DAYS.value, gettext_lazy("Arbeitstage")),
    (LimitUnit.WEEKS.value, gettext_lazy("Wochen")),
    (LimitUnit.MONTHS.value, gettext_lazy("Monate")),
]
# Whoever can never be given the key of a case leads nobody through one.
_ROLES = [(role.value, role.label) for role in Role if may_be_granted(role)]
_NUMBER = gettext_lazy("Bitte geben Sie eine ganze Zahl ab 1 an.")
_CHOOSE = [("", gettext_lazy("Bitte wählen"))]


class StepForm(ConditionsMixin, DraftForm):
    """A step; its own id and the choice of what comes first depend on the draft."""

    mark_optional = False
    together = (("limit_number", "limit_unit"),)
    title = line(
        gettext_lazy("Titel"),
        120,
        gettext_lazy("Bitte sagen Sie in wenigen Worten, was zu tun ist."),
    )
    guidance = text(
        gettext_lazy("Anleitung"),
        1000,
        gettext_lazy("Bitte schreiben Sie, wie das geht."),
        help_text=gettext_lazy("Zwei, drei kurze Sätze. Was ist zu beachten?"),
    )
    done = text(
        gettext_lazy("Erledigt, wenn"),
        300,
        gettext_lazy("Bitte schreiben Sie, woran man merkt, dass es erledigt ist."),
    )
    phase = forms.ChoiceField(
        label=gettext_lazy("Abschnitt"),
        error_messages={"required": gettext_lazy("Bitte wählen Sie einen Abschnitt.")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Zuständig"),
        choices=[*_CHOOSE, *_ROLES],
        error_messages={"required": gettext_lazy("Bitte wählen Sie, wer zuständig ist.")},
    )
    deputy = forms.ChoiceField(
        label=gettext_lazy("Vertretung"),
        help_text=gettext_lazy("Dieselbe Rolle heißt: eine zweite Person mit dieser Rolle."),
        choices=[*_CHOOSE, *_ROLES],
        error_messages={"required": gettext_lazy("Bitte wählen Sie, wer vertritt.")},
    )
    limit_number = forms.IntegerField(
        label=gettext_lazy("Frist"),
        min_value=1,
        max_value=999,
        widget=forms.NumberInput({"class": "komma-w-s"}),
        error_messages={
            "required": _NUMBER,
            "invalid": _NUMBER,
            "min_value": _NUMBER,
            "max_value": gettext_lazy("Bitte geben Sie eine Zahl bis 999 an."),
        },
    )
    limit_unit = forms.ChoiceField(label=gettext_lazy("Einheit"), choices=_UNITS)
    after = forms.MultipleChoiceField(
        label=gettext_lazy("Vorher erledigt"),
        help_text=gettext_lazy("Der Schritt beginnt, wenn alles Angekreuzte getan ist."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Nur mit Einverständnis der betroffenen Person"), required=False
    )
    tells = forms.CharField(
        label=gettext_lazy("Das liest die meldende Person, wenn der Schritt getan ist"),
        help_text=gettext_lazy("Leer: Sie liest nichts davon."),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        procedure: Procedure,
        step_id: str,
        levels: Iterable[LevelRow],
        **options: Any,
    ) -> None:
        super().__init__(*args, levels=levels, **options)
        self.step_id = step_id
        phases = [(phase.id, phase.title) for phase in procedure.phases]
        self.fields["phase"].choices = phases  # type: ignore[attr-defined]
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            (step.id, f"{number}. {step.title}")
            for number, step in enumerate(procedure.steps, start=1)
            if step.id != step_id
        ]

    def step(self) -> Step:
        """Return the step that a valid form describes."""
        data = self.cleaned_data
        return Step(
            id=self.step_id,
            **{
                name: data[name]
                for name in ("phase", "title", "guidance", "role", "deputy", "done", "tells")
            },
            limit=Limit(data["limit_number"], LimitUnit(data["limit_unit"])),
            after=tuple(data["after"]),
            when=self.when(),
            consent=data["consent"],
        )

    @staticmethod
    def initial_of(step: Step) -> dict[str, Any]:
        """Return what the form begins with."""
        texts = ("phase", "title", "guidance", "role", "deputy", "done", "tells", "consent")
        return {
            **{name: getattr(step, name) for name in texts},
            "limit_number": step.limit.length,
            "limit_unit": step.limit.unit.value,
            "after": list(step.after),
            **conditions_of(step.when),
        }
