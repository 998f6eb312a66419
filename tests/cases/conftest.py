"""A report in a town, and ways to act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories.reports import Reported, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town


@pytest.fixture
def reported(town: Town) -> Reported:
    """A report of an assault, with two holders and a deputy in reserve."""
    return make_report(town)
