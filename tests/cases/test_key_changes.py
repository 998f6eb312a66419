"""Keys that change while somebody else is at work, and people who lose a role or a key."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions import access, entries, escalation, opening, work, writing
from komma.cases.actions.entries import IncomingFile, seal_meta
from komma.cases.actions.errors import Refused, Stale
from komma.cases.actions.mailbox import write_message
from komma.cases.codes import Strand
from komma.cases.models import Case, CaseKey, Entry
from komma.cases.queries import case_file, mailbox
from komma.cases.strands import entry_context, open_strands
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import VaultError, WrongKey, unseal_json
from komma.municipalities.actions import end_membership
from komma.municipalities.actions.errors import Refused as MemberRefused
from komma.municipalities.codes import Pillar, Role
from komma.municipalities.models import Membership
from komma.people.models import PersonKey
from komma.people.rules import key_mac
from tests.factories import as_owner, as_worker
from tests.factories.people import Account, make_account
from tests.factories.reports import Reported, box_of, case_of, make_report
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from uuid import UUID

    from tests.factories.towns import Town


@pytest.fixture
def third(town: Town) -> Account:
    """A third case lead, who is no deputy."""
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ASSAULT], account)
    return account


def opens(account: Account, reported: Reported) -> bool:
    with acting_as(account.id):
        try:
            return case_file(account.id, account.secret, reported.id) is not None
        except (VaultError, KeyError):
            return False


def end(town: Town, person: UUID, role: str = Role.CASE_LEAD) -> None:
    administration = town.one(Pillar.ADMINISTRATION)
    with acting_as(administration.id):
        membership = Membership.objects.get(person_id=person, role=role, ended_on=None)
        end_membership(membership=membership, by=administration.id)


def replace_vault(account: Account) -> Account:
    """Give somebody who lost the key a new one, with its proof."""
    keys = new_key_pair()
    with as_owner():
        PersonKey.objects.filter(person_id=account.id).update(
            public=keys.public, mac=key_mac(account.id, keys.public)
        )
    return Account(account.person, keys)


# --- Two at once


def test_two_exclusions_at_once_keep_the_case_readable(town: Town, third: Account) -> None:
    reported = make_report(town)
    first, second, deputy = (town.one(Pillar.ASSAULT, number) for number in range(3))
    with acting_as(third.id):
        behind = case_of(third, reported)
    with acting_as(first.id):
        access.exclude(case_of(first, reported), second.id)
    with acting_as(third.id):
        for late in (
            lambda: access.exclude(behind, deputy.id),
            lambda: access.grant(behind, town.one(Pillar.COORDINATION).id),
            lambda: access.recuse(behind, "x"),
            lambda: writing.note(behind, "x"),
            lambda: work.take_over(behind, "x", version=behind.case.version),
        ):
            with pytest.raises(Stale):
                late()
        access.exclude(case_of(third, reported), deputy.id)  # control: with the newest keys
    assert opens(first, reported)
    assert opens(third, reported)
    with transaction.atomic():
        assert box_of(reported).generation == 3
        use_receipt("")


def test_without_the_guards_nobody_could_read_it(
    town: Town, third: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: what two exclusions at once did before."""
    reported = make_report(town)
    first, second, deputy = (town.one(Pillar.ASSAULT, number) for number in range(3))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('komma_rotate'::regproc)")
        body = cursor.fetchone()[0]
        guard = "PERFORM komma_check_generation(of_case, of_strand, former);"
        assert guard in body
        next_one = (
            "SELECT max(generation) + 1 INTO next_generation FROM cases_casestrand"
            " WHERE case_id = of_case AND strand = of_strand;"
        )
        cursor.execute(body.replace(guard, next_one))
    monkeypatch.setattr(entries, "demand_newest", lambda case, file: None)
    with acting_as(third.id):
        behind = case_of(third, reported)
    with acting_as(first.id):
        access.exclude(case_of(first, reported), second.id)
    with acting_as(third.id):
        access.exclude(behind, deputy.id)
    assert not opens(first, reported)


