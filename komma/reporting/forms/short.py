"""The short report: one page. Its fields are those of the long way, so that nothing is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from komma.cases.facts import Danger, Leading
from komma.core.ui.days import PastDayField, SpanField, one_when
from komma.reporting.forms.fields import SealedTextField
from komma.reporting.forms.steps import (
    DESCRIPTION_HELP,
    NOTHING_WRITTEN,
    StepForm,
    WhoForm,
    checked_notify,
    one_of,
)

if TYPE_CHECKING:
    from komma.reporting.queries import Answers

_ADDRESS = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;:]+")


class ShortForm(StepForm):
    mark_optional = True
    description = SealedTextField(
        rows=8,
        label=_("Was ist passiert?"),
        help_text=DESCRIPTION_HELP,
        error_messages={"required": NOTHING_WRITTEN},
    )
    day_from = PastDayField(required=False, beside_span=True, label=_("Wann war das?"))
    around = SpanField()
    side = one_of(WhoForm.base_fields["side"].choices, _("Von wo ging es aus?"))  # type: ignore[attr-defined]
    leading = one_of(
        [choice for choice in Leading.choices if choice[0] != Leading.UNKNOWN],
        _("Ist jemand aus der Spitze der Verwaltung oder dem Rat betroffen oder beteiligt?"),
    )
    danger = one_of(Danger.choices, _("Besteht gerade Gefahr?"))
    contact_details = SealedTextField(
        rows=2,
        required=False,
        label=_("Wie dürfen wir Sie erreichen?"),
        help_text=_(
            "Telefon, E-Mail oder ein anderer Weg. Das liest die Stelle, die sich kümmert. Steht"
            " eine private E-Mail-Adresse allein in einer Zeile, schicken wir dorthin einen Satz"
            " ohne Inhalt, wenn eine Antwort da ist. Ohne Angabe bleiben Sie anonym und lesen die"
            " Antwort im Postfach."
        ),
    )

    def name_outside(self) -> None:
        """Say who reads a report about the top; for a page only, since it asks another body."""
        outside = self.town.outside
        if outside is not None and outside is not self.town.body:
            self["leading"].help_text = _(
                "Bei „ja“ liest Ihre Meldung eine Stelle außerhalb Ihrer Verwaltung: %(body)s."
            ) % {"body": outside.described}

    def clean(self) -> dict[str, Any]:
        """Take the month where the day is not known."""
        found: dict[str, Any] = super().clean() or {}
        return found | {"day_from": one_when(self, "day_from", "around", found)}

    def clean_contact_details(self) -> str:
        """Refuse addresses of the municipality itself, wherever they stand."""
        text: str = self.cleaned_data["contact_details"]
        for address in _ADDRESS.findall(text):
            checked_notify(address.rstrip("."), self.town)
        return text


def notify_address(contact: str) -> str:
    """Return the first e-mail address that stands alone in a line, or an empty string.

    One within a sentence does not count: the sentence may say not to write there.
    """
    for line in contact.splitlines():
        address = line.strip().removeprefix("E-Mail:").strip()
        try:
            validate_email(address)
        except ValidationError:
            continue
        return address
    return ""


def with_notify(typed: Answers, before: Answers) -> Answers:
    """Return the answers of a short report with the address for hints where the long way has it.

    ``before``: those of the draft. An address given on the long way only stays, since there it is
    kept from the readers; one that came from the same field goes with it.
    """
    address = notify_address(_first(typed, "contact_details"))
    former = _first(before, "notify")
    if not address and former != notify_address(_first(before, "contact_details")):
        return typed
    return typed | {"notify": [address]}


def _first(answers: Answers, name: str) -> str:
    return (answers.get(name) or [""])[0]
