"""A secret age key as it is printed and copied by hand: short groups that show their own typos.

The 58 characters after ``AGE-SECRET-KEY-1`` (BIP 173's alphabet) stand in ten groups. Each group
ends with a check character over the group and its place, so that a wrong character is found where
it is. Without these, what is printed is a plain age identity for any other program.
"""

import re
import unicodedata

from komma.core.vault.bech32 import ALPHABET
from komma.core.vault.codes import check_value
from komma.core.vault.envelope import VaultError
from komma.core.vault.keys import public_of

PREFIX = "AGE-SECRET-KEY-1"
LENGTH = 58
GROUP = 6
STARTS = range(0, LENGTH, GROUP)
LONGEST_INPUT = 400  # a pasted page is no key; bounds the work for hostile input
CHARACTERS = ALPHABET.upper()
# Characters that the alphabet leaves out because they look like these.
LOOKALIKES = str.maketrans("OI1B", "0LL8")


class PaperError(VaultError):
    """A typed key cannot be right. ``groups``: where, from 1; ``after``: only up to there is sure.

    ``after`` is None where each group could be looked at by itself.
    """

    def __init__(self, groups: list[int], after: int | None = None) -> None:
        super().__init__("A typed key is wrong.")
        self.groups, self.after = groups, after


def printed_groups(secret: str) -> list[str]:
    """Return the ten groups of a secret key, each with its check character at the end."""
    body = secret.removeprefix(PREFIX)
    return [_with_check(place, body[start : start + GROUP]) for place, start in enumerate(STARTS)]


def typed_secret(text: str) -> str:
    """Return the secret key of a paper, or of a plain age identity; raises `PaperError`.

    Forgives case, blanks, hyphens between groups, O for 0, I and 1 for L, B for 8.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST_INPUT]).upper().strip()
    words = [word for word in re.split(r"[^0-9A-Z]+", text) if word]
    joined = "".join(words)
    if joined.startswith("AGESECRETKEY1"):
        return _known(PREFIX + joined.removeprefix("AGESECRETKEY1"))
    if len(words) == len(STARTS):
        groups = [word.translate(LOOKALIKES) for word in words]
        wrong = _wrong(groups)
        if wrong:
            raise PaperError(wrong)
    else:
        # One character too many or too few moves all that follow: only the first is certain.
        groups = _cut(joined.translate(LOOKALIKES))
        wrong = _wrong(groups)
        if wrong:
            raise PaperError(wrong[:1], after=wrong[0] - 1)
    return _known(PREFIX + "".join(group[:-1] for group in groups))


def _known(secret: str) -> str:
    try:
        public_of(secret)
    except VaultError:
        raise PaperError([]) from None
    return secret


def _cut(text: str) -> list[str]:
    """Cut what was typed without blanks; whatever is too much hangs on the last group."""
    starts = [place * (GROUP + 1) for place in range(len(STARTS))]
    ends = [*starts[1:], None]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _wrong(groups: list[str]) -> list[int]:
    lengths = [min(GROUP, LENGTH - start) for start in STARTS]
    return [
        place + 1
        for place, (group, length) in enumerate(zip(groups, lengths, strict=True))
        if len(group) != length + 1
        or any(char not in CHARACTERS for char in group)
        or _with_check(place, group[:-1]) != group
    ]


def _with_check(place: int, group: str) -> str:
    values = [place, *(CHARACTERS.index(char) for char in group)]
    return group + CHARACTERS[check_value(values)]
