"""500 invented cases through all procedures in three years of accelerated time.

Invented people work on them as people do: promptly, late, not at all; they hand over, put off,
fall ill, leave, are excluded. After each step of the clock: each open task has an owner who can
open the case, each reminder has come once, and no case is stuck. What should have come is computed
here from what happened, never asked of the program (`Book`). The negative controls at the end break
one mechanism each and must be found.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction

from komma.cases.actions import (
    access,
    escalation,
    mailbox,
    opening,
    procedure,
    reserve,
    task_news,
    tasks,
    work,
    writing,
)
from komma.cases.actions.errors import Refused
from komma.cases.actions.tasks import Result
from komma.cases.codes import OPEN_STATUSES, Outcome, Status
from komma.cases.queries import CaseFile, case_file
from komma.cases.tasks import INTERIM, OpenTask, Running, reread, running, tasks_of
from komma.core.rows import acting_as, use_receipt
from komma.municipalities import actions as members
from komma.municipalities.actions import Days, end_membership, record_absence
from komma.municipalities.actions.absence import forget_past
from komma.municipalities.codes import RECEIVING_PILLARS, Pillar
from komma.municipalities.models import Membership
from komma.municipalities.routing import route_within
from komma.procedures.shipped import shipped
from tests.cases.test_tasks import all_tasks, settle, take
from tests.factories import as_owner, as_worker
from tests.factories.people import Account, make_account
from tests.factories.reports import Reported, box_of, case_of, make_report
from tests.factories.towns import ROLE_OF, Town, give_second_factors, make_member, make_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from komma.procedures.model import When

BERLIN = ZoneInfo("Europe/Berlin")
SHIFTS = (dt.time(9, 10), dt.time(14, 10))  # when people are at work
BREATH = dt.timedelta(minutes=5)  # from then to the next run of the worker, at a quarter hour
DAY = dt.timedelta(days=1)
OUTCOMES = [Outcome.FOUNDED, Outcome.PARTLY, Outcome.UNFOUNDED, Outcome.NOT_ESTABLISHED]

# Of a hundred visits to a case, how many bring this about.
USUAL = {
    "hand_over": 5, "put_off": 5, "reclassify": 5, "add": 4, "take_up": 2, "grant": 2,
    "exclude": 2, "recuse": 2, "other_procedure": 2, "close_early": 9, "withdraw": 2,
}  # fmt: skip


HAPPENS = (
    "absence", "add", "classify", "close", "exclude", "finish", "grant", "hand over", "leaving",
    "new keys", "procedure", "put off", "recuse", "reopen", "reply", "take up", "taking over",
    "withdraw",
)  # fmt: skip


def first_monday() -> dt.datetime:
    """Return when the simulation starts: the same calendar for all runs of a year.

    Never before the real day. What a database function marks for the next run of the worker gets
    the time of the database (``remind_at = now()``), which must have passed in the simulation too.
    """
    day = dt.date(dt.datetime.now(BERLIN).year + 1, 1, 1)
    day += DAY * (-day.weekday() % 7)
    return dt.datetime.combine(day, dt.time(8), BERLIN)


class Owner:
    """The owner of the tables, past all policies, on a connection of their own; ``day``: today."""

    def __init__(self) -> None:
        self._connection = connection.copy()
        del self._connection.settings_dict["OPTIONS"]["assume_role"]
        self.day = dt.date.min

    def __call__(self, statement: str, *values: Any) -> list[Any]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        self._connection.close()


@contextmanager
def moved_clock(start: dt.datetime, sql: Owner) -> Iterator[Callable[[dt.datetime], None]]:
    """Move the clock of Python, and the day on which the database decides who is away."""
    ((body,),) = sql("SELECT pg_get_functiondef('komma_today'::regproc)")
    sql(
        "CREATE OR REPLACE FUNCTION komma_today() RETURNS date LANGUAGE sql STABLE AS"
        " $$ SELECT current_setting('simulation.day')::date $$"
    )
    try:
        with time_machine.travel(start, tick=False) as clock:

            def move(moment: dt.datetime) -> None:
                clock.move_to(moment)
                sql.day = moment.date()
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT set_config('simulation.day', %s, false)", [f"{moment:%F}"]
                    )

            move(start)
            yield move
    finally:
        sql(body)


@dataclass
class Handled:
    """A case as the simulation knows it."""

    reported: Reported
    town: Town
    pillar: Pillar
    facts: dict[str, Any]
    side: str
    chance: random.Random
    level: int | None = None
    status: str = Status.RECEIVED

    @property
    def id(self) -> UUID:
        return self.reported.id

    @property
    def is_minor(self) -> bool:
        """Tell whether there is not much to it, as in many cases."""
        return self.facts["wishes"][0] in ("record", "undecided")

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


# --- What should be told


@dataclass
class Cycle:
    """A task from when it opened, or got another day, until it ends or gets another one.

    ``moved``: its owner lost access, and the new one has not been told.
    """

    case: Handled
    owner: UUID
    begun: dt.datetime
    due: dt.datetime
    moved: bool = False
    reminded: bool = False
    late: bool = False

    @property
    def remind(self) -> dt.datetime:
        """A day before, of short tasks at half time; the hour in which that is."""
        moment = self.due - min(DAY, (self.due - self.begun) / 2)
        return moment.replace(minute=0, second=0, microsecond=0)

    def comes_up(self, now: dt.datetime) -> bool:
        """Tell whether somebody is to be told now, and count it as told."""
        is_late = now >= self.due
        told = (
            self.moved
            or (is_late and not self.late)
            or (not is_late and not self.reminded and now >= self.remind)
        )
        self.late |= is_late
        # Who gets a task shortly before its time is told once, not at once and again.
        soon = self.moved and self.due - now <= 2 * DAY
        self.reminded |= is_late or soon or now >= self.remind
        self.moved = False
        return told

    def next_moment(self, now: dt.datetime) -> list[dt.datetime]:
        return [moment for moment in (self.remind, self.due) if moment > now]


@dataclass
class Book:
    """Which tasks are open since when; who is to be told when the worker runs."""

    sql: Owner
    cycles: dict[UUID, Cycle] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)

    def note(self, case: Handled, now: dt.datetime, *, moved: bool, renewed: UUID | None) -> None:
        """Look at the tasks of a case after something happened to it."""
        for status, task, state, owner, due in self.sql(_TASKS, case.id):
            case.status = status
            known = self.cycles.get(task)
            if state != "open":  # none at all before the case is taken over
                self.cycles.pop(task, None)
            elif known is None or known.due != due or task == renewed:
                self.cycles[task] = Cycle(case, owner, now, due.astimezone(BERLIN))
            elif known.owner != owner:
                known.owner, known.moved = owner, known.moved or moved

    def next_moment(self, now: dt.datetime) -> dt.datetime | None:
        found = (c.next_moment(now) for c in self.cycles.values() if c.case.is_open)
        return min(itertools.chain.from_iterable(found), default=None)

    def tend(self, now: dt.datetime) -> None:
        """Let the worker run, and compare whom it tells with whom it should."""
        due = {
            task: cycle
            for task, cycle in self.cycles.items()
            if cycle.case.is_open and cycle.comes_up(now)
        }
        stand_ins = self._stand_ins(due, now) if due else {}
        self.sql("DELETE FROM procrastinate_jobs")
        with as_worker():
            task_news.tend()
        jobs = (
            "SELECT args ->> 'person' FROM procrastinate_jobs WHERE task_name = 'people.mail_hint'"
        )
        told = {person for (person,) in self.sql(f"{jobs} AND args ->> 'kind' = 'due'")}
        expected = {cycle.owner for cycle in due.values()}
        for task, people in stand_ins.items():
            ((deputy,),) = self.sql("SELECT deputy_id FROM cases_task WHERE id = %s", task)
            assert deputy in people, f"{now}: nobody steps in"
            expected.add(deputy)
        expected_text = {str(person) for person in expected}
        assert expected_text <= told, f"{now}: a reminder is missed"
        assert told <= expected_text, f"{now}: told without need, or twice"
        self.told["reminders"] += len(due)
        self.told["stand-ins"] += len(stand_ins)

    def _stand_ins(self, due: dict[UUID, Cycle], now: dt.datetime) -> dict[UUID, set[UUID]]:
        """Return for each task that needs somebody else who that may be: the deputy, if they can."""
        away = {person for (person,) in self.sql(_AWAY, now.date())}
        deputies = dict(
            self.sql("SELECT id, deputy_id FROM cases_task WHERE id = ANY(%s)", list(due))
        )
        found = {}
        for task, cycle in due.items():
            if now >= cycle.due or cycle.owner in away:
                able = there(cycle.case, self.sql)
                present = {p for p, in_reserve in able.items() if not in_reserve} - {cycle.owner}
                people = present or set(able) - {cycle.owner}
                found[task] = people & {deputies[task]} or people
        return {task: people for task, people in found.items() if people}


_TASKS = """
    SELECT c.status, t.id, t.state, t.owner_id, t.due_at
      FROM cases_case c LEFT JOIN cases_task t ON t.case_id = c.id WHERE c.id = %s
