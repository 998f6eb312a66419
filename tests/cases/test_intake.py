"""A report becomes a case: who can read it, and that nobody else can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions.mailbox import ask_for_deletion, withdraw, write_message
from komma.cases.codes import EntryKind, Status
from komma.cases.models import Case, CaseEmergency, CaseKey, Entry
from komma.cases.queries import mailbox, visible_cases
from komma.cases.strands import open_strands
from komma.cases.timeline import open_entries
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.factories import as_owner
from tests.factories.reports import TEXT, Reported, make_report
from tests.factories.towns import without_emergency_keys

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town


def read_by(account: Account, reported: Reported) -> list[str]:
    """Return the descriptions that a person can open."""
    with acting_as(account.id):
        strands = open_strands(reported.id, account.id, account.secret)
        entries = open_entries(Entry.objects.filter(case_id=reported.id), strands)
        return [entry.body["facts"]["description"] for entry in entries if "facts" in entry.body]


def sees(account: Account, town: Town) -> int:
    with acting_as(account.id):
        return visible_cases(town.municipality.pk).count()


def test_members_of_the_receiving_unit_read_it_and_nobody_else(
    town: Town, other_town: Town
) -> None:
    reported = make_report(town)
    for number in (0, 1):
        assert read_by(town.one(Pillar.ASSAULT, number), reported) == [TEXT]
    deputy, colleague = town.one(Pillar.ASSAULT, 2), town.one(Pillar.SUPPORT)
    for account in (deputy, colleague, other_town.one(Pillar.ASSAULT)):
        assert read_by(account, reported) == []
        assert sees(account, town) == 0
    assert sees(town.one(Pillar.ASSAULT), town) == 1
    assert Case.objects.count() == 0  # nobody


def test_an_excluded_person_gets_no_key(town: Town) -> None:
    accused = town.one(Pillar.ASSAULT, 0)
    reported = make_report(town, excluded={accused.id})
    assert sees(accused, town) == 0
    with as_owner():
        assert not CaseKey.objects.filter(case_id=reported.id, person_id=accused.id).exists()
    assert read_by(town.one(Pillar.ASSAULT, 1), reported) == [TEXT]


def test_deputies_hold_a_reserve_they_cannot_see(town: Town) -> None:
    make_report(town)
    deputy = town.one(Pillar.ASSAULT, 2)
    with acting_as(deputy.id):
        assert not CaseKey.objects.exists()
    with as_owner():
        assert CaseKey.objects.filter(person_id=deputy.id, is_reserve=True).count() == 3


def test_the_receipt_opens_the_mailbox_and_only_this_one(town: Town) -> None:
    reported, other = make_report(town), make_report(town)
    with transaction.atomic():
        use_receipt(reported.receipt.lookup)
        found = mailbox(reported.receipt.lookup, reported.receipt.secret)
        assert found is not None
        assert found.number == reported.number
        assert found.entries[0].facts == [("Was passiert ist", TEXT)]
        assert Case.objects.count() == 1
        assert mailbox(other.receipt.lookup, other.receipt.secret) is None
        assert mailbox(reported.receipt.lookup, other.receipt.secret) is None


def test_messages_reach_the_holders_once_each(town: Town) -> None:
    reported = make_report(town)
    holder = town.one(Pillar.ASSAULT)
    with transaction.atomic():
        use_receipt(reported.receipt.lookup)
        box = mailbox(reported.receipt.lookup, reported.receipt.secret)
        assert box is not None
        assert write_message(box, "Noch etwas", token="eins")
        assert not write_message(box, "Noch etwas", token="eins")
        assert write_message(box, "Heute wieder", kind=EntryKind.DIARY, facts={"place": "Bus"})
        use_receipt("")
    with acting_as(holder.id):
        strands = open_strands(reported.id, holder.id, holder.secret)
        entries = open_entries(Entry.objects.filter(case_id=reported.id), strands)
        assert [entry.text for entry in entries[1:]] == ["Noch etwas", "Heute wieder"]
        assert Case.objects.get().last_sequence == 3


def test_withdrawing_closes_and_sets_the_day_of_deletion(town: Town) -> None:
    reported = make_report(town)
    with transaction.atomic():
        use_receipt(reported.receipt.lookup)
        box = mailbox(reported.receipt.lookup, reported.receipt.secret)
        assert box is not None
        withdraw(box, "Ich möchte nicht mehr.")
        ask_for_deletion(box)
        case = Case.objects.get()
        use_receipt("")
    assert (case.status, case.news_for_holders) == (Status.WITHDRAWN, True)
    assert case.closed_on is not None
    assert case.delete_on is not None
    assert case.delete_on.year == case.closed_on.year + 4


def test_no_runtime_role_inserts_keys_itself(town: Town) -> None:
    reported = make_report(town)
    outsider = town.one(Pillar.SUPPORT)
    for statement in (
        "INSERT INTO cases_casekey SELECT * FROM cases_casekey",
        "INSERT INTO cases_casestrand SELECT * FROM cases_casestrand",
        "INSERT INTO cases_casereceipt SELECT * FROM cases_casereceipt",
        "INSERT INTO cases_case SELECT * FROM cases_case",
        "UPDATE cases_casekey SET is_reserve = false",
        "DELETE FROM cases_casekey",
        "UPDATE cases_entry SET body = ''",
    ):
        refused = pytest.raises(Error, match="permission denied")
        with refused, acting_as(outsider.id), connection.cursor() as cursor:
            cursor.execute(statement)
    assert reported.number


def test_without_emergency_keys_nothing_is_sealed_for_them(town: Town) -> None:
    make_report(town)
    with as_owner():
        sealed = CaseEmergency.objects.filter(case__organisation_id=town.municipality.pk)
        assert sealed.count() == 3, "what a house with keys gets"
        CaseEmergency.objects.all().delete()
        without_emergency_keys(town)
    make_report(town)
    with as_owner():
        assert sealed.count() == 0
