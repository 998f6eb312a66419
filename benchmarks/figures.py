"""What was measured, and how it is shown."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value beside that of the bare view (same server, same number of clients).

    ``aim`` is printed for comparison only; whether more or less is better tells its sign word.
    """

    name: str
    value: float
    unit: str
    bare: float | None = None
    aim: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the bare view's value it is: independent of the machine's speed."""
        return self.value / self.bare if self.bare else None


def median(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return statistics.median(seconds) * 1000


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile (nearest rank) in milliseconds."""
    return sorted(seconds)[math.ceil(len(seconds) * 0.95) - 1] * 1000


def table(figures: Sequence[Figure]) -> str:
    """All figures as lines of text."""
    rows: list[tuple[str, ...]] = [("measured", "value", "bare view", "ratio", "aim")]
    for figure in figures:
        rows.append(
            (
                figure.name,
                f"{_short(figure.value)} {figure.unit}",
                f"{_short(figure.bare)} {figure.unit}" if figure.bare else "",
                _short(figure.ratio) if figure.ratio else "",
                figure.aim,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers, aim = row
    middle = [number.rjust(width) for number, width in zip(numbers, widths[1:-1], strict=True)]
    return "  ".join([name.ljust(widths[0]), *middle, aim]).rstrip()


def _short(number: float) -> str:
    if number >= 100:
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.3g}"
