"""What is derived from a receipt, and what that depends on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.core.vault.keys import public_of
from komma.core.vault.receipts import derive, new_receipt, parse_receipt
from komma.core.vault.sealing import Context, WrongKey, seal, unseal

PEPPER = b"p" * 32


def test_the_same_receipt_always_leads_to_the_same_mailbox(place: Context) -> None:
    receipt = new_receipt()
    stored = derive(parse_receipt(receipt), purpose="receipt", pepper=PEPPER)
    later = derive(parse_receipt(receipt.lower()), purpose="receipt", pepper=PEPPER)
    assert later == stored
    assert public_of(later.secret) == stored.public
    sealed = seal(b"an answer", to=[stored.public], context=place)
    assert unseal(sealed, identity=later.secret, context=place) == b"an answer"


def test_another_receipt_does_not_open_it(place: Context) -> None:
    one, other = (
        derive(parse_receipt(new_receipt()), purpose="receipt", pepper=PEPPER) for _ in range(2)
    )
    sealed = seal(b"an answer", to=[one.public], context=place)
    with pytest.raises(WrongKey):
        unseal(sealed, identity=other.secret, context=place)


@given(entropy=st.binary(min_size=12, max_size=40))
def test_look_ups_differ_by_pepper_and_purpose(entropy: bytes) -> None:
    variants = [
        derive(entropy, purpose=purpose, pepper=pepper)
        for purpose in ("receipt", "draft")
        for pepper in (PEPPER, b"q" * 32)
    ]
    for name in ("lookup", "secret", "public"):
        assert len({getattr(variant, name) for variant in variants}) == 4
    assert all(len(bytes.fromhex(variant.lookup)) == 16 for variant in variants)


def test_derivation_is_stable_across_releases() -> None:
    """Receipts lie in drawers for years: these values must never change."""
    derived = derive(bytes(range(13)), purpose="receipt", pepper=PEPPER)
    assert derived.lookup == "ef7924238e34b3830a6c7ca829771301"
    assert derived.public == "age169sj75x4hpdfd6xnz3qrsdv7fug8ymqtrd3j4ya9s9wmgdvew30slu3fd6"


def test_too_little_entropy_is_refused() -> None:
    assert derive(bytes(12), purpose="receipt", pepper=PEPPER)
    with pytest.raises(ValueError):
        derive(bytes(11), purpose="receipt", pepper=PEPPER)


def test_the_secret_stays_out_of_logs() -> None:
    derived = derive(bytes(13), purpose="receipt", pepper=PEPPER)
    assert derived.secret not in repr(derived)
    assert derived.lookup in repr(derived), "negative control: the rest is shown"
