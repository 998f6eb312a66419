"""What prevention asks for; nothing is written here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from komma.core.dates import today
from komma.core.ui.days import EARLIEST_YEAR, DayField, PastDayField
from komma.core.ui.widgets import SealedTextarea, SealedTextInput
from komma.prevention.codes import MEASURE_CHOICES, Frequency
from komma.prevention.rules import a_year_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

    from komma.procedures.levels import LevelRow

LONGEST = 12_000
_YEARS_AHEAD = 10
_DAY_MISSING = {"required": _("Bitte geben Sie den Tag an, zum Beispiel 22.11.2026.")}
_TOO_LONG = _("Das sind %(show_value)d Zeichen. Bitte kürzen Sie auf %(limit_value)d.")


class HeldDayField(PastDayField):
    """The day of something that has happened."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=_DAY_MISSING, **kwargs)


class PlanDayField(DayField):
    """A day by when something is to be done; it may be over, but not by decades."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=_DAY_MISSING, **kwargs)

    def validate(self, value: Any) -> None:
        """Raise ValidationError for a year that is surely a slip."""
        super().validate(value)
        if isinstance(value, dt.date) and not (
            EARLIEST_YEAR <= value.year <= today().year + _YEARS_AHEAD
        ):
            raise forms.ValidationError(
                gettext("Das Jahr %(year)s kann nicht stimmen. Bitte prüfen Sie die Jahreszahl.")
                % {"year": value.year}
            )


def _line(label: StrOrPromise, missing: StrOrPromise, **kwargs: Any) -> forms.CharField:
    messages = {"required": missing, "max_length": _TOO_LONG}
    return forms.CharField(
        label=label, max_length=200, widget=SealedTextInput, error_messages=messages, **kwargs
    )


def _words(
    label: StrOrPromise, missing: StrOrPromise = "", *, rows: int = 5, **kwargs: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=bool(missing),
        widget=SealedTextarea(attrs={"rows": rows}),
        error_messages={"required": missing, "max_length": _TOO_LONG},
        **kwargs,
    )


class BuildingForm(forms.Form):
    """Name and address of a building."""

    name = _line(
        _("Name"),
        _("Bitte geben Sie dem Gebäude einen Namen, zum Beispiel „Rathaus“."),
        help_text=_("So, wie alle im Haus es nennen."),
    )
    address = _line(
        _("Anschrift"),
        _("Bitte geben Sie die Anschrift an. Wer 110 ruft, liest sie hier ab."),
        help_text=_("Straße, Hausnummer, Ort. Wer 110 ruft, liest sie hier ab."),
    )


class _Seen(forms.Form):
    """``seen``: which version of a text the page showed."""

    seen = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def show_anew(self, seen: str) -> None:
        """Let the next sending count as written from another version."""
        self.data = {**self.data.dict(), "seen": seen}  # type: ignore[attr-defined]


class TextForm(_Seen):
    """The text of a section."""

    text = _words(
        _("Text"),
        rows=18,
        help_text=_("Eine leere Zeile trennt Absätze. Zeilen mit „- “ davor werden eine Liste."),
    )


class PaperForm(_Seen):
    """The text of a paper, which cannot be empty."""

    text = _words(
        _("Text"),
        _("Ohne Text lässt sich nichts in Kraft setzen. Bitte schreiben Sie ein paar Sätze."),
        rows=24,
        help_text=_("Eine leere Zeile trennt Absätze. Zeilen mit „- “ davor werden eine Liste."),
    )


class InForceForm(_Seen):
    """From when on a paper holds, and who has signed."""

    in_force_on = HeldDayField(label=_("In Kraft seit"))
    signed_by = _line(
        _("Unterschrieben von (Funktion)"),
        _("Bitte nennen Sie die Funktion, zum Beispiel „Bürgermeister:in“."),
        help_text=_("Die Funktion, nicht der Name. Unterschrieben wird auf dem Ausdruck."),
    )


class _Rating(forms.Form):
    """How dangerous, by the municipality's own table of levels, and how often."""

    level = forms.TypedChoiceField(
        label=_("Was kann schlimmstenfalls geschehen?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie eine Stufe. Im Zweifel die höhere.")},
    )
    frequency = forms.ChoiceField(
        label=_("Wie oft kommt es vor?"),
        choices=Frequency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie, wie oft es vorkommt. Schätzen genügt.")},
    )

    def __init__(self, *args: Any, levels: Sequence[LevelRow], **options: Any) -> None:
        super().__init__(*args, **options)
        rating: forms.TypedChoiceField = self.fields["level"]  # type: ignore[assignment]
        rating.choices = [(row.level, row.label) for row in levels]


class _Days(forms.Form):
    """When it was assessed and when the next review is due; a year later unless told."""

    next_review_on = PlanDayField(
        label=_("Nächste Prüfung"),
        required=False,
        help_text=_("Leer: zwölf Monate später. Nach einem Vorfall ab Stufe 2 immer früher."),
    )
    first: str

    def clean(self) -> dict[str, Any]:
        """Fill in the next review, and put the days in order."""
        found: dict[str, Any] = super().clean() or {}
        day, following = found.get(self.first), found.get("next_review_on")
        if day and not following and "next_review_on" not in self.errors:
            found["next_review_on"] = a_year_after(day)
        elif day and following and following <= day:
            self.add_error(
                "next_review_on",
                _("Die nächste Prüfung liegt nicht nach der letzten. Bitte prüfen Sie den Tag."),
            )
        return found


