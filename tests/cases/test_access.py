"""Keys change hands, and end: for good, and for what is written afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import Error, connection, transaction

from komma.cases import rules
from komma.cases.actions import access, opening, writing
from komma.cases.actions.errors import Refused
from komma.cases.actions.mailbox import write_message
from komma.cases.codes import Strand
from komma.cases.models import CaseKey, CaseReceipt, Entry
from komma.cases.queries import case_file
from komma.cases.strands import entry_context, open_strands
from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as, use_receipt
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import Transplanted, WrongKey, unseal, unseal_json
from komma.municipalities.actions import end_membership
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from komma.people.models import PersonKey
from tests.factories import as_owner
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town


def newest(reported: Reported, strand: str) -> Entry:
    with as_owner():
        found = Entry.objects.filter(case_id=reported.id, strand=strand)
        return found.order_by("-sequence")[:1].get()


def opens(entry: Entry, secret: str) -> bool:
    try:
        unseal_json(
            bytes(entry.body), identity=secret, context=entry_context(entry.case_id, entry.pk)
        )
    except WrongKey:
        return False
    return True


def sees(account: Account, reported: Reported) -> bool:
    with acting_as(account.id):
        return case_file(account.id, account.secret, reported.id) is not None


def write_from_outside(reported: Reported, text: str) -> None:
    with transaction.atomic():
        assert write_message(box_of(reported), text)
        use_receipt("")


def test_excluding_ends_access_to_everything_new(town: Town, reported: Reported) -> None:
    holder, accused = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    with acting_as(accused.id):
        kept = open_strands(reported.id, accused.id, accused.secret)  # copied by the accused
    write_from_outside(reported, "vorher")
    assert opens(newest(reported, Strand.MAILBOX), kept[Strand.MAILBOX].secret)  # control
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), accused.id, "Ist selbst beteiligt.")
    assert not sees(accused, reported)
    write_from_outside(reported, "nachher")
    with acting_as(holder.id):
        file = case_of(holder, reported)
        writing.note(file, "Intern nach dem Ausschluss")
        texts = [entry.text for entry in case_of(holder, reported).entries]
    assert texts[1] == "vorher"
    assert texts[-2:] == ["nachher", "Intern nach dem Ausschluss"]
    for strand in (Strand.MAILBOX, Strand.INTERNAL):
        assert not opens(newest(reported, strand), kept[strand].secret)
    with transaction.atomic():
        assert [e.text for e in box_of(reported).entries] == ["", "vorher", "nachher"]
        use_receipt("")


def test_deputies_in_reserve_follow_a_rotation(town: Town, reported: Reported) -> None:
    holder, deputy = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 2)
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), town.one(Pillar.ASSAULT, 1).id)
        assert access.call_in_deputies(case_of(holder, reported)) == 1
    with acting_as(deputy.id):
        file = case_of(deputy, reported)
        assert file.mailbox.generation == 2
        assert file.report is not None
        assert all(entry.readable for entry in file.entries)


def test_an_excluded_person_cannot_be_granted(town: Town) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    reported = make_report(town, excluded={leader.id})
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        with pytest.raises(Refused, match="ist für diesen Fall ausgeschlossen"):
            access.grant(case_of(holder, reported), leader.id)
        # The database refuses on its own, too.
        with pytest.raises(Error, match="excluded"), transaction.atomic():
            _grant_directly(reported, leader)
    assert not sees(leader, reported)


def test_an_excluded_role_cannot_be_granted(town: Town) -> None:
    reported = make_report(town, excluded_roles=frozenset({"leadership"}))
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id), pytest.raises(Refused, match="ausgeschlossen"):
        access.grant(case_of(holder, reported), town.one(Pillar.LEADERSHIP).id)


def _grant_directly(reported: Reported, target: Account) -> None:
    tag = rules.exclusion_tag(reported.id, target.id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT komma_grant(%s, %s, %s, ARRAY[%s::bytea], %s, %s)",
            [
                reported.id,
                target.id,
                target.keys.public,
                tag,
                "Leitung",
                '[{"id": "00000000-0000-4000-8000-000000000001", "strand": "mailbox",'
                ' "generation": 1, "sealed": "00"}]',
            ],
        )


def test_only_a_holder_grants(town: Town, reported: Reported) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    for account in (town.one(Pillar.SUPPORT), leader, town.one(Pillar.ASSAULT, 2)):
        with (
            acting_as(account.id),
            pytest.raises(Error, match="no key of this case"),
            transaction.atomic(),
        ):
            _grant_directly(reported, leader)
    with acting_as(town.one(Pillar.ASSAULT).id):  # control: a holder can
        _grant_directly(reported, leader)


def test_leadership_reads_and_notes_but_does_not_handle(town: Town, reported: Reported) -> None:
    holder, leader = town.one(Pillar.ASSAULT), town.one(Pillar.LEADERSHIP)
    with acting_as(holder.id):
        access.grant(case_of(holder, reported), leader.id, "Bitte mitlesen")
    with acting_as(leader.id):
        file = case_of(leader, reported)
        assert set(file.strands) == {Strand.MAILBOX, Strand.INTERNAL}
        assert writing.note(file, "Gelesen")
        for refused in (
            lambda: writing.reply(file, "Antwort"),
            lambda: access.grant(file, town.one(Pillar.COORDINATION).id),
            lambda: access.exclude(file, holder.id),
        ):
            with pytest.raises(Refused, match="Mit Ihrer Rolle"):
                refused()


def test_a_role_of_another_pillar_gets_no_key(town: Town, reported: Reported) -> None:
    holder, foreign = town.one(Pillar.ASSAULT), town.one(Pillar.COMPLAINT)
    with acting_as(holder.id):
        with pytest.raises(Refused, match="keinen Zugang"):
            access.grant(case_of(holder, reported), foreign.id)
        with pytest.raises(Error, match="no colleague"), transaction.atomic():
            _grant_directly(reported, foreign)


def test_recusing_hides_the_case_and_shuts_out(town: Town, reported: Reported) -> None:
    holder, second = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    with acting_as(holder.id):
        access.recuse(case_of(holder, reported), "Selbes Team.")
        assert case_file(holder.id, holder.secret, reported.id) is None
    with acting_as(second.id):
        with pytest.raises(Refused, match="ausgeschlossen"):
            access.grant(case_of(second, reported), holder.id)
        access.recuse(case_of(second, reported), "Auch ich.")  # the deputy steps in
    deputy = town.one(Pillar.ASSAULT, 2)
    with acting_as(deputy.id):
        file = case_of(deputy, reported)
        assert [h.person for h in file.active] == [deputy.id]
        with pytest.raises(Refused, match="niemand mehr"):
            access.recuse(file, "Und ich.")
    assert sees(deputy, reported)  # a refusal leaves everything as it was
    with as_owner():
        tags = rules.exclusion_tag(reported.id, deputy.id)
        assert not Entry.objects.filter(body=tags).exists()


def test_the_database_keeps_a_last_holder_and_leaves_nobody_out(
    town: Town, reported: Reported
) -> None:
    holder, second = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    pair = new_key_pair()
    with acting_as(holder.id):
        for removed, message in (
            ([second.id], "left out"),
            ([holder.id, second.id, town.one(Pillar.ASSAULT, 2).id], "last holder"),
        ):
            with (
                pytest.raises(Error, match=message),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(
                    "SELECT komma_rotate(%s, 'mailbox', 1, gen_random_uuid(), %s, '', %s::uuid[],"
                    " '[]', '', NULL)",
                    [reported.id, pair.public, removed],
                )


def test_a_swapped_key_is_not_sealed_to(town: Town, reported: Reported) -> None:
    holder, second = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    attacker = new_key_pair()
    with as_owner():
        PersonKey.objects.filter(person_id=second.id).update(public=attacker.public)
        CaseReceipt.objects.filter(case_id=reported.id).update(public=attacker.public)
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), town.one(Pillar.ASSAULT, 2).id)
        assert [h.person for h in case_of(holder, reported).active] == [holder.id]
        assert AuditEntry.objects.filter(kind="key.rejected").exists()
    with as_owner():
        receipt = CaseReceipt.objects.get(case_id=reported.id)
        rows = [bytes(k.sealed) for k in CaseKey.objects.all()] + [bytes(receipt.sealed)]
    context = entry_context(reported.id, reported.id)
    for row in rows:
        with pytest.raises(WrongKey):
            unseal(row, identity=attacker.secret, context=context)


def test_entries_cannot_be_moved_to_another_case(town: Town, reported: Reported) -> None:
    other = make_report(town)
    entry = newest(reported, Strand.MAILBOX)
    with pytest.raises(Transplanted):
        unseal_json(
            bytes(entry.body),
            identity=reported.mailbox.secret,
            context=entry_context(other.id, entry.pk),
        )


def test_ending_a_membership_ends_the_keys(town: Town, reported: Reported) -> None:
    holder, leaver = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    administration = town.one(Pillar.ADMINISTRATION)
    with acting_as(leaver.id):
        kept = open_strands(reported.id, leaver.id, leaver.secret)[Strand.MAILBOX].secret
    with acting_as(administration.id):
        membership = Membership.objects.get(person_id=leaver.id)
        end_membership(membership=membership, by=administration.id)
    assert not sees(leaver, reported)
    with acting_as(holder.id):
        opening.renew_keys(case_of(holder, reported))
        file = case_of(holder, reported)
        assert not file.case.rotation_due
    write_from_outside(reported, "danach")
    assert not opens(newest(reported, Strand.MAILBOX), kept)


def test_opening_is_shown_to_the_reporter_once_a_day(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        for _twice in range(2):
            opening.record_opening(case_of(holder, reported))
        opened = AuditEntry.objects.filter(kind="case.opened", case_id=reported.id)
        assert opened.count() == 1
    with transaction.atomic():
        assert [view.function for view in box_of(reported).openings] == ["Fallführung 1"]
        use_receipt("")
