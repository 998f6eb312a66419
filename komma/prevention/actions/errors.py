"""Why an action was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from komma.prevention.models import Text


class Refused(Exception):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """An action was refused; ``str()`` says to the person why, and what to do."""


class HasGaps(Refused):
    """The text still holds blanks."""


class Overtaken(Refused):
    """Somebody else has changed the text meanwhile; ``current`` is theirs, None if it is gone."""

    def __init__(self, message: str, current: Text | None) -> None:
        super().__init__(message)
        self.current = current