"""
_AWAY = "SELECT person_id FROM municipalities_absence WHERE %s BETWEEN starts_on AND ends_on"
_THERE = """
    SELECT k.person_id, k.is_reserve FROM cases_casekey k
      JOIN people_personkey own ON own.person_id = k.person_id AND own.public = k.public
     WHERE k.case_id = %s AND k.strand = 'protection'
       AND EXISTS (SELECT 1 FROM municipalities_membership m
                    WHERE m.person_id = k.person_id AND m.organisation_id = %s
                      AND m.role = %s AND m.ended_on IS NULL)
       AND NOT EXISTS (SELECT 1 FROM municipalities_absence a
                        WHERE a.person_id = k.person_id
                          AND %s BETWEEN a.starts_on AND a.ends_on)
     ORDER BY k.person_id
"""
_HANDLERS = """
    SELECT person_id FROM cases_casekey
     WHERE case_id = %s AND strand = 'protection' AND NOT is_reserve
"""
_UNREACHABLE = """
    SELECT t.id FROM cases_task t JOIN cases_case c ON c.id = t.case_id
     WHERE t.state = 'open' AND c.status IN ('received', 'checking', 'working')
       AND 2 <> (SELECT count(*) FROM cases_casekey k
                  WHERE k.case_id = t.case_id AND k.person_id = t.owner_id
                    AND k.strand IN ('mailbox', 'internal') AND NOT k.is_reserve)
