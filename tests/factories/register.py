"""Registers in the format of GV100AD: written for tests and benchmarks, and changed into the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

# © Statistisches Bundesamt (Destatis), Gemeindeverzeichnis, Gebietsstand 30.11.2023: some lines.
EXCERPT = Path(__file__).parents[1] / "municipalities" / "data" / "gv100ad_auszug.txt"

type Change = Callable[[str], str | None]
"""Changes the line of a municipality; None removes it."""


def line(
    kind: str, key: str, name: str, *, mark: str = "64", area: int = 0, people: int = 0,
    postcode: str = "", date: str = "20231130", seat: str = "",
) -> str:  # fmt: skip
    """Return one record of 220 characters."""
    text = f"{kind}{date}{key:<12}{name:<50}{seat:<50}{mark}    "
    if kind == "60":
        text += f"{area:011}{people:011}{people // 2:011}    {postcode:<5}"
    return text.ljust(220)


def town(key: str, name: str, *, area: int, people: int = 100, postcode: str = "") -> str:
    """Return the record of a municipality."""
    return line("60", key, name, area=area, people=people, postcode=postcode)


def excerpt() -> list[str]:
    """Return the lines of the first edition."""
    return EXCERPT.read_text(encoding="utf-8").splitlines()


def next_edition(
    lines: Iterable[str], *, date: str = "20241231", changes: dict[str, Change] | None = None,
    added: Iterable[str] = (), kreis: dict[str, str] | None = None,
) -> list[str]:  # fmt: skip
    """Return the lines of a later edition.

    ``changes`` by key; ``kreis``: keys of Kreise that become others, with all below them.
    """
    made = []
    for text in [*lines, *added]:
        change = (changes or {}).get(text[10:22].strip() if text[:2] != "60" else text[10:18])
        changed = change(text) if change else text
        if changed is None:
            continue
        key = (kreis or {}).get(changed[10:15], changed[10:15])
        made.append(f"{changed[:2]}{date}{key}{changed[15:]}")
    return made


def grown_by(area: int) -> Change:
    """Return a change that adds hectares."""
    return lambda text: f"{text[:128]}{int(text[128:139]) + area:011}{text[139:]}"


def renamed(name: str) -> Change:
    """Return a change of the name."""
    return lambda text: f"{text[:22]}{name:<50}{text[72:]}"


def gone(_text: str) -> None:
    """Remove the line."""


def content(lines: Iterable[str]) -> bytes:
    """Return the lines as the bytes of a file."""
    return "".join(f"{text}\r\n" for text in lines).encode()


def full_size() -> list[str]:
    """Return a register as large as the real one: 400 Kreise, 11,000 municipalities, invented."""
    first = ("Ober", "Unter", "Groß", "Klein", "Alt", "Neu", "Bad ", "Sankt ", "Hohen", "Nieder")
    last = ("bach", "dorf", "hausen", "stadt", "feld", "mühl", "berg", "walde", "au", "kirchen")
    made = [line("10", f"{land:02}", f"Land {land}", mark="  ") for land in range(1, 17)]
    for number in range(400):
        kreis = f"{number % 16 + 1:02}{number // 16 + 100:03}"
        made.append(line("40", kreis, f"Kreisname {number}", mark="44", seat="Sitz"))
        for each in range(28 if number % 2 else 27):
            name = f"{first[each % 10]}{last[(number + each) % 10]} a.d.Ach"
            key = f"{kreis}{each:03}"
            made.append(
                town(key, name, area=500 + each, people=90 + number * each, postcode=f"{number:05}")
            )
    return made
