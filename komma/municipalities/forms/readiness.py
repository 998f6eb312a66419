"""What readiness asks for: papers typed back, days attested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from komma.core.ui.days import PastDayField
from komma.core.ui.widgets import SealedTextarea

if TYPE_CHECKING:
    pass


class EmergencyForm(forms.Form):
    """An emergency key, copied from its paper."""

    secret = forms.CharField(
        label=_("Notfallschlüssel vom Papier"),
        max_length=400,
        widget=SealedTextarea(attrs={"rows": 4}),
        help_text=_(
            "Alle zehn Gruppen, mit einem Leerzeichen dazwischen, groß oder klein. Der Schlüssel "
            "wird nicht gespeichert."
        ),
        error_messages={"required": _("Bitte geben Sie den Schlüssel vom Papier ein.")},
    )

    def __init__(self, *args: Any, part: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if part:
            self.fields["secret"].label = gettext("Schlüssel von Blatt %(part)s") % {"part": part}


class AttestForm(forms.Form):
    """The days on which those agreed whom the intake needs.

    They may come one after the other, but without them nothing opens: not voluntary.
    """

    mark_optional = False

    staff_council_on = PastDayField(
        label=_("Zustimmung des Personalrats am"),
        required=False,
        help_text=_("Tag der Zustimmung oder der Dienstvereinbarung."),
    )
    data_protection_on = PastDayField(
        label=_("Freigabe durch den Datenschutz am"),
        required=False,
        help_text=_("Tag, an dem Folgenabschätzung und Verzeichnis freigegeben wurden."),
    )
