"""Whatever people do in whatever order: each open case has somebody, and nobody who is excluded.

A hypothesis state machine over joining, leaving, absence, exclusion, recusal, grant, deputies,
escalation and lost keys. What it asks is computed apart from the functions that it tests. The
negative controls at the end break one guard each and must be found.

Not in it, since no rule can forbid them: that the last key is lost (for that there are the
emergency keys), and a report that excludes the only ones who will be there on a coming day.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from komma.cases.actions import access, escalation, opening, reserve, work, writing
from komma.cases.actions.errors import CaseGone, Refused
from komma.cases.codes import OPEN_STATUSES, EntryKind, Strand
from komma.cases.models import Case, CaseKey, CaseStrand, Entry
from komma.cases.queries import CaseFile, case_file
from komma.cases.strands import entry_context
from komma.core.dates import today
from komma.core.rows import acting_as, become
from komma.core.vault.keys import public_of
from komma.core.vault.sealing import VaultError, unseal_json
from komma.municipalities import actions
from komma.municipalities.actions import Days, end_membership, record_absence, remove_absence
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Absence, Membership
from komma.municipalities.rules import pillar_of
from komma.people.models import PersonKey
from tests.cases.test_key_changes import replace_vault
from tests.factories import as_owner, as_worker
from tests.factories.people import Account, make_account
from tests.factories.reports import Reported, make_report
from tests.factories.towns import Town, make_member

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

MOST_PEOPLE = 6
MOST_CASES = 3
REFUSALS = (Refused, actions.Refused, CaseGone)
WHICH = st.integers(0, 5)
DAYS = st.integers(0, 3)


class Unit(RuleBasedStateMachine):
    """One receiving unit and its cases; ``town`` is set by the test."""

    town: ClassVar[Town]

    def __init__(self) -> None:
        super().__init__()
        self.everything = transaction.atomic()
        self.everything.__enter__()
        self.people = list(self.town.members[Pillar.ASSAULT])
        self.cases: list[Reported] = []
        self.excluded: set[tuple[UUID, UUID]] = set()
        self.kept: dict[tuple[UUID, UUID], dict[str, str]] = {}
        self.cases.append(make_report(self.town))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.everything.__exit__(None, None, None)

    # --- What people do

    @rule(who=WHICH, excludes=st.booleans())
    def report(self, who: int, excludes: bool) -> None:
        if len(self.cases) >= MOST_CASES:
            return
        meant = {self.person(who).id} if excludes else set()
        with suppress(_Undone), transaction.atomic():
            made = make_report(self.town, excluded=meant)
            if gaps():
                raise _Undone
            self.cases.append(made)
            self.excluded |= {(made.id, person) for person in meant}

    @rule(is_deputy=st.booleans())
    def join(self, is_deputy: bool) -> None:
        if len(self.people) < MOST_PEOPLE:
            with as_owner():
                account = make_account()
                make_member(self.town.units[Pillar.ASSAULT], account, is_deputy=is_deputy)
            self.people.append(account)

    @rule(who=WHICH)
    def leave(self, who: int) -> None:
        membership, by = self.membership(who), self.town.one(Pillar.ADMINISTRATION).id
        if membership is not None:
            self.attempt(by, lambda: end_membership(membership=membership, by=by))

    @rule(who=WHICH, first=DAYS, length=DAYS, own=st.booleans())
    def be_away(self, who: int, first: int, length: int, own: bool) -> None:
        person = self.person(who).id
        by = person if own else self.town.one(Pillar.ADMINISTRATION).id
        start = today() + dt.timedelta(first)
        days = Days(start, start + dt.timedelta(length))
        if self.membership(who) is not None:
            self.attempt(by, lambda: self.record(person, days, by))

    def record(self, person: UUID, days: Days, by: UUID) -> None:
        record_absence(
            person_id=person, organisation_id=self.town.municipality.pk, days=days, by=by
        )

    @rule(who=WHICH)
    def come_back(self, who: int) -> None:
        person = self.person(who).id
        with as_owner():
            absence = Absence.objects.filter(person_id=person).first()
        if absence is not None and self.membership(who) is not None:
            self.attempt(person, lambda: remove_absence(absence=absence, by=person))

    @rule(by=WHICH, whom=WHICH, which=WHICH)
    def exclude(self, by: int, whom: int, which: int) -> None:
        target = self.person(whom)
        if target.id == self.person(by).id:
            return
        before = self.secrets_of(target, which)
        if self.on_case(by, which, lambda file: access.exclude(file, target.id)):
            self.shut_out(target, which, before)

    @rule(by=WHICH, which=WHICH)
    def recuse(self, by: int, which: int) -> None:
        before = self.secrets_of(self.person(by), which)
        if self.on_case(by, which, lambda file: access.recuse(file, "Selbes Team.")):
            self.shut_out(self.person(by), which, before)

    @rule(by=WHICH, whom=WHICH, which=WHICH)
    def grant(self, by: int, whom: int, which: int) -> None:
        self.on_case(by, which, lambda file: access.grant(file, self.person(whom).id))

    @rule(by=WHICH, which=WHICH)
    def call_deputies(self, by: int, which: int) -> None:
        self.on_case(by, which, access.call_in_deputies)

    @rule(by=WHICH, which=WHICH)
    def take_over(self, by: int, which: int) -> None:
        self.on_case(
            by, which, lambda file: work.take_over(file, "frei", version=file.case.version)
        )

    @rule(by=WHICH, which=WHICH)
    def look_in(self, by: int, which: int) -> None:
        """Open a case: keys that are due are made, and the reserve is filled up."""
        self.on_case(by, which, opening.renew_keys)
        self.on_case(by, which, reserve.refill_reserve)

    @rule(by=WHICH, which=WHICH)
    def write(self, by: int, which: int) -> None:
        if self.on_case(by, which, lambda file: writing.note(file, "Notiz")):
            self.what_is_new_is_closed_to_the_excluded(self.case(which))

    @rule(days=st.integers(1, 2))
    def nights_pass(self, days: int) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE municipalities_absence SET starts_on = starts_on - %(days)s,"
                " ends_on = ends_on - %(days)s",
                {"days": days},
            )
            cursor.execute("UPDATE cases_case SET answer_due_on = answer_due_on - %s", [days])

    @rule(who=WHICH)
    def lose_the_key(self, who: int) -> None:
        account = self.person(who)
        with suppress(_Undone), transaction.atomic():
            renewed = replace_vault(account)
            if gaps():
                raise _Undone
            self.people[self.people.index(account)] = renewed

    # --- What holds

    @invariant()
    def somebody_is_there(self) -> None:
        with as_worker():
            escalation.escalate()
            escalation.tell_of_deputies()
        by_id = {account.id: account for account in self.people}
        with as_owner():
            found = {case.pk: reachable(case) for case in open_cases()}
        for case, people in found.items():
            assert people, f"nobody for {case}"
            known = [by_id[person] for person in people if person in by_id]
            assert all(opens(account, case) for account in known)

    @invariant()
    def nobody_excluded_is(self) -> None:
        with as_owner():
            for case, person in self.excluded:
                assert not CaseKey.objects.filter(case_id=case, person_id=person).exists()
            for (case, _person), secrets in self.kept.items():
                for strand, secret in secrets.items():
                    newest = CaseStrand.objects.filter(case_id=case, strand=strand)
                    assert newest.latest("generation").public != public_of(secret)
        for account in self.people:
            for case, person in self.excluded:
                assert person != account.id or not opens(account, case)

    def what_is_new_is_closed_to_the_excluded(self, reported: Reported) -> None:
        for (case, _person), secrets in self.kept.items():
            if case == reported.id and Strand.INTERNAL in secrets:
                newest = newest_entry(case)
                with pytest.raises(VaultError):
                    unseal_json(
                        bytes(newest.body),
                        identity=secrets[Strand.INTERNAL],
                        context=entry_context(case, newest.pk),
                    )

    # --- Means

    def person(self, number: int) -> Account:
        return self.people[number % len(self.people)]

    def case(self, number: int) -> Reported:
        return self.cases[number % len(self.cases)]

    def membership(self, who: int) -> Membership | None:
        with as_owner():
            return Membership.objects.filter(person_id=self.person(who).id, ended_on=None).first()

    def attempt(self, by: UUID, action: Callable[[], object]) -> bool:
        """Let somebody act; a refusal is an answer too, and leaves everything as it was."""
        before = state()
        try:
            with acting_as(by):
                action()
        except REFUSALS:
            assert state() == before
            become(None)
            return False
        become(None)
        return True

    def on_case(self, by: int, which: int, action: Callable[[CaseFile], object]) -> bool:
        """Let somebody who holds a key act on a case."""
        account, reported = self.person(by), self.case(which)
        with acting_as(account.id):
            try:
                file = case_file(account.id, account.secret, reported.id)
            except VaultError:  # a former key
                file = None
        return file is not None and self.attempt(account.id, lambda: action(file))

    def secrets_of(self, account: Account, which: int) -> dict[str, str]:
        with acting_as(account.id), suppress(VaultError):
            file = case_file(account.id, account.secret, self.case(which).id)
            if file is not None:
                return {name: keys.secret for name, keys in file.strands.items()}
        return {}

    def shut_out(self, account: Account, which: int, secrets: dict[str, str]) -> None:
        case = self.case(which).id
        self.excluded.add((case, account.id))
        self.kept[case, account.id] = self.kept.get((case, account.id), {}) | secrets


class _Undone(Exception):  # noqa: N818 - no error
    """Something happened that no rule can forbid; the machine takes it back."""


def open_cases() -> list[Case]:
    return list(Case.objects.filter(status__in=OPEN_STATUSES).select_related("unit"))


def reachable(case: Case, day: dt.date | None = None, *, reserve: bool = False) -> set[UUID]:
    """Compute who can work on a case, without asking the functions of the database."""
    day = day or today()
    keys = CaseKey.objects.filter(case=case, strand=Strand.PROTECTION)
    granted = {k.person_id: k.public for k in keys if reserve or not k.is_reserve}
    present = PersonKey.objects.filter(person__in=granted, person__is_active=True)
    current = {key.person_id for key in present if granted[key.person_id] == key.public}
    members = Membership.objects.filter(organisation_id=case.organisation_id, ended_on=None)
    fitting = {m.person_id for m in members if pillar_of(m.role) == case.unit.pillar}
    absences = Absence.objects.filter(starts_on__lte=day, ends_on__gte=day)
    return (current & fitting) - {each.person_id for each in absences}


def gaps() -> bool:
    """Tell whether on some coming day nobody could work on an open case."""
    with as_owner():
        days = [today(), *Absence.objects.values_list("starts_on", flat=True)]
        return any(
            not reachable(case, max(day, today()), reserve=True)
            for case in open_cases()
            for day in days
        )


def newest_entry(case: UUID) -> Any:
    with as_owner():
        found = Entry.objects.filter(case_id=case, strand=Strand.INTERNAL)
        return found.latest("sequence")


def opens(account: Account, case: UUID) -> bool:
    with acting_as(account.id):
        try:
            file = case_file(account.id, account.secret, case)
        except VaultError:
            return False
        return file is not None and any(e.kind == EntryKind.REPORT for e in file.entries)


def state() -> list[Any]:
    with as_owner():
        return [
            sorted(
                CaseKey.objects.values_list("case", "person", "strand", "generation", "is_reserve")
            ),
            sorted(Case.objects.values_list("pk", "status", "last_sequence", "version")),
            sorted(Membership.objects.filter(ended_on=None).values_list("pk", flat=True)),
            sorted(Absence.objects.values_list("person", "starts_on", "ends_on")),
        ]


def run(machine: type[Unit], town: Town, examples: int) -> None:
    machine.town = town
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_each_open_case_has_somebody_and_nobody_excluded(town: Town) -> None:
    run(Unit, town, 10)


# --- Negative controls: one guard broken each


class LeavesUnnoticed(Unit):
    """A membership ends past komma_end_access."""

    @rule(who=WHICH)
    def leave(self, who: int) -> None:
        with as_owner():
            people = Membership.objects.filter(person_id=self.person(who).id)
            people.update(ended_on=today())


class AwayUnnoticed(Unit):
    """An absence arises past komma_record_absence."""

    def record(self, person: UUID, days: Days, by: UUID) -> None:
        with as_owner():
            Absence.objects.create(
                person_id=person,
                organisation_id=self.town.municipality.pk,
                starts_on=days.first,
                ends_on=days.last,
            )


class ExcludedInNameOnly(Unit):
    """An exclusion is stored, and the keys stay."""

    @rule(by=WHICH, whom=WHICH, which=WHICH)
    def exclude(self, by: int, whom: int, which: int) -> None:
        target = self.person(whom)
        if target.id != self.person(by).id:
            self.shut_out(target, which, self.secrets_of(target, which))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("machine", "finding"),
    [
        (LeavesUnnoticed, "nobody for"),
        (AwayUnnoticed, "nobody for"),
        (ExcludedInNameOnly, "exists"),
    ],
)
def test_a_broken_guard_is_found(town: Town, machine: type[Unit], finding: str) -> None:
    with pytest.raises(AssertionError, match=finding):
        run(machine, town, 100)
