"""The days that deadlines count from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.forms.fields import StepForm
from komma.core.dates import Span, earliest
from komma.core.ui.days import PastDayField, SpanField, one_when, show_when
from komma.core.ui.widgets import SealedTextInput

if TYPE_CHECKING:
    from komma.cases.days import Days

LONGEST_NAME = 80
UNSAID = "?"  # nobody has said whether it is known who did it


_CHOICES = {True: "1", False: "0", None: UNSAID}


class _Day(PastDayField):
    unreadable = gettext_lazy(
        "„%(typed)s“ lesen wir nicht als Datum. Schreiben Sie Tag, Monat und Jahr, zum Beispiel "
        "22.11.2026. Ist der Tag nicht bekannt, lassen Sie das Feld leer."
    )


class DeadlinesForm(StepForm):
    """Days of one entitled person; ``known``: what counts for the affected person until now."""

    whose = forms.CharField(
        label=gettext_lazy("Für wen?"),
        widget=SealedTextInput,
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy(
            "Leer: die betroffene Person. Sonst zum Beispiel „Dienstvorgesetzte“: Für jede Person, "
            "die Strafantrag stellen kann, läuft eine eigene Frist."
        ),
    )
    event = _Day(label=gettext_lazy("Tag des Vorfalls"), required=False)
    around = SpanField()
    last = _Day(
        label=gettext_lazy("Bei mehreren Vorfällen: Tag des letzten"),
        required=False,
        help_text=gettext_lazy("Für jeden Vorfall läuft eine eigene Frist."),
    )
    knowledge = _Day(
        label=gettext_lazy("Wann hat diese Person davon erfahren?"),
        required=False,
        help_text=gettext_lazy("Leer: vorsichtig am Tag des Vorfalls."),
    )
    person_known = forms.TypedChoiceField(
        label=gettext_lazy("Ist bekannt, wer es war?"),
        choices=[
            ("1", gettext_lazy("ja")),
            ("0", gettext_lazy("nein")),
            (UNSAID, gettext_lazy("weiß nicht")),
        ],
        coerce=lambda value: None if value == UNSAID else value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine der drei Antworten.")},
        help_text=gettext_lazy("Bei „weiß nicht“ zählt die Frist vorsichtig, als liefe sie schon."),
    )
    employer = _Day(
        label=gettext_lazy("Wann hat der Arbeitgeber davon erfahren? (§ 193 SGB VII)"),
        required=False,
        help_text=gettext_lazy(
            "Nur, wenn jemand verletzt ist. Leer: an dem Tag, an dem die Meldung einging."
        ),
    )
    claim = _Day(
        label=gettext_lazy("Entschädigung schriftlich verlangt am (§ 15 AGG)"), required=False
    )
    decision = _Day(label=gettext_lazy("Entscheidung der Plattform vom"), required=False)

    def __init__(self, *args: Any, known: Days, **options: Any) -> None:
        options["initial"] = options.get("initial", {}) | {
            "event": None if isinstance(known.event, Span) else known.event,
            "around": known.event.isoformat() if isinstance(known.event, Span) else "",
            "last": known.last,
            "knowledge": known.knowledge,
            "person_known": _CHOICES[known.person_known],
            "employer": known.employer,
            "claim": known.claim,
            "decision": known.decision,
        }
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """Refuse days that lie before the event."""
        found: dict[str, Any] = super().clean() or {}
        found["event"] = when = one_when(self, "event", "around", found)
        found.pop("around", None)
        for name in ("last", "knowledge", "employer", "claim", "decision"):
            day = found.get(name)
            if day and when and day < earliest(when):
                text = _("Der %(day)s liegt vor dem Vorfall (%(event)s). Bitte prüfen Sie beide.")
                self.add_error(name, text % {"day": f"{day:%d.%m.%Y}", "event": show_when(when)})
        return found
