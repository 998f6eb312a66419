"""One small form for each question of the long way. Names of fields are keys of the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from komma.cases.codes import Side
from komma.cases.facts import (
    AffectedRole,
    Causer,
    Channel,
    Danger,
    Form,
    Frequency,
    Leading,
    Motive,
    Reachability,
    ReporterRole,
    Wish,
)
from komma.core.files import SealedFilesField
from komma.core.ui.choices import hinted
from komma.core.ui.days import PastDayField
from komma.core.ui.widgets import SealedEmailInput
from komma.municipalities.codes import EXCLUDABLE_ROLES, Pillar
from komma.municipalities.routing import unit_for
from komma.reporting.forms.fields import SealedTextField
from komma.reporting.forms.town import Town
from komma.reporting.rules import INSIDE_PILLARS, is_own_domain

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from komma.municipalities.chain import Body
    from komma.municipalities.models import Unit

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
    day_from = PastDayField(required=False, label=_("Tag (oder Beginn)"))
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
        first, last = found.get("day_from"), found.get("day_to")
        if first and last and last < first:
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


_WAYS: dict[str, StrOrPromise] = {
    Pillar.SUPPORT: _(
        "Vertraulich und ohne Verfahren. Sie bestimmen, was geschieht. Gut, wenn Sie erst"
        " reden, sich beraten lassen oder Schutz möchten."
    ),
    Pillar.COMPLAINT: _(
        "Ein förmliches Verfahren (§ 13 AGG): Die Beschwerde wird geprüft, die Person, um"
        " die es geht, wird angehört, und Sie erfahren das Ergebnis."
    ),
}


class BodyForm(StepForm):
    """Who should act: which body, and for what may have come from inside, in which way.

    The way is asked only where the body offers two; ``only_way``: else the unit that cares there.
    """

    body = one_of(
        [],
        _("Eine andere Stelle wählen"),
        error_messages={
            "invalid_choice": _(
                "Diese Stelle nimmt gerade keine Meldungen an. Bitte wählen Sie eine andere."
            )
        },
    )
    pillar = one_of([], _("Auf welchem Weg?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A function: the database is asked only where the question is shown or was answered.
        self._choose("body", self._bodies)
        self.only_way: Unit | None = None
        if self.town.leaves_house:
            self.fields["body"].label = _("Wer soll Ihre Meldung bekommen?")
        else:
            self.folded = ("body",)
        self._ask_for_the_way()

    def _ask_for_the_way(self) -> None:
        offered = self._ways() if self.town.has_two_ways else []
        if len(offered) < len(INSIDE_PILLARS):
            del self.fields["pillar"]
            if self.town.has_two_ways:
                self.only_way = unit_for(INSIDE_PILLARS[0], self.town.house.units)
            return
        self._choose("pillar", offered)
        if self.town.leaves_house:
            name = self.town.house.organisation.name
            self.fields["pillar"].help_text = _("Bei: %(name)s") % {"name": name}
        if not self.is_bound:
            self.initial.setdefault("pillar", offered[0][0])

    def clean(self) -> dict[str, Any]:
        """Ask again where the body that was chosen has other ways than those that were asked.

        So that nobody gets into a formal procedure, or out of it, without a word.
        """
        found: dict[str, Any] = super().clean() or {}
        name, posted = self.town.house.organisation.name, self.data.get("pillar")
        if "pillar" in self.fields:
            if found.get("body") and not found.get("pillar") and "pillar" not in self.errors:
                text = _("%(name)s bietet zwei Wege an. Bitte wählen Sie einen davon.")
                self.add_error("pillar", text % {"name": name})
        elif self.only_way and posted and posted != self.only_way.pillar:
            text = _(
                "Den gewählten Weg gibt es bei %(name)s nicht. Bitte lesen Sie, wer sich dort"
                " kümmert, oder wählen Sie eine andere Stelle."
            )
            self.add_error("body", text % {"name": name})
        return found

    def _choose(self, name: str, choices: Any) -> None:
        field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
        field.choices = choices

    def _bodies(self) -> list[tuple[str, Any]]:
        """Return the open bodies, the proposed one first.

        It has the empty value, so that "as proposed" stays true when another answer changes who
        is proposed; only what was chosen against the proposal is kept.
        """
        proposed = self.town.proposed
        found = sorted(self.town.open_bodies, key=lambda body: body is not proposed)
        kept = str(self["body"].value() or "")
        return [
            ("" if body is proposed and key != kept else key, self._body(body, proposed))
            for body in found
            for key in [str(body.organisation.pk)]
        ]

    def _body(self, body: Body, proposed: Body | None) -> Any:
        readers = dict.fromkeys(
            each.title for found in body.receivers.values() for each in found if not each.is_deputy
        )
        hints: list[StrOrPromise] = [f"{capfirst(body.reason.label)}."]
        if body.seat:
            hints.append(_("Sitz: %(seat)s.") % {"seat": body.seat})
        hints.append(_("Es lesen: %(titles)s.") % {"titles": ", ".join(readers)})
        if body.is_own and self.town.leaves_house:
            hints.append(
                _(
                    "Das ist das eigene Haus: Wer dort liest, arbeitet für die Spitze der"
                    " Verwaltung und den Rat oder mit ihnen."
                )
            )
        name = body.organisation.name
        label = _("%(name)s (vorgeschlagen)") % {"name": name} if body is proposed else name
        return hinted(label, " ".join(str(hint) for hint in hints))

    def _ways(self) -> list[tuple[str, Any]]:
        offered = [pillar for pillar in INSIDE_PILLARS if pillar in self.town.units]
        return [(pillar, self._way(pillar)) for pillar in offered]

    def _way(self, pillar: str) -> Any:
        return hinted(self.town.units[pillar].name, _WAYS[pillar])

    @property
    def only_way_text(self) -> StrOrPromise:
        """What happens on the only way."""
        return _WAYS.get(self.only_way.pillar, "") if self.only_way else ""


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
