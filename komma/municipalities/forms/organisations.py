"""What an organisation tells of itself, its units and its settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from komma.core.ui.choices import hinted
from komma.municipalities.codes import RECEIVING_PILLARS, MunicipalityKind, Pillar
from komma.municipalities.forms.fields import email_field, hours_field, phone_field
from komma.municipalities.queries import fallback_choices

if TYPE_CHECKING:
    from komma.municipalities.models import Municipality

_DOMAIN = re.compile(r"^(?=.{4,100}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")
_PILLAR_HINTS = {
    Pillar.SUPPORT: _("hört vertraulich zu, steht an der Seite der Betroffenen"),
    Pillar.COMPLAINT: _("prüft unparteiisch eine förmliche Beschwerde (§ 13 AGG)"),
    Pillar.ASSAULT: _("kümmert sich um Anfeindungen und Angriffe von außen"),
    Pillar.COORDINATION: _("hält die Fäden zusammen, öffnet von sich aus keine Fälle"),
    Pillar.LEADERSHIP: _("entscheidet, was nur die Leitung entscheiden kann"),
    Pillar.ADMINISTRATION: _("legt Stellen und Konten an, sieht keine Fälle"),
    Pillar.OTHER: _("zum Beispiel Personalrat oder Öffentlichkeitsarbeit"),
}


class ProfileForm(forms.Form):
    """What everybody reads about an organisation on its public page."""

    about = forms.CharField(
        label=_("Über uns"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Wenige Sätze: Wofür stehen Sie ein, und was können Menschen erwarten?"),
    )
    address = forms.CharField(
        label=_("Anschrift"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Wo man Sie besuchen oder Ihnen schreiben kann."),
    )
    phone = phone_field(_("Die Zentrale. Nummern einzelner Stellen tragen Sie bei der Stelle ein."))
    email = email_field(
        _("E-Mail-Adresse"),
        _("Für alle sichtbar."),
    )
    website = forms.URLField(
        label=_("Internetseite"),
        max_length=200,
        required=False,
        assume_scheme="https",
        validators=[
            URLValidator(schemes=["https"], message=_("Die Adresse muss mit https:// beginnen."))
        ],
        help_text=_("Zum Beispiel https://www.stadt.de"),
        error_messages={"invalid": _("Das ist keine Internetadresse. Beispiel: https://stadt.de")},
    )
    hours = hours_field(_("Öffnungszeiten"))


class UnitChangeForm(forms.Form):
    """How a unit presents itself to reporters."""

    name = forms.CharField(
        label=_("Name der Stelle"),
        max_length=160,
        help_text=_("So, wie die Stelle bei Ihnen heißt. Meldende lesen diesen Namen."),
        error_messages={"required": _("Bitte geben Sie der Stelle einen Namen.")},
    )
    about = forms.CharField(
        label=_("Worum sie sich kümmert"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Zwei, drei Sätze: Wobei hilft die Stelle?"),
    )
    phone = phone_field(
        _("Für alle sichtbar, die Hilfe suchen: auch wenn hier niemand melden kann.")
    )
    email = email_field(
        _("E-Mail-Adresse der Stelle"),
        _("Für alle sichtbar. Am besten ein Postfach, das nur diese Stelle liest."),
    )
    hours = hours_field(_("Wann erreichbar"))


class UnitForm(UnitChangeForm):
    """A new unit; only pillars that are still free are offered."""

    pillar = forms.ChoiceField(
        label=_("Aufgabe"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie, wofür die Stelle da ist.")},
    )
    field_order = ("pillar", "name", "about", "phone", "email", "hours")

    def __init__(self, *args: Any, taken: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [p for p in Pillar if p not in RECEIVING_PILLARS or p not in taken]
        field = self.fields["pillar"]
        field.choices = [  # type: ignore[attr-defined]
            (pillar.value, hinted(pillar.label, _PILLAR_HINTS[pillar])) for pillar in free
        ]


class SettingsForm(forms.Form):
    """What the intake of a municipality says and does."""

    answer_days = forms.IntegerField(
        label=_("Antwort innerhalb von … Tagen"),
        min_value=1,
        max_value=30,
        widget=forms.NumberInput(attrs={"class": "komma-w-s", "inputmode": "numeric"}),
        help_text=_("Das wird Meldenden zugesagt."),
        error_messages={
            "required": _("Bitte nennen Sie eine Zahl von 1 bis 30."),
            "invalid": _("Bitte nennen Sie eine Zahl von 1 bis 30."),
            "min_value": _("Bitte nennen Sie eine Zahl von 1 bis 30."),
            "max_value": _("Bitte nennen Sie eine Zahl von 1 bis 30."),
        },
    )
    names_shown = forms.BooleanField(
        label=_("Namen der Zuständigen zeigen"),
        required=False,
        help_text=_("Sonst sehen Meldende nur die Funktion."),
    )
    emergency_hint = forms.CharField(
        label=_("Weg im Notfall vor Ort"),
        max_length=200,
        required=False,
        help_text=_("Zum Beispiel „Pforte: 0123 4567, Codewort Blaue Akte“. Steht neben der 110."),
    )
    fallback_unit = forms.ChoiceField(
        label=_("Stelle außerhalb"),
        required=False,
        help_text=_("Übernimmt, wenn vor Ort niemand unbefangen ist."),
    )
    mail_domains = forms.CharField(
        label=_("Eigene Mail-Domänen"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Eine je Zeile, zum Beispiel stadt.de. Solche Adressen nimmt das Meldeformular nicht "
            "an, weil der Arbeitgeber mitlesen könnte."
        ),
    )

    serves_towns = forms.BooleanField(
        label=_("Für die Gemeinden des Kreises annehmen"),
        required=False,
        help_text=_("Meldungen aus Gemeinden ohne eigene Stelle kommen dann zu Ihnen."),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if municipality.municipality_kind != MunicipalityKind.DISTRICT:
            del self.fields["serves_towns"]
        units = fallback_choices(municipality)
        self.fields["fallback_unit"].choices = [  # type: ignore[attr-defined]
            ("", _("noch keine")),
            *((str(unit.pk), f"{unit.organisation.name}: {unit.name}") for unit in units),
        ]

    def clean_mail_domains(self) -> list[str]:
        """Return the domains in lower case, each once; accepts a leading "@" and commas."""
        words = re.split(r"[\s,;]+", self.cleaned_data["mail_domains"].lower())
        domains = list(dict.fromkeys(word.lstrip("@") for word in words if word))
        for domain in domains:
            if not _DOMAIN.match(domain):
                raise forms.ValidationError(
                    _("„%(domain)s“ ist keine Domäne. Richtig wäre zum Beispiel: stadt.de"),
                    params={"domain": domain},
                )
        return domains
