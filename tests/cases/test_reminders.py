"""Reminders of deadlines: nothing of them in the clear, each once, none missed."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core import mail
from django.db import Error, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from komma.cases import jobs
from komma.cases.actions import news, reminders, removal, work
from komma.cases.actions.deadlines import record_days
from komma.cases.actions.mailbox import withdraw
from komma.cases.codes import Outcome
from komma.cases.days import Days
from komma.cases.models import Case, CaseReceipt, DeadlineWatch
from komma.cases.watching import (
    MOST_ENDS,
    THRESHOLDS,
    Watch,
    due,
    fresh,
    open_watch,
    reached,
    seal_watch,
    told,
)
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.core.vault.envelope import VaultError
from komma.municipalities.codes import Pillar
from tests.factories import as_owner, as_worker
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

EVENT = dt.date(2026, 1, 15)
END = dt.date(2026, 4, 15)  # three months later, a Wednesday
FACTS = {"description": "Er drohte.", "side": "outside", "forms": ["insult"]}
FACTS |= {"affected_role": "council", "day_from": EVENT.isoformat()}


def at(day: dt.date) -> Any:
    return time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False)


@pytest.fixture
def reported(town: Town) -> Reported:
    with at(EVENT):
        return make_report(town, facts=FACTS, notify="wer@web.example")


def run(day: dt.date) -> None:
    with at(day), as_worker():
        reminders.remind()


def hinted() -> set[str]:
    """Return who is hinted at by waiting jobs, and forget the jobs."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'people.mail_hint'"
            " AND args ->> 'kind' = 'due'"
        )
        found = {json.loads(args)["person"] for (args,) in cursor.fetchall()}
        cursor.execute("DELETE FROM procrastinate_jobs")
    return found


def reporter_is_due() -> bool:
    """Tell whether the reporter's mail is marked, and take the mark away."""
    with as_owner():
        return CaseReceipt.objects.filter(mail_tries__gt=0).update(mail_tries=0) > 0


def watch_of(reported: Reported) -> Watch:
    with as_owner():
        row = DeadlineWatch.objects.get(case_id=reported.id)
    return open_watch(row.case_id, bytes(row.sealed))


def holders(town: Town) -> set[str]:
    return {str(town.one(Pillar.ASSAULT, number).id) for number in (0, 1)}


# --- Who is told, and how often


def test_holders_and_reporter_are_told_at_30_14_and_3_days(town: Town, reported: Reported) -> None:
    assert watch_of(reported) == {END: 0}
    told_on = []
    for left in range(40, -3, -1):
        day = END - dt.timedelta(days=left)
        run(day)
        people, reporter = hinted(), reporter_is_due()
        assert bool(people) is reporter
        if people:
            assert people == holders(town)
            told_on.append(left)
    assert told_on == [30, 14, 3]
    assert watch_of(reported) == {}, "what has ended is forgotten"


def test_two_runs_on_a_day_tell_once(reported: Reported) -> None:
    day = END - dt.timedelta(days=30)
    run(day)
    assert hinted()
    run(day)
    assert not hinted()


