"""Receipts and recovery codes: what typing forgives, and what it notices."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from komma.core.vault.codes import ALPHABET, CodeIncomplete, CodeMistyped, new_code, parse_code
from komma.core.vault.receipts import (
    ReceiptIncomplete,
    ReceiptMistyped,
    new_receipt,
    parse_receipt,
)

RECEIPTS = st.builds(new_receipt)
PLACES = st.integers(0, 20)


def replaced(text: str, position: int, char: str) -> str:
    return text[:position] + char + text[position + 1 :]


def test_a_receipt_has_five_groups_and_a_check_character() -> None:
    groups = new_receipt().split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4, 4, 1]
    assert set("".join(groups)) <= set(ALPHABET)


def test_receipts_differ_in_all_of_their_100_bits() -> None:
    numbers = [int.from_bytes(parse_receipt(new_receipt())) for _ in range(500)]
    assert len(set(numbers)) == 500
    for bit in range(100):
        assert 100 < sum(number >> bit & 1 for number in numbers) < 400
    assert max(numbers) < 2**100


@given(receipt=RECEIPTS)
def test_typing_is_forgiven(receipt: str) -> None:
    entropy = parse_receipt(receipt)
    assert len(entropy) == 13
    plain = receipt.replace("-", "")
    for typed in (
        receipt.lower(),
        plain,
        " ".join(plain),
        f"  {receipt}\n",
        receipt.replace("-", " – "),
        receipt.replace("0", "O").replace("1", "l"),
        receipt.replace("0", "o").replace("1", "I"),
        "".join(chr(ord(char) + 0xFEE0) for char in plain),
    ):
        assert parse_receipt(typed) == entropy


@given(receipt=RECEIPTS, position=PLACES, char=st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_found(receipt: str, position: int, char: str) -> None:
    plain = receipt.replace("-", "")
    assume(plain[position] != char)
    with pytest.raises(ReceiptMistyped):
        parse_receipt(replaced(plain, position, char))


def test_all_single_errors_and_all_swaps_are_found() -> None:
    """Exhaustive on a code of two characters, where the Luhn formula misses one swap."""
    valid = {}
    for first in ALPHABET:
        for second in ALPHABET:
            checks = [c for c in ALPHABET if _accepted(first + second + c, 2)]
            assert len(checks) == 1
            valid[first + second] = checks[0]
    for content, check in valid.items():
        first, second = content[0], content[1]
        if first != second:
            assert valid[second + first] != check
        if second != check:
            assert not _accepted(first + check + second, 2)


def _accepted(text: str, characters: int) -> bool:
    try:
        parse_code(text, characters)
    except CodeMistyped:
        return False
    return True


@given(receipt=RECEIPTS, one=PLACES, other=PLACES)
def test_swapped_characters_are_found(receipt: str, one: int, other: int) -> None:
    plain = receipt.replace("-", "")
    assume(plain[one] != plain[other])
    swapped = replaced(replaced(plain, one, plain[other]), other, plain[one])
    with pytest.raises(ReceiptMistyped):
        parse_receipt(swapped)


@given(receipt=RECEIPTS, kept=PLACES)
def test_missing_characters_are_told_apart_from_wrong_ones(receipt: str, kept: int) -> None:
    with pytest.raises(ReceiptIncomplete):
        parse_receipt(receipt.replace("-", "")[:kept])


@pytest.mark.parametrize("extra", ["0", "U", "ß", "٣"])
def test_superfluous_and_foreign_characters_are_refused(extra: str) -> None:
    with pytest.raises(ReceiptMistyped):
        parse_receipt(new_receipt() + extra)


@given(text=st.text(max_size=300))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises((CodeIncomplete, CodeMistyped)):
        parse_receipt("U" + text)


def test_a_pasted_page_is_refused_without_work() -> None:
    receipt = new_receipt()
    assert parse_receipt(receipt + " " * (200 - len(receipt)))
    with pytest.raises(ReceiptMistyped):
        parse_receipt(receipt + " " * 201)


def test_a_receipt_is_no_recovery_code() -> None:
    with pytest.raises(CodeIncomplete):
        parse_code(new_receipt(), 24)
    with pytest.raises(ReceiptMistyped):
        parse_receipt(new_code(24))
