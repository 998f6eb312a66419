"""How long a closed case is kept: one table (docs/datenschutz, deletion concept).

Defaults as reports and complaints are usually kept: three years after the end of the year of
closing (§§ 195, 199 BGB), a complaint found to be without ground one year.
"""

from __future__ import annotations

import datetime as dt

from komma.cases.codes import Outcome
from komma.municipalities.codes import Pillar

DEFAULT_YEARS = 3
# (pillar, outcome): years after the end of the year of closing, where it is not the default
YEARS = {(Pillar.COMPLAINT, Outcome.UNFOUNDED): 1}


def delete_on(closed_on: dt.date, *, pillar: str = "", outcome: str = "") -> dt.date:
    """Return the first day on which the case is deleted.

    >>> delete_on(dt.date(2026, 11, 22))
    datetime.date(2030, 1, 1)
    """
    years = next((found for key, found in YEARS.items() if key == (pillar, outcome)), DEFAULT_YEARS)
    return dt.date(closed_on.year + years + 1, 1, 1)
