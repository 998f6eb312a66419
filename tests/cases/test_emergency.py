"""The two emergency keys together open a case, one alone does not; the reporter may decline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.cases.actions import access
from komma.cases.codes import Strand
from komma.cases.models import CaseEmergency, CaseStrand
from komma.core.rows import acting_as
from komma.core.vault.keys import KeyPair, new_key_pair, public_of
from komma.core.vault.sealing import Context, WrongKey, unseal, unseal_text
from komma.municipalities.codes import Pillar
from komma.municipalities.models import EmergencyKey
from tests.factories import as_owner
from tests.factories.reports import Reported, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town


@pytest.fixture
def pairs(town: Town) -> dict[str, KeyPair]:
    """Both emergency keys, verified."""
    return town.emergency


def opened(reported: Reported, pairs: dict[str, KeyPair], strand: str, generation: int) -> str:
    with as_owner():
        row = CaseEmergency.objects.get(case_id=reported.id, strand=strand, generation=generation)
    place = f"emergency.{strand}.{generation}"
    outer = Context(reported.id, f"{place}.b", reported.id)
    inner = Context(reported.id, f"{place}.a", reported.id)
    sealed = unseal(bytes(row.sealed), identity=pairs["B"].secret, context=outer)
    return unseal_text(sealed, identity=pairs["A"].secret, context=inner)


def public(reported: Reported, strand: str, generation: int) -> str:
    with as_owner():
        found = CaseStrand.objects.get(case_id=reported.id, strand=strand, generation=generation)
    return found.public


def test_both_keys_open_every_strand_also_after_a_rotation(
    town: Town, pairs: dict[str, KeyPair]
) -> None:
    reported = make_report(town)
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), town.one(Pillar.ASSAULT, 1).id)
    for strand in Strand:
        for generation in (1, 2):
            secret = opened(reported, pairs, strand, generation)
            assert public_of(secret) == public(reported, strand, generation)


def test_one_key_alone_opens_nothing(town: Town, pairs: dict[str, KeyPair]) -> None:
    reported = make_report(town)
    for single in ("A", "B"):
        with pytest.raises(WrongKey):
            opened(reported, {"A": pairs[single], "B": pairs[single]}, Strand.MAILBOX, 1)


def test_the_reporter_may_decline(town: Town, pairs: dict[str, KeyPair]) -> None:
    make_report(town, emergency_declined=True)
    with as_owner():
        assert not CaseEmergency.objects.exists()


def test_a_key_nobody_registered_is_not_sealed_to(town: Town, pairs: dict[str, KeyPair]) -> None:
    with as_owner():
        EmergencyKey.objects.filter(part="B").update(public=new_key_pair().public)
    make_report(town)
    with as_owner():
        assert not CaseEmergency.objects.exists()
