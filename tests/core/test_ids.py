"""Keys that keep the order in which they were made."""

import uuid

from komma.core.ids import uuid7


def test_a_key_made_later_sorts_later() -> None:
    made = []
    for _ in range(2000):
        made.append(uuid7())
        sum(range(60))  # longer than a 4096th of a millisecond
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_it_is_version_seven() -> None:
    made = uuid7()
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
