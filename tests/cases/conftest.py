"""A report in a town, and ways to act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.core.dates import today
from komma.municipalities.models import ServiceAgreement
from tests.factories import as_owner
from tests.factories.reports import Reported, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town


@pytest.fixture
def reported(town: Town) -> Reported:
    """A report of an assault, with two holders and a deputy in reserve."""
    return make_report(town)


@pytest.fixture
def agreed(town: Town, other_town: Town) -> ServiceAgreement:
    """``other_town`` stands in the chain of responsibility of ``town``."""
    with as_owner():
        return ServiceAgreement.objects.create(
            served=town.municipality,
            body_id=other_town.municipality.pk,
            starts_on=today(),
            served_agreed_on=today(),
            body_agreed_on=today(),
        )
