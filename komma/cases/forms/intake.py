"""The form with which staff take in what somebody told them: two minutes, one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.eml import Mail, read_mail
from komma.cases.facts import CameBy, Consent, Danger, Leading
from komma.cases.forms.fields import LONGEST_TEXT, SealedText
from komma.cases.handovers import is_own_house, outside_body
from komma.cases.rules import leaves_house
from komma.core.files import SealedFilesField, SealedUpload
from komma.core.ui.choices import hinted
from komma.core.ui.days import PastDayField, SpanField, one_when
from komma.core.ui.widgets import SealedTextarea, SealedTextInput
from komma.core.vault.server import server_mac
from komma.municipalities.codes import EXCLUDABLE_ROLES
from komma.municipalities.queries import grantable
from komma.procedures.codes import AffectedRole, Form, Side, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from komma.cases.actions.staff_intake import Desk
    from komma.municipalities.models import Organisation

MAIL = "mail"  # the field whose file is also read
_FACTS = (
    "description",
    "danger",
    "affected_role",
    "leading",
    "forms",
    "side",
    "wishes",
    "excluded_note",
)
_CONTACT = ("contact_name", "contact_details")


def _one_of(choices: Any, label: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices, label=label, widget=forms.RadioSelect, required=False, **options
    )


def _some_of(choices: Any, label: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices,
        label=label,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        **options,
    )


def _tick(**options: Any) -> forms.BooleanField:
    return forms.BooleanField(**options)


class StaffIntakeForm(forms.Form):
    """One page; only what happened must be said, and a mail says it too.

    ``folded``: fields that unfold on demand, under the summary of their group.
    """

    mark_optional = False
    folded = {
        gettext_lazy("Form, Aufgabe der betroffenen Person, Spitze oder Rat"): (
            "forms",
            "affected_role",
            "leading",
        ),
        gettext_lazy("Wer davon nichts erfahren darf"): (
            "excluded",
            "excluded_roles",
            "excluded_note",
            "emergency_declined",
        ),
        gettext_lazy("Dateien"): ("attached",),
    }

    unit = _one_of([], gettext_lazy("Für welche Stelle nehmen Sie auf?"))
    concerns = forms.ChoiceField(
        label=gettext_lazy("In welcher Kommune ist es passiert?"), required=False
    )
    came_by = _one_of(CameBy.choices, gettext_lazy("Wie kam es zu Ihnen?"))
    mail = SealedFilesField(
        label=gettext_lazy("Weitergeleitete E-Mail"),
        required=False,
        help_text=gettext_lazy(
            "Ziehen Sie die E-Mail als Datei (.eml) hierher, oder wählen Sie sie aus. Sie wird "
            "unverändert beigelegt. Bleibt das nächste Feld leer, steht ihr Text in der Meldung."
        ),
    )
    description = SealedText(
        label=gettext_lazy("Was ist passiert?"),
        required=False,
        help_text=gettext_lazy("Ein Satz genügt. Wörtliche Zitate helfen."),
        widget=SealedTextarea({"rows": 6}),
    )
    day_from = PastDayField(required=False, beside_span=True, label=gettext_lazy("Wann war das?"))
    around = SpanField()
    side = _one_of(
        [
            (Side.OUTSIDE, gettext_lazy("von jemandem außerhalb der Verwaltung")),
            (Side.INSIDE, gettext_lazy("von jemandem in der Verwaltung oder im Rat")),
            (Side.UNKNOWN, gettext_lazy("unbekannt")),
        ],
        gettext_lazy("Von wo ging es aus?"),
    )
    danger = _one_of(Danger.choices, gettext_lazy("Besteht gerade Gefahr?"))
    consent = _one_of(
        [
            (Consent.YES, Consent.YES.label),
            (
                Consent.NO,
                hinted(
                    Consent.NO.label,
                    gettext_lazy(
                        "Dann schreiben Sie bitte nur auf, was nötig ist: ohne Namen, ohne Kontakt."
                    ),
                ),
            ),
            (Consent.NOT_ASKED, Consent.NOT_ASKED.label),
        ],
        gettext_lazy("Ist die betroffene Person einverstanden, dass das aufgeschrieben wird?"),
        initial=Consent.NOT_ASKED,
    )
    wishes = _some_of(
        Wish.choices,
        gettext_lazy("Was wünscht sich die betroffene Person?"),
        help_text=gettext_lazy("Sie können mehreres ankreuzen."),
    )
    contact_name = SealedText(
        label=gettext_lazy("Name der betroffenen Person"),
        required=False,
        widget=SealedTextInput(),
    )
    contact_details = SealedText(
        label=gettext_lazy("Wie ist sie zu erreichen?"),
        required=False,
        widget=SealedTextarea({"rows": 2}),
    )
    forms = _some_of(Form.choices, gettext_lazy("Form"))
    affected_role = _one_of(AffectedRole.choices, gettext_lazy("Aufgabe der betroffenen Person"))
    leading = _one_of(
        [choice for choice in Leading.choices if choice[0] != Leading.UNKNOWN],
        gettext_lazy(
            "Ist jemand aus der Spitze der Verwaltung oder dem Rat betroffen oder beteiligt?"
        ),
    )
    excluded = _some_of(
        [],
        gettext_lazy("Diese Personen nicht"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Die Auswahl hat sich geändert. Bitte sehen Sie sie noch einmal an."
            )
        },
    )
    excluded_roles = _some_of(EXCLUDABLE_ROLES, gettext_lazy("Ganze Gruppen nicht"))
    excluded_note = SealedText(
        label=gettext_lazy("Sonst noch jemand?"),
        required=False,
        widget=SealedTextarea({"rows": 2}),
    )
    emergency_declined = _tick(
        required=False,
        label=gettext_lazy("Kein Notfall-Zugang"),
        help_text=gettext_lazy(
            "Fallen alle Zuständigen aus, können zwei Stellen gemeinsam die Meldung öffnen. "
            "Kreuzen Sie an, wenn die betroffene Person das nicht möchte."
        ),
    )
    attached = SealedFilesField(
        label=gettext_lazy("Dateien"),
        required=False,
        help_text=gettext_lazy("Bis zu 20 Dateien mit je höchstens 50 MB."),
    )

    def __init__(
        self,
        *args: Any,
        desks: list[Desk],
        towns: Sequence[Organisation],
        has_emergency_keys: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.desks = {str(desk.unit): desk for desk in desks}
        self.towns = {str(town.pk): town for town in towns}
        self.colleagues = {
            _code(desks[0].organisation, found.person): found
            for found in grantable(desks[0].organisation)
        }
        people = [(code, f"{c.name}, {c.title}") for code, c in self.colleagues.items()]
        self.fields["excluded"].choices = people  # type: ignore[attr-defined]
        self._choose("unit", {key: desk.name for key, desk in self.desks.items()})
        self._choose("concerns", {key: town.name for key, town in self.towns.items()})
        if not has_emergency_keys:
            del self.fields["emergency_declined"]
        self.read: Mail | None = None

    def _choose(self, name: str, choices: dict[str, str]) -> None:
        """Ask only where there is a choice."""
        if len(choices) < 2:
            del self.fields[name]
            return
        field = self.fields[name]
        field.choices = list(choices.items())  # type: ignore[attr-defined]
        field.initial = next(iter(choices))

    def name_outside(self) -> None:
        """Say who should better read a report about the top; for a page, since it asks for them."""
        own = next(iter(self.desks.values())).organisation
        body = outside_body(own) if str(own) in self.towns else None
        if body is not None:
            self.fields["leading"].help_text = _(
                "Bei „ja“ liest besser eine Stelle außerhalb: %(body)s. Die betroffene Person kann "
                "dort selbst melden. Oder Sie nehmen die Meldung auf und geben sie danach weiter."
            ) % {"body": body.described}

    @property
    def leaves_house(self) -> bool:
        """Whether the town hall it is about takes in a report that should better go outside."""
        role, leading = self.cleaned_data["affected_role"], self.cleaned_data["leading"]
        return leaves_house(role, leading) and is_own_house(self.desk.organisation, self.concerned)

    @property
    def groups(self) -> list[tuple[Any, list[Any], bool]]:
        """The folded fields by summary, and whether somebody has used them."""
        found = []
        for summary, names in self.folded.items():
            fields = [self[name] for name in names if name in self.fields]
            used = any(field.errors or (self.is_bound and field.value()) for field in fields)
            found.append((summary, fields, used))
        return found

    @property
    def shown(self) -> list[Any]:
        """The fields that stand open."""
        folded = {name for names in self.folded.values() for name in names}
        return [field for field in self.visible_fields() if field.name not in folded]

    @property
    def desk(self) -> Desk:
        """The unit that was chosen, or the only one."""
        return self.desks.get(self.cleaned_data.get("unit", "")) or next(iter(self.desks.values()))

    @property
    def concerned(self) -> UUID:
        """The municipality it happened in."""
        town = self.towns.get(self.cleaned_data.get("concerns", ""))
        return (town or next(iter(self.towns.values()))).pk

    @property
    def excluded_people(self) -> frozenset[UUID]:
        chosen = self.cleaned_data.get("excluded") or []
        return frozenset(self.colleagues[code].person for code in chosen)

    def clean_mail(self) -> list[SealedUpload]:
        """Read the mail where that is possible; more than one would be more than one report."""
        uploads: list[SealedUpload] = self.cleaned_data["mail"]
        if len(uploads) > 1:
            raise forms.ValidationError(
                _("Bitte wählen Sie eine E-Mail. Weitere legen Sie unter „Dateien“ bei.")
            )
        if uploads and uploads[0].content is not None:
            self.read = read_mail(uploads[0].content)
        return uploads

    def clean(self) -> dict[str, Any]:
        """Ask for words or a mail that has some; without consent for no contact."""
        found: dict[str, Any] = super().clean() or {}
        found["day_from"] = one_when(self, "day_from", "around", found)
        if not found.get("description") and "description" not in self.errors:
            self._demand_words(bool(found.get("mail")))
        if found.get("consent") == Consent.NO:
            for name in _CONTACT:
                if found.get(name):
                    self.add_error(
                        name,
                        _(
                            "Die betroffene Person ist nicht einverstanden. Bitte lassen Sie "
                            "Namen und Kontakt weg."
                        ),
                    )
        return found

    def _demand_words(self, has_mail: bool) -> None:
        if has_mail and (self.read is None or not self.read.text):
            self.add_error(
                "description",
                _(
                    "Der Text dieser E-Mail lässt sich nicht lesen. Bitte schreiben Sie kurz, was "
                    "passiert ist, und wählen Sie die Datei noch einmal aus: Sie wird unverändert "
                    "beigelegt."
                ),
            )
        elif not has_mail and "mail" not in self.errors:
            self.add_error(
                "description", _("Bitte schreiben Sie kurz, was passiert ist. Ein Satz genügt.")
            )

    def facts(self) -> dict[str, Any]:
        """Return the facts of a valid form, as `facts.FACTS` knows them."""
        data = self.cleaned_data
        found = {name: data[name] for name in (*_FACTS, *_CONTACT, "consent") if data.get(name)}
        if data["day_from"]:
            found["day_from"] = data["day_from"].isoformat()
        came_by = data["came_by"] or (CameBy.MAIL if data["mail"] else "")
        if came_by:
            found["came_by"] = came_by
        return found | (self._of_mail(self.read, found) if self.read else {})

    def _of_mail(self, mail: Mail, found: dict[str, Any]) -> dict[str, Any]:
        facts = {"mail_sender": mail.sender, "mail_subject": mail.subject}
        if mail.sent_on:
            facts["mail_day"] = mail.sent_on.isoformat()
        if not found.get("description"):
            facts["description"] = _narrative(mail)
        return {key: value for key, value in facts.items() if value}


def _narrative(mail: Mail) -> str:
    heading = (
        _("Weitergeleitete E-Mail vom %s") % f"{mail.sent_on:%d.%m.%Y}"
        if mail.sent_on
        else _("Weitergeleitete E-Mail")
    )
    text = f"{heading}\n\n{mail.text}"
    if len(text) <= LONGEST_TEXT:
        return text
    rest = _("… Hier gekürzt. Ganz steht der Text in der beigelegten Datei.")
    return f"{text[: LONGEST_TEXT - len(rest) - 1]}\n{rest}"


def _code(organisation: UUID, person: UUID) -> str:
    """Return a code for a person that does not tell the person's key."""
    return server_mac("exclusion choice", organisation, person)[:8].hex()
