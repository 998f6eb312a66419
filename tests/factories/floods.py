"""Texts of a flood, and of people who have something to report."""

from __future__ import annotations

import random

TEMPLATE = (
    "Sehr geehrte {title}, Ihre Verwaltung hat {count} Mal die Bürger von {place} betrogen und wir"
    " werden das nicht vergessen, das verspreche ich Ihnen {end}"
)


def genuine(number: int, words: int = 40) -> str:
    """A text of its own: like no other, as different people's words are."""
    drawn = random.Random(number)
    return " ".join("".join(drawn.choices("abdeghiklmnorstu", k=6)) for _ in range(words))


def templated(number: int) -> str:
    drawn = random.Random(number)
    return TEMPLATE.format(
        title=drawn.choice(["Damen und Herren", "Frau Meyer", "Leute", "Herren"]),
        count=number,
        place=drawn.choice(["Nord", "Süd", "der Altstadt"]),
        end=drawn.choice(["!!!", "morgen", "und Ihrer Familie", "…"]),
    )