@pytest.mark.parametrize("generation", [0, 2])
def test_the_database_takes_the_newest_generation_only(
    town: Town, reported: Reported, generation: int
) -> None:
    holder, leader = town.one(Pillar.ASSAULT), town.one(Pillar.LEADERSHIP)
    statements: tuple[tuple[str, list[UUID | str | int]], ...] = (
        (
            "SELECT komma_rotate(%s, 'mailbox', %s, gen_random_uuid(), 'x', '', '{}', '[]', '', NULL)",
            [reported.id, generation],
        ),
        (
            "SELECT komma_grant(%s, %s, %s, '{}', 'x', jsonb_build_array(jsonb_build_object("
            "'id', gen_random_uuid(), 'strand', 'mailbox', 'sealed', '00', 'generation', %s::int)))",
            [reported.id, leader.id, leader.keys.public, generation],
        ),
    )
    for statement, parameters in statements:
        with (
            acting_as(holder.id),
            pytest.raises(Error, match="newest generation"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, parameters)


def test_access_given_since_the_page_was_opened_ends_with_an_exclusion(
    town: Town, reported: Reported
) -> None:
    first, second = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    leader = town.one(Pillar.LEADERSHIP)
    with acting_as(second.id):
        opened = case_of(second, reported)
    with acting_as(first.id):
        access.grant(case_of(first, reported), leader.id)
    with acting_as(second.id):
        access.exclude(opened, leader.id)
    with as_owner():
        assert not CaseKey.objects.filter(case_id=reported.id, person_id=leader.id).exists()


def test_a_message_during_a_rotation_is_closed_to_who_left(town: Town, reported: Reported) -> None:
    holder, accused = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    with acting_as(accused.id):
        kept = open_strands(reported.id, accused.id, accused.secret)[Strand.MAILBOX].secret
    with transaction.atomic():
        box = box_of(reported)  # the reporter is writing
        use_receipt("")
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), accused.id)
    file_id = reported.id
    meta = {"name": "a.txt", "type": "text/plain", "size": 1, "sha256": "0"}
    old = IncomingFile(file_id, "blob", seal_meta(reported.id, file_id, box.public, meta), 1)
    with transaction.atomic():
        use_receipt(reported.receipt.lookup)
        with pytest.raises(Stale, match="noch einmal"):
            write_message(box, "mit Datei", [old])
        assert write_message(box, "nach dem Ausschluss")
        found = mailbox(reported.receipt.lookup, reported.receipt.secret)
        assert found is not None
        assert found.entries[-1].text == "nach dem Ausschluss"
        use_receipt("")
    with as_owner():
        entry = Entry.objects.filter(case_id=reported.id, strand=Strand.MAILBOX).latest("sequence")
    with pytest.raises(WrongKey):
        unseal_json(bytes(entry.body), identity=kept, context=entry_context(reported.id, entry.pk))


# --- A new vault


def test_a_new_vault_reads_nothing_before_a_new_grant(town: Town, third: Account) -> None:
    reported = make_report(town)
    holder, deputy = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 2)
    renewed = replace_vault(third)
    assert not opens(renewed, reported)
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), deputy.id)  # rotates
    assert not opens(renewed, reported)
    with acting_as(holder.id):
        access.grant(case_of(holder, reported), renewed.id)
        access.exclude(case_of(holder, reported), town.one(Pillar.ASSAULT, 1).id)
    assert opens(renewed, reported)  # control: granted anew, and kept by the next rotation


# --- Excluded roles


def test_an_excluded_role_stays_out_in_another_role(town: Town) -> None:
    """By the page and by the database: all tags of a person count."""
    leader, holder = town.one(Pillar.LEADERSHIP), town.one(Pillar.ASSAULT)
    reported = make_report(town, excluded_roles=frozenset({Role.LEADERSHIP}))
    with as_owner():
        make_member(town.units[Pillar.ASSAULT], leader)
    with acting_as(holder.id), pytest.raises(Refused, match="ausgeschlossen"):
        access.grant(case_of(holder, reported), leader.id)
    assert not opens(leader, reported)
    with pytest.raises(Error, match="excluded"):
        make_report(town, excluded_roles=frozenset({Role.LEADERSHIP}))  # routed without asking
    assert make_report(town)  # control


