"""A secret key on paper: what is printed is read again, and a typo is found where it is."""

from __future__ import annotations

import pytest

from komma.core.vault.keys import identity_from_seed
from komma.core.vault.paper import CHARACTERS, PaperError, printed_groups, typed_secret

SECRET = identity_from_seed(bytes(range(100, 132)))
GROUPS = printed_groups(SECRET)


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(GROUPS),
        "\n".join(GROUPS).lower(),
        "-".join(GROUPS),
        "".join(GROUPS),
        " ".join(GROUPS).replace("0", "o").replace("L", "1").replace("8", "b"),
        SECRET,
        SECRET.lower(),
        " ".join(SECRET[start : start + 6] for start in range(0, len(SECRET), 6)),
    ],
)
def test_what_is_printed_is_read_again(typed: str) -> None:
    assert typed_secret(typed) == SECRET


def test_without_check_characters_it_is_a_plain_age_key() -> None:
    assert "AGE-SECRET-KEY-1" + "".join(group[:-1] for group in GROUPS) == SECRET


@pytest.mark.parametrize("place", range(10))
def test_every_wrong_character_is_found_in_its_group(place: int) -> None:
    for position, right in enumerate(GROUPS[place]):
        for char in set(CHARACTERS) - {right}:
            wrong = GROUPS[place][:position] + char + GROUPS[place][position + 1 :]
            with pytest.raises(PaperError) as caught:
                typed_secret(" ".join([*GROUPS[:place], wrong, *GROUPS[place + 1 :]]))
            assert (caught.value.groups, caught.value.after) == ([place + 1], None)


def test_groups_that_changed_places_are_found() -> None:
    groups = [GROUPS[1], GROUPS[0], *GROUPS[2:]]
    with pytest.raises(PaperError) as caught:
        typed_secret(" ".join(groups))
    assert caught.value.groups == [1, 2]


def test_without_blanks_only_the_first_wrong_group_is_sure() -> None:
    typed = "".join(GROUPS)
    with pytest.raises(PaperError) as caught:
        typed_secret(typed[:22] + typed[23:])
    assert (caught.value.groups, caught.value.after) == ([4], 3)


@pytest.mark.parametrize("typed", ["", "\0", "AGE-SECRET-KEY-1", "ä" * 500, SECRET[:-1], "Q" * 400])
def test_nonsense_is_refused(typed: str) -> None:
    with pytest.raises(PaperError):
        typed_secret(typed)
