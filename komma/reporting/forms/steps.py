"""One small form for each question of the long way. Names of fields are keys of the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from komma.cases.facts import (
    Causer,
    Channel,
    Danger,
    Frequency,
    Leading,
    Motive,
    Reachability,
    ReporterRole,
)
from komma.core.dates import earliest
from komma.core.files import SealedFilesField
from komma.core.ui.days import PastDayField, SpanField, one_when
from komma.core.ui.widgets import SealedEmailInput
from komma.municipalities.codes import EXCLUDABLE_ROLES
from komma.procedures.codes import AffectedRole, Form, Side, Wish
from komma.reporting.forms.fields import SealedTextField
from komma.reporting.forms.town import Town
from komma.reporting.rules import is_own_domain

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


DESCRIPTION_HELP = _(
    "Schreiben Sie in Ihren Worten. Wörtliche Zitate helfen. Sie müssen nichts bewerten."
)
NOTHING_WRITTEN = _("Bitte schreiben Sie kurz, was passiert ist. Ein Satz genügt.")


class StepForm(forms.Form):
    """A page of the long way. Hardly anything must be answered, so nothing is marked voluntary.

    ``question`` names the field whose label is the page's heading, if there is one; ``folded``
    those whose many choices unfold on demand.
    """

    mark_optional = False
    question: str | None = None
    folded: tuple[str, ...] = ()

    def __init__(self, *args: Any, town: Town, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.town = town


def one_of(choices: Any, label: StrOrPromise, **kwargs: Any) -> forms.ChoiceField:
    """Return a group of radio buttons that may stay unanswered."""
    widget = forms.RadioSelect
    return forms.ChoiceField(choices=choices, label=label, widget=widget, required=False, **kwargs)


def some_of(choices: Any, label: StrOrPromise, **kwargs: Any) -> forms.MultipleChoiceField:
    """Return a group of checkboxes."""
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(
        choices=choices, label=label, widget=widget, required=False, **kwargs
    )


class WhomForm(StepForm):
    question = "reporter_role"
    reporter_role = one_of(ReporterRole.choices, _("Wen betrifft der Vorfall?"))


class TaskForm(StepForm):
    question = "affected_role"
    affected_role = one_of(AffectedRole.choices, _("Welche Aufgabe hat die betroffene Person?"))


class WhatForm(StepForm):
    question = "description"
    folded = ("forms",)
    description = SealedTextField(
        rows=12,
        label=_("Was ist passiert?"),
        help_text=DESCRIPTION_HELP,
        error_messages={"required": NOTHING_WRITTEN},
    )
    forms = some_of(Form.choices, _("Wie würden Sie es einordnen?"))


class WhenForm(StepForm):
    folded = ("channels",)
    EXACT, PERIOD, UNKNOWN = "exact", "period", "unknown"

    when_kind = one_of(
        [
            (EXACT, _("an einem Tag")),
            (PERIOD, _("über eine Zeit hinweg")),
            (UNKNOWN, _("weiß ich nicht (mehr)")),
        ],
        _("Wann war das?"),
    )
    day_from = PastDayField(required=False, beside_span=True, label=_("Tag (oder Beginn)"))
    around = SpanField()
    day_to = PastDayField(required=False, label=_("Ende, falls es länger ging"))
    time_note = SealedTextField(
        rows=1,
        required=False,
        label=_("Zeit in Ihren Worten"),
        help_text=_("Zum Beispiel: abends nach der Sitzung, im letzten Sommer"),
    )
    place = SealedTextField(rows=1, required=False, label=_("Wo war das?"))
    channels = some_of(Channel.choices, _("Auf welchem Weg?"))
    frequency = one_of(Frequency.choices, _("Wie oft?"))

    def clean(self) -> dict[str, Any]:
        """Put days in order; where the day is unknown, a typed one does not count."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("when_kind") == self.UNKNOWN:
            found["day_from"] = found["day_to"] = None
        elif found.get("when_kind") == self.EXACT:
            found["day_to"] = None
        first, last = one_when(self, "day_from", "around", found), found.get("day_to")
        found["day_from"] = first
        if first and last and last < earliest(first):
            self.add_error(
                "day_to", ValidationError(_("Das Ende liegt vor dem Beginn. Bitte prüfen Sie."))
            )
        return found


class WhoForm(StepForm):
    side = one_of(
        [
            (Side.OUTSIDE, _("von jemandem außerhalb der Verwaltung")),
            (Side.INSIDE, _("von jemandem in der Verwaltung oder im Rat")),
            (Side.UNKNOWN, _("unbekannt")),
        ],
        _("Von wo ging es aus?"),
    )
    leading = one_of(
        Leading.choices,
        _("Falls von innen: Ist es jemand aus der Spitze der Verwaltung oder aus dem Rat?"),
        help_text=_("Dann schlagen wir Ihnen eine Stelle außerhalb Ihrer Verwaltung vor."),
    )
    causer = one_of(Causer.choices, _("Wer war es?"))
    causer_names = SealedTextField(
        rows=3,
        required=False,
        label=_("Namen, Konten oder eine Beschreibung"),
        help_text=_("Nur wenn Sie möchten."),
    )