# --- Nobody left to work on a case


@pytest.fixture
def only_a_reader_beside(town: Town, reported: Reported) -> Account:
    """The case has one holder left, who recuses, and coordination, which reads."""
    holder, coordination = town.one(Pillar.ASSAULT), town.one(Pillar.COORDINATION)
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
        access.grant(case_of(holder, reported), coordination.id)
        access.exclude(case_of(holder, reported), town.one(Pillar.ASSAULT, 1).id)
    return holder


def test_deputies_step_in_though_a_reader_is_left(
    town: Town, reported: Reported, only_a_reader_beside: Account
) -> None:
    with acting_as(only_a_reader_beside.id):
        access.recuse(case_of(only_a_reader_beside, reported), "befangen")
    assert opens(town.one(Pillar.ASSAULT, 2), reported)


def test_deputies_step_in_when_the_last_handler_leaves_and_the_reporter_learns_it(
    town: Town, reported: Reported, only_a_reader_beside: Account
) -> None:
    end(town, only_a_reader_beside.id)
    assert opens(town.one(Pillar.ASSAULT, 2), reported)
    with as_owner():
        called = AuditEntry.objects.get(case_id=reported.id, kind="case.deputies_called")
        assert called.person_id is None
    with acting_as(town.one(Pillar.ADMINISTRATION).id):
        assert not AuditEntry.objects.filter(case_id=reported.id).exists()
    with as_worker():
        assert escalation.tell_of_deputies() == 1
        assert escalation.tell_of_deputies() == 0
    with transaction.atomic():
        assert "Vertretung" in box_of(reported).entries[-1].text
        use_receipt("")


def test_the_last_who_can_work_on_a_case_stays_though_a_reader_is_left(
    town: Town, reported: Reported, only_a_reader_beside: Account
) -> None:
    with as_owner():
        CaseKey.objects.filter(case_id=reported.id, is_reserve=True).delete()
    with pytest.raises(MemberRefused):
        end(town, only_a_reader_beside.id)
    assert opens(only_a_reader_beside, reported)
    end(town, town.one(Pillar.COORDINATION).id, Role.COORDINATION)  # control: a reader can go
    assert not opens(town.one(Pillar.COORDINATION), reported)


def test_a_case_in_work_escalates_only_where_nobody_can_work_on_it(
    town: Town, reported: Reported
) -> None:
    first, second, deputy = (town.one(Pillar.ASSAULT, number) for number in range(3))
    with acting_as(first.id):
        work.take_over(case_of(first, reported), "frei", version=0)
    with as_owner():
        Case.objects.filter(pk=reported.id).update(answer_due_on=today() - dt.timedelta(days=9))
    replace_vault(first)
    with as_worker():
        assert escalation.escalate() == 0  # control: one is left
    replace_vault(second)
    with as_worker():
        assert escalation.escalate() == 1
    assert opens(deputy, reported)


# --- A role ends


def test_a_case_lead_who_is_also_coordination_keeps_nothing(town: Town) -> None:
    leaver, reader = town.one(Pillar.ASSAULT, 1), town.one(Pillar.COORDINATION)
    with as_owner():
        make_member(town.units[Pillar.COORDINATION], leaver)
        make_member(town.units[Pillar.LEADERSHIP], reader)
    reported = make_report(town)
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        access.grant(case_of(holder, reported), reader.id)
    end(town, leaver.id)
    assert not opens(leaver, reported)
    end(town, reader.id, Role.COORDINATION)
    assert opens(reader, reported)  # control: leadership may still read what was granted


# --- What the reporter sees


def test_a_download_is_an_opening(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        opening.record_downloaded(case_of(holder, reported))
        assert AuditEntry.objects.filter(kind="case.downloaded").count() == 1
    with transaction.atomic():
        assert [view.function for view in box_of(reported).openings] == ["Fallführung 1"]
        use_receipt("")