"""


def there(case: Handled, sql: Owner) -> dict[UUID, bool]:
    """Return who can work on a case today, and whether only in reserve."""
    return dict(sql(_THERE, case.id, case.town.municipality.pk, ROLE_OF[case.pillar], sql.day))


def missing_steps(case: Handled, run: Running, found: list[OpenTask]) -> set[str]:
    """Return the steps of the running procedure that apply and are not done."""
    known = {t.step for t in found if t.run == run.run and t.is_finished}
    steps = run.procedure.steps
    return {step.id for step in steps if applies(step.when, case)} - known


def applies(when: When, case: Handled) -> bool:
    """Tell whether something is meant for a case, as far as it is known."""
    silent = {"unsaid", "other", "unknown", "undecided"}
    role = case.facts.get("affected_role")
    pairs: list[tuple[Any, set[Any]]] = [
        (when.levels, set() if case.level is None else {case.level}),
        (when.sides, {case.side}),
        (when.affected, {role} if role else set()),
        (when.forms, set(case.facts["forms"])),
        (when.wishes, set(case.facts["wishes"])),
    ]
    return all(
        named & (known - silent)
        for named, known in pairs
        if named and (known - silent or known == {case.side})
    )


# --- What people do


class World:
    """Towns with their people, and the events to come."""

    def __init__(
        self,
        sql: Owner,
        move: Callable[[dt.datetime], None],
        start: dt.datetime,
        seed: int,
        often: dict[str, int],
    ) -> None:
        self.sql, self.move, self.now, self.seed, self.often = sql, move, start, seed, often
        self.chance = random.Random(seed)
        self.book = Book(sql)
        self.cases: list[Handled] = []
        self.people: dict[UUID, Account] = {}
        self.towns: list[Town] = []
        self.events: list[tuple[dt.datetime, int, Callable[[], None]]] = []
        self.numbers = itertools.count()
        self.done: Counter[str] = Counter()

    def found_town(self, name: str, ags: str, land: str) -> None:
        with as_owner():
            town = make_town(name, ags, land=land)
        self.towns.append(town)
        self.people |= {each.id: each for unit in town.members.values() for each in unit}

    def plan(self, at: dt.datetime, event: Callable[[], None]) -> None:
        """Plan something for the first shift from a moment on."""
        days = (at.date() + DAY * number for number in range(9))
        shifts = (
            dt.datetime.combine(d, s, BERLIN) for d in days if d.weekday() < 5 for s in SHIFTS
        )
        when = next(shift for shift in shifts if shift >= at and shift > self.now)
        heapq.heappush(self.events, (when, next(self.numbers), event))

    def run(self, end: dt.datetime) -> None:
        """Let time pass from event to event; look at everything after each."""
        run_worker_at: dt.datetime | None = None
        while True:
            moments = [run_worker_at, self.book.next_moment(self.now)]
            tend_at = min((m for m in moments if m), default=end)
            event_at = self.events[0][0] if self.events else end
            moment = min(tend_at, event_at)
            if moment >= end:
                return
            if moment.date() != self.now.date():
                self.night(moment)
            self.pass_to(moment)
            if event_at <= moment:
                while self.events and self.events[0][0] <= moment:
                    heapq.heappop(self.events)[2]()
                run_worker_at = moment + BREATH
            else:
                self.book.tend(moment)
                run_worker_at = None
            self.done["steps of the clock"] += 1
            assert not self.sql(_UNREACHABLE), f"{moment}: an owner who cannot open the case"

    def pass_to(self, moment: dt.datetime) -> None:
        self.now = moment
        self.move(moment)

    def night(self, moment: dt.datetime) -> None:
        """What the worker does once a day."""
        self.pass_to(dt.datetime.combine(moment.date(), dt.time(0, 5), BERLIN))
        with as_worker():
            forget_past(moment.date())
            escalation.escalate()
            escalation.tell_of_deputies()

    def act(self, name: str, person: UUID, action: Callable[[], object]) -> bool:
        """Let somebody act in a transaction of its own; a refusal is an answer too."""
        try:
            with acting_as(person):
                action()
        except (Refused, members.Refused):
            self.done[f"{name} refused"] += 1
            return False
        self.done[name] += 1
        return True

    # Colleagues

    def be_away(self, town: Town) -> None:
        account = self.chance.choice(self.receiving(town))
        first = self.now.date() + DAY * self.chance.randrange(6)
        days = Days(first, first + DAY * self.chance.randrange(1, 15))
        organisation = town.municipality.pk

        def absence() -> None:
            record_absence(
                person_id=account.id, organisation_id=organisation, days=days, by=account.id
            )

        self.act("absence", account.id, absence)
        self.plan(self.now + DAY * self.chance.randrange(12, 30), lambda: self.be_away(town))

    def change_people(self, town: Town) -> None:
        """Somebody comes, and somebody leaves."""
        pillar = self.chance.choice(RECEIVING_PILLARS)
        with as_owner():
            fresh = make_account()
            make_member(town.units[pillar], fresh, is_deputy=self.chance.random() < 0.3)
            give_second_factors([fresh])
        self.people[fresh.id] = fresh
        town.members[pillar].append(fresh)
        leaver = self.chance.choice(town.members[pillar][:-1])
        by = town.one(Pillar.ADMINISTRATION).id
        with acting_as(by):
            (membership,) = Membership.objects.filter(
                person_id=leaver.id, unit=town.units[pillar], ended_on=None
            )
        if self.act("leaving", by, lambda: end_membership(membership=membership, by=by)):
            town.members[pillar].remove(leaver)
            for case in self.cases:
                if case.town is town and case.pillar == pillar:
                    self.note(case, moved=True)
        self.plan(self.now + DAY * self.chance.randrange(40, 80), lambda: self.change_people(town))

    def receiving(self, town: Town) -> list[Account]:
        return [each for pillar in RECEIVING_PILLARS for each in town.members[pillar]]

    # Cases

    def report(self, number: int) -> None:
        chance = random.Random(f"{self.seed}-{number}")
        pillar = chance.choices(RECEIVING_PILLARS, [30, 20, 50])[0]
        sides = {Pillar.COMPLAINT: [0, 9, 1], Pillar.ASSAULT: [9, 0, 1], Pillar.SUPPORT: [3, 6, 1]}
        side = chance.choices(["outside", "inside", "unknown"], sides[pillar])[0]
        facts = {
            "description": f"Vorfall {number}",
            "affected_role": chance.choice(["office", "field", "council", "head", "unsaid", ""]),
            "forms": chance.sample(["insult", "threat", "racism", "doxing", "weapon", "other"], 2),
            "wishes": chance.choice([["record"], ["talk", "stop"], ["charges"], ["undecided"]]),
        }
        town = chance.choice(self.towns)
        # Also while an intake is closed, since then all would go to one body outside.
        found = route_within(town.units[pillar], concerns=town.municipality.pk)
        reported = make_report(town, pillar=pillar, facts=facts, side=side, found=found)
        case = Handled(reported, town, pillar, facts, side, chance)
        self.cases.append(case)
        self.plan(self.now + DAY * chance.choice([0, 0, 1, 2, 5]), lambda: self.visit(case))

    def note(self, case: Handled, *, moved: bool = False, renewed: UUID | None = None) -> None:
        self.book.note(case, self.now, moved=moved, renewed=renewed)

    def visit(self, case: Handled) -> None:
        """Somebody looks after a case: the owner of a task, else whoever is there."""
        able = there(case, self.sql)
        present = [person for person, in_reserve in able.items() if not in_reserve]
        owners = [c.owner for c in sorted(self.of(case), key=lambda c: c.due) if c.owner in present]
        if not present:  # away until another day
            self.plan(self.now + DAY, lambda: self.visit(case))
            return
        Visit(self, case, self.people[owners[0] if owners else case.chance.choice(present)]).go()

    def look_at_all(self) -> None:
        """At the end: what is still open has something to do, or can be closed."""
        for case in self.cases:
            if case.is_open and case.status != Status.RECEIVED:
                (holder, *_) = self.sql(_HANDLERS, case.id)
                Visit(self, case, self.people[holder[0]]).goes_on()

    def of(self, case: Handled) -> list[Cycle]:
        return [cycle for cycle in self.book.cycles.values() if cycle.case is case]


class Visit:
    """Somebody opens a case, and does one thing or several."""

    def __init__(self, world: World, case: Handled, account: Account) -> None:
        self.world, self.case, self.account, self.chance = world, case, account, case.chance
        self.file = self.opened()
        self.is_over = False  # they may have shut themselves out

    def opened(self) -> CaseFile:
        with acting_as(self.account.id):
            found = case_file(self.account.id, self.account.secret, self.case.id)
        assert found is not None, "somebody with a key cannot open the case"
        return found

    def act(self, action: str, do: Callable[[], object], **seen: Any) -> bool:
        done = self.world.act(action, self.account.id, do)
        self.world.note(self.case, **seen)
        return done

    def tasks(self) -> list[OpenTask]:
        with acting_as(self.account.id):
            return tasks_of(self.file)

    @property
    def version(self) -> int:
        ((version,),) = self.world.sql("SELECT version FROM cases_case WHERE id = %s", self.case.id)
        return int(version)

    def go(self) -> None:
        if self.file.case.rotation_due:
            self.act("new keys", lambda: opening.renew_keys(self.file), moved=True)
            self.file = self.opened()
        if not self.case.is_open:
            self.reopen()
        if self.case.is_open and self.case.status == Status.RECEIVED:
            self.take_over()
        if len(self.file.handlers) == 1:
            self.strengthen()
        self.work()
        self.look_ahead()

    def take_over(self) -> None:
        version = self.version
        assert self.act("taking over", lambda: work.take_over(self.file, "frei", version=version))

    def strengthen(self) -> None:
        """Nobody should be the only one: give a colleague access, and deputies a reserve."""
        self.act("reserve", lambda: reserve.refill_reserve(self.file))
        colleagues = self.case.town.members[self.case.pillar]
        known = {holder.person for holder in self.file.active}
        others = [each for each in colleagues if each.id not in known]
        if others:
            self.give_access(self.chance.choice(others).id)

    def give_access(self, person: UUID) -> None:
        self.act("grant", lambda: access.grant(self.file, person, "Grund"))
        self.file = self.opened()

    def work(self) -> None:
        if not self.case.is_open:
            return
        for name, share in self.world.often.items():
            if self.chance.random() < share / 100 and self.case.is_open and not self.is_over:
                getattr(self, name)()
        if self.case.is_minor and self.chance.random() < 0.7 and not self.is_over:
            self.close()
        if self.is_over or not self.case.is_open:
            return
        horizon = self.world.now + DAY * self.chance.choice([2, 6, 12])
        for task in self.tasks():
            if task.is_open and task.row.due_at < horizon and self.chance.random() < 0.8:
                self.finish(task)

    def finish(self, task: OpenTask) -> None:
        if task.step == INTERIM:
            if self.chance.random() < 0.5:
                self.act("reply", lambda: writing.reply(self.file, "Wir sind dran."))
            return
        if task.step == "einstufen" or (self.case.level is None and self.chance.random() < 0.5):
            self.classify(self.chance.choices(range(4), [40, 35, 15, 10])[0])
        if self.chance.random() < 0.1:
            result = Result(note="Nicht nötig.", dropped=True)
        else:
            result = Result(note="Getan.", consent=True, tell=self.chance.choice(["", "Getan."]))
        # Refused where the new level has just put it to rest.
        self.act("finish", lambda: tasks.finish(self.file, task.id, result))

    def classify(self, level: int) -> None:
        version = self.version
        if self.act("classify", lambda: work.classify(self.file, level, "x", version=version)):
            self.case.level = level

    # What happens now and then; the names stand in `USUAL`

    def one(self, *, finished: bool = False) -> OpenTask | None:
        found = [t for t in self.tasks() if t.is_finished == finished and (finished or t.is_open)]
        return self.chance.choice(found) if found else None

    def another(self) -> UUID:
        return self.chance.choice(self.file.active).person

    def hand_over(self) -> None:
        task, to = self.one(), self.another()
        if task:
            self.act("hand over", lambda: tasks.hand_over(self.file, task.id, to, "x"))

    def put_off(self) -> None:
        task, day = self.one(), self.world.now.date() + DAY * self.chance.randrange(30)
        if task:
            done = lambda: tasks.put_off(self.file, task.id, day, "x")  # noqa: E731
            self.act("put off", done, renewed=task.id)

    def reclassify(self) -> None:
        self.classify(self.chance.randrange(4))

    def add(self) -> None:
        owner, day = self.another(), self.world.now.date() + DAY * self.chance.randrange(40)
        options: dict[str, Any] = {"title": "Anrufen", "note": "x", "owner": owner, "due_on": day}
        self.act("add", lambda: tasks.add(self.file, **options))

    def take_up(self) -> None:
        task = self.one(finished=True)
        if task:
            self.act("take up", lambda: tasks.take_up(self.file, task.id))

    def other_procedure(self) -> None:
        slugs = [slug for slug, found in shipped().items() if self.case.pillar in found.pillars]
        slug, version = self.chance.choice(slugs), self.version
        self.act("procedure", lambda: procedure.begin(self.file, slug, "x", version=version))

    def grant(self) -> None:
        pillar = self.chance.choice([self.case.pillar, Pillar.LEADERSHIP, Pillar.COORDINATION])
        self.give_access(self.chance.choice(self.case.town.members[pillar]).id)

    def exclude(self) -> None:
        target = self.another()
        self.act("exclude", lambda: access.exclude(self.file, target, "x"), moved=True)
        self.is_over = True  # opened again by whoever comes next

    def recuse(self) -> None:
        self.is_over = self.act("recuse", lambda: access.recuse(self.file, "x"), moved=True)

    def close_early(self) -> None:
        self.close()

    def withdraw(self) -> None:
        with transaction.atomic():
            mailbox.withdraw(box_of(self.case.reported))
            use_receipt("")
        self.world.done["withdraw"] += 1
        self.world.note(self.case)

    def close(self) -> bool:
        version, outcome = self.version, self.chance.choice(OUTCOMES)

        def do() -> None:
            work.close(self.file, outcome=outcome, reason="x", message="x", version=version)

        return self.act("close", do)

    def reopen(self) -> None:
        version = self.version
        assert self.act("reopen", lambda: work.reopen(self.file, "x", version=version))

    # How it goes on

    def look_ahead(self) -> None:
        """Require that there is something to do, or that the case can be closed; plan the next."""
        if self.is_over:
            self.come_back(self.world.now + DAY)
        elif self.case.is_open:
            self.goes_on()
        if not self.case.is_open and self.chance.random() < 0.1:
            self.come_back(self.world.now + DAY * self.chance.randrange(5, 60))

    def goes_on(self) -> None:
        found = self.tasks()
        steps = [t.row.due_at for t in found if t.is_open and t.step != INTERIM]
        if not steps:
            self.end(found)
            return
        due, now = min(steps).astimezone(BERLIN), self.world.now
        if due > now and self.chance.random() < 0.6:
            self.come_back(now + (due - now) * self.chance.uniform(0.3, 0.98))
        else:
            self.come_back(max(due, now) + DAY * self.chance.uniform(0.1, 12))

    def end(self, found: list[OpenTask]) -> None:
        with acting_as(self.account.id):
            run = running(reread(self.file))
        assert run is not None
        missing = missing_steps(self.case, run, found)
        assert not missing, f"a case is stuck before {missing}"
        self.world.done[f"through {run.procedure.id}"] += 1
        if self.case.status == Status.RECEIVED:
            self.take_over()
        assert self.close(), "a case that is through cannot be closed"

    def come_back(self, at: dt.datetime) -> None:
        self.world.plan(at, lambda: self.world.visit(self.case))


def simulate(
    seed: int, *, cases: int, days: int, often: dict[str, int] = USUAL, towns: int = 3
) -> World:
    """Let invented cases come in during the first two thirds of some days, and be worked on."""
    start, sql = first_monday(), Owner()
    with closing(sql), moved_clock(start, sql) as move:
        world = World(sql, move, start, seed, often)
        lands = ["NW", "BY", "BE"]
        for number in range(towns):
            world.found_town(f"Ort {number}", f"0599900{number}", lands[number])
        for number in range(cases):
            at = start + DAY * world.chance.uniform(0, days * 2 / 3)
            world.plan(at, lambda number=number: world.report(number))  # type: ignore[misc]
        for town in world.towns:
            world.plan(start + DAY * 3, lambda town=town: world.be_away(town))  # type: ignore[misc]
            world.plan(start + DAY * 20, lambda town=town: world.change_people(town))  # type: ignore[misc]
        world.run(start + DAY * days)
        world.look_at_all()
    return world


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_three_years_of_five_hundred_cases() -> None:
    world = simulate(1, cases=500, days=3 * 365)
    assert len(world.cases) == 500
    # All of it has happened, many times over; otherwise nothing has been tested.
    assert {name for name in HAPPENS if world.done[name] < 5} == set()
    assert {slug for slug in shipped() if not world.done[f"through {slug}"]} == set()
    assert world.book.told["reminders"] > 1000
    assert world.book.told["stand-ins"] > 300


# --- Negative controls: one mechanism broken each

FEW: dict[str, Any] = {"cases": 12, "days": 90, "towns": 1}


@contextmanager
def replaced(function: str, old: str, new: str) -> Iterator[None]:
    """Change the body of a database function for a while."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef(%s::regproc)", [function])
        (body,) = cursor.fetchone()
        assert body.count(old) == 1
        cursor.execute(body.replace(old, new))
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(body)