class WhyForm(StepForm):
    question = "motives"
    motives = some_of(
        Motive.choices,
        _("Was steckt aus Ihrer Sicht dahinter?"),
        help_text=_("Sie können mehreres ankreuzen."),
    )
    motive_note = SealedTextField(rows=3, required=False, label=_("Möchten Sie etwas dazu sagen?"))


class DangerForm(StepForm):
    danger = one_of(Danger.choices, _("Besteht gerade Gefahr für Sie oder andere?"))
    danger_note = SealedTextField(
        rows=3, required=False, label=_("Was müssen wir zu der Gefahr wissen?")
    )


class FilesForm(StepForm):
    uploads = SealedFilesField(required=False, label=_("Dateien auswählen"))


class ExclusionForm(StepForm):
    """Who must never learn of the report."""

    excluded = some_of(
        [],
        _("Diese Personen nicht"),
        error_messages={
            "invalid_choice": _(
                "Die Auswahl hat sich geändert. Bitte sehen Sie sie noch einmal an."
            )
        },
    )
    excluded_roles = some_of(EXCLUDABLE_ROLES, _("Ganze Gruppen nicht"))
    excluded_note = SealedTextField(
        rows=3,
        required=False,
        label=_("Sonst noch jemand?"),
        help_text=_("Was Sie hier schreiben, liest nur, wer Ihre Meldung bekommt."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: forms.MultipleChoiceField = self.fields["excluded"]  # type: ignore[assignment]
        chosen.choices = self._choices

    def _choices(self) -> list[tuple[str, str]]:
        """Return the people of the house that is meant, and whom one excluded elsewhere before."""
        found = self.town.receivers
        ticked = [code for code in self["excluded"].value() or [] if code not in found]
        if ticked:
            everybody = self.town.everybody
            found = found | {code: everybody[code] for code in ticked if code in everybody}
        return [
            (code, f"{receiver.title} – {receiver.name}" if receiver.name else receiver.title)
            for code, receiver in found.items()
        ]


class WishForm(StepForm):
    question = "wishes"
    wishes = some_of(
        Wish.choices,
        _("Was wünschen Sie sich?"),
        help_text=_("Sie können mehreres ankreuzen und es später ändern."),
    )
    wish_note = SealedTextField(rows=3, required=False, label=_("Möchten Sie etwas dazu sagen?"))
    call_back = SealedTextField(
        rows=1,
        required=False,
        label=_("Wann passt Ihnen ein Rückruf?"),
        help_text=_("Zum Beispiel: dienstags ab 17:00 Uhr, nicht auf dem Diensttelefon"),
    )


class ContactForm(StepForm):
    question = "reachability"
    reachability = one_of(Reachability.choices, _("Wie dürfen wir Sie erreichen?"))
    contact_name = SealedTextField(rows=1, required=False, label=_("Ihr Name"))
    contact_details = SealedTextField(
        rows=2, required=False, label=_("Telefon, Adresse oder ein anderer Weg")
    )
    notify = forms.EmailField(
        required=False,
        label=_("E-Mail-Adresse für einen Hinweis"),
        widget=SealedEmailInput,
        help_text=_(
            "Wenn eine Antwort da ist, schicken wir einen Satz ohne Inhalt. Nehmen Sie eine private"
            " Adresse, die niemand sonst liest."
        ),
        error_messages={
            "invalid": _("Bitte prüfen Sie die E-Mail-Adresse, oder lassen Sie das Feld leer.")
        },
    )
    emergency_declined = forms.BooleanField(
        required=False,
        label=_("Kein Notfall-Zugang"),
        help_text=_(
            "Fallen alle Zuständigen aus, können zwei Stellen gemeinsam mit zwei getrennt"
            " verwahrten Schlüsseln Ihre Meldung öffnen. Sie würden es erfahren. Kreuzen Sie an,"
            " wenn Sie das nicht möchten."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.town.has_emergency_keys:
            del self.fields["emergency_declined"]

    def clean_notify(self) -> str:
        """Refuse addresses of the municipality itself."""
        return checked_notify(self.cleaned_data["notify"], self.town)


def checked_notify(address: str, town: Town) -> str:
    """Return the address; raises ``ValidationError`` for one of the municipality's own."""
    if address and is_own_domain(address, town.mail_domains):
        raise ValidationError(
            _(
                "Diese Adresse gehört zur Verwaltung, um die es gehen kann: Dort können andere"
                " mitlesen. Bitte nehmen Sie eine private Adresse, oder lassen Sie das Feld leer."
                " Antworten finden Sie auf jeden Fall im Postfach."
            )
        )
    return address