def test_without_the_mark_a_second_run_would_tell_twice(
    reported: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(reminders, "told", lambda watch, now: watch)
    day = END - dt.timedelta(days=30)
    run(day)
    assert hinted()
    run(day)
    assert hinted()


def test_a_worker_that_was_down_tells_of_the_nearest_threshold_once(reported: Reported) -> None:
    run(END - dt.timedelta(days=12))  # 30 and 14 have both passed
    assert hinted()
    run(END - dt.timedelta(days=11))
    assert not hinted()
    run(END)  # on the last day itself
    assert hinted()
    run(END + dt.timedelta(days=1))
    assert not hinted()


def test_a_run_that_fails_tells_nobody_and_the_next_one_does(reported: Reported) -> None:
    day = END - dt.timedelta(days=30)
    with transaction.atomic():
        run(day)
        transaction.set_rollback(True)
    assert not hinted()
    run(day)
    assert hinted()


def test_after_closing_only_the_reporter_is_told(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with at(EVENT), acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
        work.close(
            case_of(holder, reported),
            outcome=Outcome.FOUNDED,
            reason="Grund",
            message="Danke",
            version=1,
        )
    hinted()
    reporter_is_due()
    run(END - dt.timedelta(days=30))
    assert not hinted()
    assert reporter_is_due()


def test_after_withdrawing_the_right_remains_and_the_reporter_is_told(reported: Reported) -> None:
    with at(EVENT), transaction.atomic():
        withdraw(box_of(reported))
        use_receipt("")
    hinted()
    run(END - dt.timedelta(days=14))
    assert not hinted()
    assert reporter_is_due()


def test_nobody_is_mailed_about_what_waits_in_quarantine(town: Town) -> None:
    with at(EVENT):
        make_report(town, facts=FACTS, notify="wer@web.example", held="crowd")
    run(END - dt.timedelta(days=30))
    assert not hinted()
    assert not reporter_is_due()


def test_the_job_ends_in_a_mail_without_content(reported: Reported) -> None:
    with at(END - dt.timedelta(days=30)), as_worker():
        jobs.remind_of_deadlines(0)
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT args::text FROM procrastinate_jobs")
            arguments = [text for (text,) in cursor.fetchall()]
        assert not any(str(reported.id) in text for text in arguments)
        news.mail_reporters()
    assert [message.to for message in mail.outbox] == [["wer@web.example"]]
    assert "Frist" not in mail.outbox[0].body


def test_a_damaged_watch_stops_no_other(town: Town, reported: Reported) -> None:
    with at(EVENT):
        other = make_report(town, facts=FACTS)
    with as_owner():
        DeadlineWatch.objects.filter(case_id=other.id).update(sealed=b"age-encryption.org nein")
    run(END - dt.timedelta(days=30))
    assert hinted()


# --- Corrections by handlers


def test_a_correction_moves_the_reminders(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    later = Days(event=EVENT + dt.timedelta(days=10))
    superior = Days("Dienstvorgesetzte", event=EVENT, knowledge=EVENT + dt.timedelta(days=20))
    with at(EVENT + dt.timedelta(days=20)), acting_as(holder.id):
        record_days(case_of(holder, reported), later, version=0)
        record_days(case_of(holder, reported), superior, version=1)
    assert list(watch_of(reported)) == [dt.date(2026, 4, 25), dt.date(2026, 5, 4)]


def test_what_was_told_stays_told_after_a_correction(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    day = END - dt.timedelta(days=14)
    run(day)
    assert hinted()
    with at(day), acting_as(holder.id):
        record_days(case_of(holder, reported), Days(event=EVENT, person_known=False), version=0)
    hinted()
    run(day + dt.timedelta(days=1))
    assert not hinted()
    run(END - dt.timedelta(days=3))
    assert hinted()


# --- Sealed


def rows() -> list[str]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(w)::text, encode(sealed, 'hex') FROM cases_deadlinewatch w"
        )
        return [" ".join(row) for row in cursor.fetchall()]


def test_neither_event_nor_end_can_be_found_in_the_row(reported: Reported) -> None:
    (raw,) = rows()
    for day in (EVENT, END):
        for text in (day.isoformat(), str(day.toordinal()), f"{day:%d.%m.%Y}"):
            assert text not in raw
            assert text.encode().hex() not in raw
    assert b"age-encryption.org".hex() in raw
    assert str(END.toordinal()) in str(list(map(dt.date.toordinal, watch_of(reported)))), (
        "negative control: opened, it is there"
    )


def size(sealed: bytes) -> int:
    """Return the length without the header, which age fills up with chance."""
    return len(sealed.partition(b"\n--- ")[2])


def test_every_case_has_a_watch_of_the_same_size(town: Town, reported: Reported) -> None:
    make_report(town)  # no day is known
    with as_owner():
        sizes = {size(bytes(row.sealed)) for row in DeadlineWatch.objects.all()}
        full = {today() + dt.timedelta(days=n): 30 for n in range(MOST_ENDS)}
        sizes.add(size(seal_watch(reported.id, full)))
        assert DeadlineWatch.objects.count() == Case.objects.count() == 2
    assert len(sizes) == 1


def test_a_run_writes_every_row_so_that_none_stands_out(town: Town, reported: Reported) -> None:
    with at(EVENT):
        make_report(town)
    before = rows()
    run(END - dt.timedelta(days=30))
    assert not set(before) & set(rows())


def test_a_watch_opens_for_its_own_case_only(town: Town, reported: Reported) -> None:
    other = make_report(town)
    with as_owner():
        row = DeadlineWatch.objects.get(case_id=reported.id)
    with pytest.raises(VaultError):
        open_watch(other.id, bytes(row.sealed))


def test_only_receipt_holders_and_worker_see_it(
    town: Town, other_town: Town, reported: Reported
) -> None:
    def seen(account: Any) -> int:
        with acting_as(account.id if account else None):
            return DeadlineWatch.objects.count()

    assert seen(town.one(Pillar.ASSAULT)) == 1
    assert seen(town.one(Pillar.COMPLAINT)) == 0
    assert seen(other_town.one(Pillar.ASSAULT)) == 0
    assert seen(None) == 0
    with transaction.atomic():
        box_of(reported)
        assert DeadlineWatch.objects.count() == 1
        use_receipt("")
    with as_worker():
        assert DeadlineWatch.objects.count() == 1


@pytest.mark.parametrize("statement", ["DELETE FROM cases_deadlinewatch", "INSERT"])
def test_the_worker_only_rewrites(reported: Reported, statement: str) -> None:
    if statement == "INSERT":
        statement = "INSERT INTO cases_deadlinewatch (case_id, sealed) VALUES (NULL, '')"
    with (
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        as_worker(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_it_goes_with_the_case(town: Town, reported: Reported) -> None:
    other = make_report(town)
    with as_owner():
        Case.objects.filter(pk=reported.id).update(
            status="closed", closed_on=today(), delete_on=today()
        )
    with as_worker():
        assert removal.delete_expired() == 1
    with as_owner():
        assert [row.case_id for row in DeadlineWatch.objects.all()] == [other.id]


# --- The thresholds alone

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@given(st.sets(DAYS, max_size=12), DAYS, st.lists(st.integers(1, 40), max_size=30))
def test_each_end_is_told_at_most_once_a_threshold_and_never_after_it(
    ends: set[dt.date], begin: dt.date, gaps: list[int]
) -> None:
    watch, day, tellings = fresh(ends, today=begin), begin, []
    assert len(watch) <= MOST_ENDS
    for gap in [0, *gaps]:
        day += dt.timedelta(days=gap)
        tellings += [(end, threshold) for end, threshold in due(watch, day).items()]
        assert all(0 <= (end - day).days <= threshold for end, threshold in due(watch, day).items())
        watch = told(watch, day)
        assert not due(watch, day)
    assert len(tellings) == len(set(tellings))


@given(DAYS, st.integers(0, 200))
def test_with_a_run_every_day_each_threshold_ahead_is_told(end: dt.date, before: int) -> None:
    begin = end - dt.timedelta(days=before)
    watch, found = fresh([end], today=begin), []
    for number in range(before + 1):
        day = begin + dt.timedelta(days=number)
        found += due(watch, day).values()
        watch = told(watch, day)
    assert found == [each for each in THRESHOLDS if each < before]
    assert reached(end, end) == min(THRESHOLDS)