@contextmanager
def without_trigger(table: str, name: str) -> Iterator[None]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_owners_who_keep_their_tasks_without_a_key_are_found() -> None:
    with (
        without_trigger("cases_casekey", "tasks_lose_keys"),
        without_trigger("cases_casekey", "tasks_get_keys"),  # new keys of a rotation mend it too
        without_trigger("cases_task", "task_owner"),  # which would complain at the next change
        pytest.raises(AssertionError, match="an owner who cannot open"),
    ):
        simulate(2, often={"recuse": 50, "exclude": 20}, **FEW)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("remind_at = CASE", "remind_at = CASE WHEN true THEN t.remind_at", "or twice"),
        ("is_escalated OR is_late", "is_escalated", "or twice"),
        ("is_late := t.due_at <= at", "is_late := t.due_at < at", "nobody steps in|is missed"),
    ],
    ids=["reminder not marked", "lateness not marked", "late too late"],
)
def test_marks_that_are_not_written_are_found(old: str, new: str, finding: str) -> None:
    with (
        replaced("komma_tend_tasks", old, new),
        pytest.raises(AssertionError, match=finding),
    ):
        simulate(2, **FEW)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_cases_whose_next_step_does_not_come_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "advance", lambda case, file: None)
    with pytest.raises(AssertionError, match="a case is stuck"):
        simulate(2, **FEW)


# --- What the simulation has found


@pytest.mark.parametrize("minute", [0, 10, 59])
def test_the_shortest_task_is_reminded_of_before_it_is_due(minute: int) -> None:
    begins = dt.datetime(2026, 3, 6, 10, minute, tzinfo=BERLIN)
    due = procedure.coarse(begins + dt.timedelta(hours=1))
    assert begins - dt.timedelta(hours=1) < procedure.reminder(begins, due) < due


def test_whoever_gets_a_task_early_is_reminded_of_it_later(town: Town, reported: Reported) -> None:
    lead, second = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    take(lead, reported)
    with acting_as(second.id):
        access.exclude(case_of(second, reported), lead.id, "befangen")
    settle()
    with as_worker():
        assert task_news.tend() == 1  # that there is something to do now
        assert task_news.tend() == 0
    found = all_tasks(second, reported)
    interim, short = found[INTERIM].row, found["schutz"].row
    assert (interim.owner_id, short.remind_at) == (second.id, None)
    assert interim.due_at - interim.remind_at == DAY