class DescriptionForm(forms.Form):
    """Which area or activity, and what the danger is."""

    area = _line(
        _("Bereich oder Tätigkeit"),
        _("Bitte nennen Sie den Bereich, zum Beispiel „Bürgerbüro, Schalter“."),
        help_text=_("Zum Beispiel „Bürgerbüro, Schalter“ oder „Außendienst Ordnungsamt“."),
    )
    hazard = _words(
        _("Was kann passieren, und warum?"),
        _("Bitte beschreiben Sie die Gefährdung mit ein paar Worten. Ein Satz genügt."),
        help_text=_("Fragen Sie die Menschen, die dort arbeiten. Keine Namen, keine Fälle."),
    )


class AssessmentForm(_Days, _Rating, DescriptionForm):
    """A whole new assessment."""

    assessed_on = HeldDayField(label=_("Beurteilt am"))
    first = "assessed_on"
    field_order = ("area", "hazard", "level", "frequency", "assessed_on", "next_review_on")


class ReviewForm(_Days, _Rating):
    """A review: what has changed, and whether the measures work."""

    reviewed_on = HeldDayField(label=_("Geprüft am"))
    effect = _words(
        _("Wirken die Maßnahmen?"),
        _("Bitte schreiben Sie kurz, ob die Maßnahmen wirken. Ein Satz genügt."),
        help_text=_("Was hat sich verbessert, was fehlt noch? Keine Namen, keine Fälle."),
    )
    first = "reviewed_on"
    field_order = ("reviewed_on", "level", "frequency", "effect", "next_review_on")


class MeasureForm(forms.Form):
    """A measure; kinds stand in the order in which they are to be tried."""

    kind = forms.ChoiceField(
        label=_("Art der Maßnahme"),
        choices=MEASURE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_("Von oben nach unten: Was oben steht, schützt am besten."),
        error_messages={"required": _("Bitte wählen Sie die Art der Maßnahme.")},
    )
    text = _words(
        _("Was wird getan?"),
        _("Bitte beschreiben Sie die Maßnahme. Ein Satz genügt."),
        rows=3,
    )
    responsible = _line(
        _("Zuständig (Funktion)"),
        _("Bitte nennen Sie die Funktion, die sich kümmert. Sonst kümmert sich niemand."),
        help_text=_("Die Funktion, nicht der Name, zum Beispiel „Gebäudemanagement“."),
    )
    due_on = PlanDayField(label=_("Bis wann"))
    done_on = HeldDayField(
        label=_("Umgesetzt am"), required=False, help_text=_("Leer, solange es noch zu tun ist.")
    )


class RecordForm(forms.Form):
    """An instruction or exercise that was held; nobody is named."""

    held_on = HeldDayField(label=_("Tag"))
    place = forms.ChoiceField(
        label=_("Für wen"),
        required=False,
        help_text=_("Was Sie für ein Gebäude oder eine Stelle eintragen, wird dort wieder fällig."),
        error_messages={"invalid_choice": _("Das gibt es nicht mehr. Bitte wählen Sie neu.")},
    )
    topic = _line(
        _("Thema"), _("Bitte nennen Sie das Thema, zum Beispiel „Alarmwege und Verhaltenskarten“.")
    )
    people = forms.IntegerField(
        label=_("Wie viele haben teilgenommen?"),
        min_value=1,
        max_value=99_999,
        widget=forms.NumberInput(attrs={"class": "komma-w-s", "autocomplete": "off"}),
        help_text=_("Nur die Zahl. Unterschriften kommen auf den Ausdruck."),
        error_messages={
            "required": _("Bitte geben Sie an, wie viele teilgenommen haben."),
            "invalid": _("Bitte schreiben Sie eine ganze Zahl, zum Beispiel 24."),
            "min_value": _("Mindestens eine Person. Bitte prüfen Sie die Zahl."),
            "max_value": _("Das sind sehr viele. Bitte prüfen Sie die Zahl."),
        },
    )
    led_by = _line(
        _("Geleitet von (Funktion)"),
        _("Bitte nennen Sie die Funktion, zum Beispiel „Fachkraft für Arbeitssicherheit“."),
        help_text=_("Die Funktion, nicht der Name."),
    )
    findings = _words(
        _("Was ist aufgefallen?"),
        help_text=_("Was hat geklappt, was nicht, was ändern Sie? Keine Namen."),
    )

    def __init__(self, *args: Any, places: dict[UUID | None, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("alle"))] + [(str(pk), name) for pk, name in places.items()]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean_place(self) -> UUID | None:
        """Return the key of the place, None for all."""
        typed = self.cleaned_data["place"]
        return UUID(typed) if typed else None
