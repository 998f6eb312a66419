"""Another body takes a case: who can read what before, meanwhile and afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from komma.cases.actions import access, handover, mailbox, work, writing
from komma.cases.actions.errors import Refused
from komma.cases.codes import Consent, EntryKind, HandOverState, Status, Strand
from komma.cases.handovers import OpenOffer, given_away, offer_of, offers
from komma.cases.models import (
    Case,
    CaseEmergency,
    CaseExclusion,
    CaseStrand,
    Entry,
    HandOver,
    HandOverKey,
)
from komma.cases.queries import case_file
from komma.cases.rules import role_exclusion_tag
from komma.cases.silence import promised_until
from komma.cases.strands import brief_context, entry_context, open_strands
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.core.vault.keys import public_of
from komma.core.vault.sealing import VaultError, unseal
from komma.municipalities.codes import Pillar, Role
from komma.municipalities.models import Membership, Municipality
from tests.cases.test_emergency import opened as opened_in_emergency
from tests.cases.test_emergency import public
from tests.factories import as_owner
from tests.factories.reports import TEXT, Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from komma.cases.queries import CaseFile
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.usefixtures("agreed")

REASON = "Die Kreisstelle hat mehr Erfahrung."
BRIEF = "Drohungen gegen jemanden im Ehrenamt."


def question(there: Town, pillar: str = Pillar.ASSAULT, **options: Any) -> handover.Question:
    chosen = {"consent": Consent.GIVEN, "given_on": today()} | options
    return handover.Question(unit=there.units[pillar].pk, reason=REASON, brief=BRIEF, **chosen)


def make_offer(town: Town, there: Town, reported: Reported, **options: Any) -> HandOver:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        file = case_of(holder, reported)
        handover.offer(file, question(there, **options), version=file.case.version)
        return HandOver.objects.get(case_id=reported.id, state=HandOverState.OFFERED)


def opened(account: Account, offer: HandOver) -> OpenOffer:
    found = offer_of(account.secret, offer.pk)
    assert found is not None
    return found


def take(account: Account, offer: HandOver) -> CaseFile:
    with acting_as(account.id):
        return handover.take(opened(account, offer), account.id, account.secret)


def texts(reported: Reported) -> list[str]:
    with transaction.atomic():
        return [entry.text for entry in box_of(reported).entries]


def test_the_other_body_reads_the_case_only_after_taking_it(
    town: Town, other_town: Town, reported: Reported
) -> None:
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    offer = make_offer(town, other_town, reported)
    with acting_as(there.id):
        assert [found.pk for found in offers()] == [offer.pk]
        assert opened(there, offer).brief == BRIEF
        assert case_file(there.id, there.secret, reported.id) is None
        assert not HandOverKey.objects.exists()
        assert not Entry.objects.exists()
    with acting_as(here.id):
        assert case_of(here, reported).report is not None

    file = take(there, offer)
    assert file.report is not None
    assert file.report.body["facts"]["description"] == TEXT
    assert file.case.organisation_id == other_town.municipality.pk
    assert file.case.concerns_id == town.municipality.pk
    assert file.case.status == Status.RECEIVED
    assert {holder.person for holder in file.active} == {
        other_town.one(Pillar.ASSAULT, number).id for number in (0, 1)
    }
    assert [holder.person for holder in file.reserve] == [other_town.one(Pillar.ASSAULT, 2).id]
    with acting_as(here.id):
        assert case_file(here.id, here.secret, reported.id) is None
        assert not Case.objects.exists()
        assert [found.number for found in given_away()] == [reported.number]
    with acting_as(there.id):
        assert given_away() == []


def test_the_former_body_cannot_open_what_is_written_later(
    town: Town, other_town: Town, reported: Reported
) -> None:
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    with acting_as(here.id):
        kept = open_strands(reported.id, here.id, here.secret)  # somebody kept the secrets
    take(there, make_offer(town, other_town, reported))
    with acting_as(there.id):
        file = case_of(there, reported)
        work.take_over(file, "frei", version=file.case.version)
        writing.note(case_of(there, reported), "Nur für uns.")
    with as_owner():
        strand = CaseStrand.objects.filter(case_id=reported.id, strand=Strand.INTERNAL)
        newest = strand.latest("generation")
        assert newest.generation == 2
        later = list(Entry.objects.filter(case_id=reported.id, generation=2))
        early = Entry.objects.get(case_id=reported.id, sequence=1)
    old = kept[Strand.MAILBOX].secret, kept[Strand.INTERNAL].secret
    assert unseal(
        bytes(early.body), identity=old[0], context=entry_context(early.case_id, early.pk)
    )
    assert len(later) >= 3
    for entry in later:
        for secret in old:
            with pytest.raises(VaultError):
                unseal(
                    bytes(entry.body),
                    identity=secret,
                    context=entry_context(entry.case_id, entry.pk),
                )


def test_the_reporter_reads_all_of_it_with_the_same_receipt(
    town: Town, other_town: Town, reported: Reported
) -> None:
    with as_owner():
        Municipality.objects.filter(pk=other_town.municipality.pk).update(
            address="Kreishausplatz 1\n12345 Kreisstadt", answer_days=5
        )
    offer = make_offer(town, other_town, reported)
    asked = texts(reported)[-1]
    assert REASON in asked
    assert "ja, am" in asked
    assert "Kreishausplatz 1" in asked
    assert "Fallführung 1" in asked
    with transaction.atomic():
        assert "Angefragt seit" in box_of(reported).whereabouts
    take(other_town.one(Pillar.ASSAULT), offer)
    with transaction.atomic():
        box = box_of(reported)
        assert box.whereabouts.startswith("Ihr Fall liegt seit")
        assert box.entries[0].text == ""
        assert box.entries[0].facts
        assert "liegt jetzt bei einer anderen Stelle" in box.entries[-1].text
        assert (box.case.answer_due_on - today()).days == 5
        mailbox.write_message(box, "Danke.")
        assert box_of(reported).entries[-1].text == "Danke."
    assert BRIEF not in json.dumps(texts(reported))


def test_what_the_former_body_said_is_no_answer_of_the_next(
    town: Town, other_town: Town, reported: Reported
) -> None:
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    with acting_as(here.id):
        work.take_over(case_of(here, reported), "frei", version=0)
        writing.reply(case_of(here, reported), "Wir fragen die andere Stelle.")
    take(there, make_offer(town, other_town, reported))
    with acting_as(there.id):
        file = case_of(there, reported)
        assert file.case.awaits_answer
        work.take_over(file, "frei", version=file.case.version)
        file = case_of(there, reported)
        assert promised_until(file.case, file.entries) == file.case.answer_due_on
        writing.reply(file, "Wir kümmern uns.")
        assert not case_of(there, reported).case.awaits_answer


def test_the_brief_lies_sealed(town: Town, other_town: Town, reported: Reported) -> None:
    offer = make_offer(town, other_town, reported)
    assert BRIEF.encode() not in bytes(offer.brief)
    here, stranger = town.one(Pillar.ASSAULT), other_town.one(Pillar.COMPLAINT)
    with acting_as(stranger.id):
        assert offers() == []
        assert not HandOver.objects.exists()
    for account in (here, stranger):
        with pytest.raises(VaultError):
            unseal(
                bytes(offer.brief),
                identity=account.secret,
                context=brief_context(reported.id, offer.pk),
            )


def test_declining_reads_nothing_and_tells_why(
    town: Town, other_town: Town, reported: Reported
) -> None:
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    offer = make_offer(town, other_town, reported)
    with acting_as(there.id):
        handover.decline(opened(there, offer), there.id, "Wir sind nicht zuständig.")
        assert offers() == []
        assert not Entry.objects.exists()
        assert not HandOver.objects.exists()
    assert "Wir sind nicht zuständig." in texts(reported)[-1]
    with transaction.atomic():
        assert "abgelehnt von" in box_of(reported).whereabouts
    with acting_as(here.id):
        file = case_of(here, reported)
        assert file.offer is None
        assert file.can_be_offered
        assert "Wir sind nicht zuständig." in file.entries[-1].text
        assert file.entries[-1].kind == EntryKind.HAND_OVER
    with as_owner():
        assert not HandOverKey.objects.exists()
        case = Case.objects.get()
        assert case.news_for_holders
        assert case.news_for_reporter


def test_taking_back_ends_the_offer(town: Town, other_town: Town, reported: Reported) -> None:
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    offer = make_offer(town, other_town, reported)
    with acting_as(there.id):
        found = opened(there, offer)
    with acting_as(here.id):
        handover.take_back(case_of(here, reported))
    with acting_as(there.id), pytest.raises(Refused, match="gilt nicht mehr"):
        handover.take(found, there.id, there.secret)
    with as_owner():
        assert not HandOverKey.objects.exists()
    assert "zurückgenommen" in texts(reported)[-1]
    make_offer(town, other_town, reported)  # and one can ask again


def test_one_open_offer_for_a_case(town: Town, other_town: Town, reported: Reported) -> None:
    make_offer(town, other_town, reported)
    with pytest.raises(Refused, match="gilt nicht mehr"):
        make_offer(town, other_town, reported)


def test_new_keys_end_an_open_offer(town: Town, other_town: Town, reported: Reported) -> None:
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    offer = make_offer(town, other_town, reported)
    with acting_as(there.id):
        found = opened(there, offer)
    with acting_as(here.id):
        access.exclude(case_of(here, reported), town.one(Pillar.ASSAULT, 1).id)
    assert any("gilt nicht mehr" in text for text in texts(reported))
    with acting_as(there.id), pytest.raises(Refused):
        handover.take(found, there.id, there.secret)


def test_keys_of_a_former_generation_are_refused_by_the_database(
    town: Town, other_town: Town, reported: Reported
) -> None:
    """Even where nothing ended the offer: the keys would not open what came since."""
    there = other_town.one(Pillar.ASSAULT)
    offer = make_offer(town, other_town, reported)
    with as_owner():
        CaseStrand.objects.create(
            case_id=reported.id, strand=Strand.MAILBOX, generation=2, public="age1x"
        )
    with acting_as(there.id):
        found = opened(there, offer)
        with pytest.raises(Refused, match="gilt nicht mehr"):
            handover.take(found, there.id, there.secret)
        with pytest.raises(Refused):
            handover.decline(found, there.id, "nein")


def test_who_is_excluded_at_the_new_body_gets_nothing(
    town: Town, other_town: Town, reported: Reported
) -> None:
    shut_out, there = other_town.one(Pillar.ASSAULT, 0), other_town.one(Pillar.ASSAULT, 1)
    offer = make_offer(town, other_town, reported, excluded=frozenset({shut_out.id}))
    with acting_as(shut_out.id):
        assert offers() == []
        assert not HandOver.objects.exists()
    assert "Fallführung 1" not in texts(reported)[-1]
    file = take(there, offer)
    assert shut_out.id not in {holder.person for holder in file.holders}
    with acting_as(there.id), pytest.raises(Refused, match="ausgeschlossen"):
        access.grant(case_of(there, reported), shut_out.id)


def test_an_excluded_role_counts_there_too(
    town: Town, other_town: Town, reported: Reported
) -> None:
    with as_owner():
        tag = role_exclusion_tag(reported.id, Role.CASE_LEAD)
        CaseExclusion.objects.create(case_id=reported.id, tag=tag)
    with pytest.raises(Refused, match="niemand den Fall öffnen"):
        make_offer(town, other_town, reported)


def test_who_was_excluded_or_left_after_the_offer_gets_no_key(
    town: Town, other_town: Town, reported: Reported
) -> None:
    gone, there = other_town.one(Pillar.ASSAULT, 1), other_town.one(Pillar.ASSAULT, 0)
    offer = make_offer(town, other_town, reported)
    with as_owner():
        Membership.objects.filter(person_id=gone.id).update(ended_on=today())
    with acting_as(gone.id):
        assert offers() == []
    file = take(there, offer)
    assert gone.id not in {holder.person for holder in file.holders}


def test_support_and_complaint_do_not_mix_silently(
    town: Town, other_town: Town, reported: Reported
) -> None:
    with pytest.raises(Refused, match="nur, wenn die betroffene Person"):
        make_offer(town, other_town, reported, pillar=Pillar.COMPLAINT)
    with pytest.raises(Refused, match="nur, wenn die betroffene Person"):
        make_offer(
            town,
            other_town,
            reported,
            pillar=Pillar.COMPLAINT,
            other_procedure=True,
            consent=Consent.LEGAL,
            ground="§ 1",
        )
    make_offer(town, other_town, reported, pillar=Pillar.COMPLAINT, other_procedure=True)
    assert "Das Verfahren wechselt damit" in texts(reported)[-1]


def test_without_consent_the_ground_is_told(
    town: Town, other_town: Town, reported: Reported
) -> None:
    with pytest.raises(Refused, match="worauf sich die Weitergabe stützt"):
        make_offer(town, other_town, reported, consent=Consent.LEGAL, given_on=None)
    make_offer(town, other_town, reported, consent=Consent.LEGAL, ground="§ 3 Abs. 1 VwVfG")
    assert "§ 3 Abs. 1 VwVfG" in texts(reported)[-1]


@pytest.mark.parametrize("declined", [True, False])
def test_emergency_keys_are_those_of_the_new_body_unless_declined(
    town: Town, other_town: Town, declined: bool
) -> None:
    reported = make_report(town, emergency_declined=declined)
    with as_owner():  # control: what the former body's papers would have opened
        before = set(CaseEmergency.objects.values_list("pk", flat=True))
        assert len(before) == (0 if declined else 3)
    take(other_town.one(Pillar.ASSAULT), make_offer(town, other_town, reported))
    with as_owner():
        assert not before & set(CaseEmergency.objects.values_list("pk", flat=True))
        assert CaseEmergency.objects.count() == len(before)
    if not declined:
        for strand in Strand:
            secret = opened_in_emergency(reported, other_town.emergency, strand, 2)
            assert public_of(secret) == public(reported, strand, 2)
