"""Why an action on a case was refused."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from komma.cases.models import Case
from komma.cases.queries import CaseFile

# What `entries.locked` raises where nobody may see the case (any more).
CaseGone = Case.DoesNotExist


class Refused(Exception):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """An action was refused; ``str()`` says to the person why, and what to do."""


class Stale(Refused):
    """Somebody else changed the case since the form was shown."""


def demand(allowed: Any, text: str) -> None:
    """Raise `Refused` with a text for the person unless allowed."""
    if not allowed:
        raise Refused(text)


def demand_handling(file: CaseFile) -> None:
    """Raise `Refused` unless the person works on cases of this kind."""
    demand(
        file.may_handle,
        _("Mit Ihrer Rolle lesen Sie den Fall und schreiben Notizen. Ändern kann ihn die Stelle."),
    )
