"""Private to the vault: codes that people write down and type in again.

Crockford's Base32 (https://www.crockford.com/base32.html) in groups of four and one check
character. The check is a weighted sum over the field with 32 elements. Unlike the Luhn formula,
which misses one pair of neighbours, it finds every single wrong character and every swap of two.
"""

import secrets
import unicodedata

from komma.core.vault.envelope import VaultError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
GROUP = 4
FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2): x has the order 31
LONGEST_INPUT = 200  # a pasted page is no code; bounds the work for hostile input


class CodeError(VaultError):
    """A typed code cannot be right."""


class CodeIncomplete(CodeError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """Characters are missing at the end."""


class CodeMistyped(CodeError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """There is a wrong, superfluous or swapped character."""


def new_code(characters: int) -> str:
    """Return a fresh code with 5 bits of randomness in each of `characters`, plus the check."""
    values = [secrets.randbelow(32) for _ in range(characters)]
    text = "".join(ALPHABET[value] for value in [*values, check_value(values)])
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def parse_code(text: str, characters: int) -> bytes:
    """Return the randomness of a typed code, as big-endian bytes.

    Forgives case, blanks, punctuation, full-width characters, and O for 0, I or L for 1. Raises
    `CodeIncomplete` or `CodeMistyped`.
    """
    if len(text) > LONGEST_INPUT:
        raise CodeMistyped("Too long.")
    typed = [char for char in unicodedata.normalize("NFKC", text).upper() if char.isalnum()]
    values = [ALPHABET.find(char) for char in "".join(typed).translate(LOOKALIKES)]
    if -1 in values or len(values) > characters + 1:
        raise CodeMistyped("Not a character of a code, or too many.")
    if len(values) < characters + 1:
        raise CodeIncomplete("Characters are missing.")
    *content, check = values
    if check_value(content) != check:
        raise CodeMistyped("The check character does not fit.")
    number = 0
    for value in content:
        number = number << 5 | value
    return number.to_bytes((characters * 5 + 7) // 8)


def check_value(values: list[int]) -> int:
    """Return the sum of ``x^k * value`` in GF(32), with k counted from the end and from 1."""
    check = 0
    for value in values:
        check = _times_x(check ^ value)
    return check


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ FIELD_POLYNOMIAL if doubled & 32 else doubled
