"""The end of a case: closing, taking up again, deleting."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases import forms, rules
from komma.cases.actions import removal, work
from komma.cases.queries import CaseFile
from komma.cases.steps.step import Step, handled
from komma.cases.tasks import undone


def _still_open(file: CaseFile) -> list[str]:
    """Name what ends undone with the case."""
    return [_("Noch offen: %s") % title for title in undone(file)]


def _close(file: CaseFile, data: dict[str, Any]) -> None:
    data.pop("given_up", None)  # asked for where something is open; the action writes it down
    work.close(file, **data)


ENDING_STEPS = (
    Step(
        slug="abschliessen",
        title=gettext_lazy("Fall abschließen"),
        label=gettext_lazy("Abschließen"),
        form=forms.CloseForm,
        run=_close,
        done=gettext_lazy(
            "Der Fall ist abgeschlossen. Die meldende Person bekommt Ihre Nachricht."
        ),
        allowed=handled(lambda file: rules.can_close(file.case.status)),
        points=_still_open,
        options=lambda file: {
            "outcomes": rules.outcomes(file.case.unit.pillar, file.case.side),
            "undone": bool(undone(file)),
        },
    ),
    Step(
        slug="aufnehmen",
        title=gettext_lazy("Fall wieder aufnehmen"),
        label=gettext_lazy("Wieder aufnehmen"),
        form=forms.ReopenForm,
        run=lambda file, data: work.reopen(file, data["reason"], version=data["version"]),
        done=gettext_lazy("Der Fall ist wieder offen."),
        allowed=handled(lambda file: rules.can_reopen(file.case.status)),
    ),
    Step(
        slug="loeschen",
        title=gettext_lazy("Fall endgültig löschen"),
        label=gettext_lazy("Endgültig löschen"),
        form=forms.DeleteForm,
        run=lambda file, data: removal.delete_case(file, version=data["version"]),
        done=gettext_lazy("Der Fall ist gelöscht."),
        allowed=handled(lambda file: rules.can_delete(file.case.status, asked=file.deletion_asked)),
        intro=gettext_lazy(
            "Meldung, Nachrichten, Notizen und Dateien verschwinden sofort und für alle. "
            "In Sicherungen stehen sie noch bis zu 35 Tage, verschlüsselt. Gibt es noch ein "
            "Verfahren, für das Sie die Akte brauchen, oder muss das Archiv gefragt werden?"
        ),
        danger=True,
        leaves=True,
    ),
)
