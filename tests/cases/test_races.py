"""Two people at the same moment. Each test first shows the race without the guard."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection

from komma.cases.actions import work
from komma.cases.actions.errors import Stale
from komma.cases.codes import Outcome, Status
from komma.cases.models import Case
from komma.cases.queries import CaseFile
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.factories import as_owner
from tests.factories.reports import Reported, case_of, make_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.people import Account
    from tests.factories.towns import Town


@pytest.fixture
def taken(town: Town) -> Reported:
    reported = make_report(town)
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
    return reported


def at_once(*tasks: Callable[[], None]) -> list[BaseException | None]:
    """Run the tasks in threads of their own, started together."""
    barrier = threading.Barrier(len(tasks))
    errors: list[BaseException | None] = [None] * len(tasks)

    def run(index: int, task: Callable[[], None]) -> None:
        try:
            barrier.wait(10)
            task()
        except Exception as error:
            errors[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def closing(account: Account, taken: Reported, meeting: threading.Barrier) -> Callable[[], None]:
    """Close the case, after both have opened it on the same version."""

    def close() -> None:
        with acting_as(account.id):
            file = case_of(account, taken)
            meeting.wait(10)
            work.close(
                file,
                outcome=Outcome.FOUNDED,
                reason="",
                message=f"Von {account.id}",
                version=file.case.version,
            )

    return close


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_closes(town: Town, taken: Reported) -> None:
    meeting = threading.Barrier(2)
    errors = at_once(
        *(closing(town.one(Pillar.ASSAULT, number), taken, meeting) for number in (0, 1))
    )
    assert sorted(type(error) for error in errors if error) == [Stale]
    with as_owner():
        assert Case.objects.get().status == Status.CLOSED


@pytest.mark.django_db(transaction=True)
def test_without_version_and_rule_both_would_close(
    town: Town, taken: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: both find the case open, and only a constraint stops the second."""
    read = threading.Barrier(2)

    def unguarded(file: CaseFile, version: int) -> Case:
        found = Case.objects.get(pk=file.case_id)
        read.wait(10)
        return found

    monkeypatch.setattr(work, "locked_at", unguarded)
    meeting = threading.Barrier(2)
    errors = at_once(
        *(closing(town.one(Pillar.ASSAULT, number), taken, meeting) for number in (0, 1))
    )
    assert [type(error) for error in errors if error] == [IntegrityError]
