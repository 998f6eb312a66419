"""Private to the actions: calls of the key functions in migrations/sql, errors in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import Error, connection
from django.utils.translation import gettext as _

from komma.cases.actions.errors import Refused


def call(statement: str, parameters: Sequence[Any]) -> list[Any]:
    """Run ``SELECT komma_…(…)`` and return the first column.

    Raises `Refused` where the function refuses (SQLSTATE KM0…, see `_texts`): something has changed
    since the caller checked it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return [row[0] for row in cursor.fetchall()]
    except Error as error:
        text = _texts().get(getattr(error.__cause__, "sqlstate", ""))
        if text is None:
            raise
        raise Refused(text) from error


def _texts() -> dict[str, str]:
    again = _("Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.")
    return {
        "KM001": _("Diese Stelle gehört nicht zu dieser Organisation."),
        "KM002": _("Die Zuständigkeiten haben sich gerade geändert. ") + again,
        "KM003": _("Diese Person hat gerade einen neuen Schlüssel bekommen. ") + again,
        "KM004": _("Diese Person ist für diesen Fall ausgeschlossen."),
        "KM005": _(
            "Dann könnte niemand mehr den Fall öffnen. Geben Sie zuerst jemand anderem Zugang."
        ),
        "KM006": _("Dafür fehlt Ihnen der Schlüssel zu diesem Fall."),
        "KM009": _(
            "Dann wäre an manchen Tagen niemand da, der den Fall bearbeiten kann. Geben Sie zuerst "
            "jemand anderem Zugang, oder ändern Sie die eingetragene Abwesenheit."
        ),
        "KM007": _("Der Kreis der Zugänge hat sich gerade geändert. ") + again,
        "KM008": _(
            "Diese Person gehört auch zu der Verwaltung, die diese Meldung nicht bekommen soll."
        ),
        "KM010": _(
            "Dieser Notfallzugang gilt nicht mehr. Bitte beginnen Sie noch einmal mit Blatt B."
        ),
        "KM015": _(
            "Diese Person hat in diesem Fall schon auf der anderen Seite gearbeitet. Unterstützen "
            "und prüfen darf nie dieselbe Person."
        ),
        "KM014": _("Diese Person kann den Fall nicht (mehr) öffnen. ") + again,
        "KM011": _(
            "Diese Anfrage gilt nicht mehr. Vielleicht hat schon jemand entschieden, oder die "
            "Zugänge haben sich geändert."
        ),
    }
