"""A phase of a draft."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from komma.procedures.forms.fields import DraftForm, line


class PhaseForm(DraftForm):
    """How a phase is called."""

    title = line(
        gettext_lazy("Name des Abschnitts"),
        80,
        gettext_lazy("Bitte geben Sie dem Abschnitt einen Namen."),
        help_text=gettext_lazy("Zum Beispiel: Akut: in Sicherheit bringen"),
    )
