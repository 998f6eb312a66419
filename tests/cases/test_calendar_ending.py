"""The calendar address of somebody who has left shows nothing, as docs/operations.md says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.cases.actions import work
from komma.cases.actions.calendar import make_feed
from komma.cases.calendar import due_dates
from komma.core.rows import acting_as
from komma.municipalities.actions import end_membership
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from tests.factories import as_owner
from tests.factories.reports import Reported, case_of

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def test_a_calendar_is_empty_after_the_last_membership(town: Town, reported: Reported) -> None:
    lead, administration = town.one(Pillar.ASSAULT), town.one(Pillar.ADMINISTRATION).id
    with acting_as(lead.id):
        file = case_of(lead, reported)
        work.take_over(file, "frei", version=file.case.version)
        token = make_feed(lead.id)
    assert due_dates(token)  # control
    with as_owner():
        (membership,) = Membership.objects.filter(person_id=lead.id)
    with acting_as(administration):
        end_membership(membership=membership, by=administration)
    assert due_dates(token) == []
