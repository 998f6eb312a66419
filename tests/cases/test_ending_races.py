"""A membership ends while somebody is about to get a key: no key is left over, in either order."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions import access
from komma.cases.actions.errors import Refused
from komma.cases.models import CaseKey
from komma.core.rows import acting_as
from komma.municipalities.actions import end_membership
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from tests.factories import as_owner
from tests.factories.reports import case_of, make_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 10  # seconds
BLOCKED = 1.0


@contextmanager
def unlocked(function: str, lock: str) -> Iterator[None]:
    """Take the lock out of a database function, to show what it is for."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        (body,) = cursor.fetchone()
        assert body.count(lock) == 1
        cursor.execute(body.replace(lock, ""))
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(body)


def in_turn(first: Callable[[], None], second: Callable[[], None]) -> list[BaseException]:
    """Run ``second`` between the work and the commit of ``first``; return what was raised."""
    done, go = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def held() -> None:
        with transaction.atomic():
            first()
            done.set()
            go.wait(WAIT)

    def run(task: Callable[[], None]) -> None:
        try:
            task()
        except (Error, Refused) as error:
            errors.append(error)
        finally:
            done.set()
            connection.close()

    threads = [threading.Thread(target=run, args=(task,)) for task in (held, second)]
    threads[0].start()
    assert done.wait(WAIT)
    threads[1].start()
    threads[1].join(BLOCKED)
    go.set()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()
    return errors


def ending(town: Town, person: UUID) -> Callable[[], None]:
    with as_owner():
        membership = Membership.objects.get(person_id=person)
    administration = town.one(Pillar.ADMINISTRATION).id

    def end() -> None:
        with acting_as(administration):
            end_membership(membership=membership, by=administration)

    return end


def has_key(person: UUID) -> bool:
    with as_owner():
        return CaseKey.objects.filter(person_id=person).exists()


def test_a_report_first_then_the_end(town: Town) -> None:
    leaver = town.one(Pillar.ASSAULT, 1).id
    assert in_turn(lambda: _report(town), ending(town, leaver)) == []
    assert not has_key(leaver)
    assert has_key(town.one(Pillar.ASSAULT).id)  # control


def test_without_the_lock_a_key_is_left_over(town: Town) -> None:
    """Negative control."""
    leaver = town.one(Pillar.ASSAULT, 1).id
    with unlocked("komma_intake", " FOR SHARE"):
        in_turn(lambda: _report(town), ending(town, leaver))
    assert has_key(leaver)


def test_the_end_first_then_a_report(town: Town) -> None:
    leaver = town.one(Pillar.ASSAULT, 1).id
    (error,) = in_turn(ending(town, leaver), lambda: _report(town))
    assert getattr(error.__cause__, "sqlstate", "") == "KM002"  # the intake then asks again
    assert not has_key(leaver)


def _report(town: Town) -> None:
    make_report(town)


def granting(town: Town) -> tuple[UUID, Callable[[], None]]:
    reported, holder = make_report(town), town.one(Pillar.ASSAULT)
    target = town.one(Pillar.COORDINATION).id

    def grant() -> None:
        with acting_as(holder.id):
            access.grant(case_of(holder, reported), target)

    return target, grant


def test_a_grant_first_then_the_end(town: Town) -> None:
    target, grant = granting(town)
    assert in_turn(grant, ending(town, target)) == []
    assert not has_key(target)


def test_without_the_lock_a_granted_key_is_left_over(town: Town) -> None:
    """Negative control."""
    target, grant = granting(town)
    with unlocked("komma_grant", " FOR SHARE OF m SKIP LOCKED"):
        in_turn(grant, ending(town, target))
    assert has_key(target)


def test_the_end_first_then_a_grant(town: Town) -> None:
    target, grant = granting(town)
    (error,) = in_turn(ending(town, target), grant)
    assert "Zuständigkeiten" in str(error)
    assert not has_key(target)
