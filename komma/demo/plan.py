"""The network and the cases of the demonstration, as they stand in ``data/*.toml``."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from komma.demo.people import Post

_DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Body:
    """An organisation that is no municipality, with one unit."""

    slug: str
    name: str
    kind: str
    domain: str
    unit: str
    pillar: str
    posts: tuple[Post, ...]
    about: str = ""
    part: str = ""
    phone: str = ""
    hours: str = ""
    address: str = ""


@dataclass(frozen=True)
class Town:
    slug: str
    name: str
    ags: str
    land: str
    kind: str
    part: str
    names_shown: bool = False
    # Where not, visitors can try what an administration does to open the intake.
    is_opened: bool = True
    district: str = ""
    address: str = ""


@dataclass(frozen=True)
class Village:
    """A municipality without units; with an administration it can agree on who receives."""

    slug: str
    name: str
    ags: str
    land: str
    district: str
    population: int
    seat_postcode: str
    administration: bool = False


@dataclass(frozen=True)
class Agreement:
    """Who receives for whom; ``is_open``: the body has not given its word yet."""

    served: str
    body: str
    reference: str
    is_open: bool = False


@dataclass(frozen=True)
class Network:
    round_name: str
    starts_on: dt.date
    ends_on: dt.date
    bodies: tuple[Body, ...]
    towns: tuple[Town, ...]
    villages: tuple[Village, ...]
    agreements: tuple[Agreement, ...]

    @property
    def slugs(self) -> list[str]:
        """The slugs of all organisations."""
        slugs = [body.slug for body in self.bodies]
        slugs += [town.slug for town in self.towns]
        return slugs + [village.slug for village in self.villages]


@dataclass(frozen=True)
class Step:
    """Something that happens to a case; ``day`` counts from the day it was received."""

    do: str
    day: int
    by: str = ""
    text: str = ""
    status: str = ""
    outcome: str = ""
    level: int = 0


@dataclass(frozen=True)
class Story:
    """An invented case. ``happened``: days before it was reported; ``excluded`` and ``by``: posts.

    ``receipt``: what the demonstration page calls its receipt, if visitors may try the mailbox.
    """

    town: str
    pillar: str
    side: str
    days_ago: int
    happened: int
    facts: dict[str, Any]
    steps: tuple[Step, ...] = ()
    excluded: tuple[str, ...] = ()
    receipt: str = ""

    @property
    def key(self) -> str:
        """What tells this story from the others."""
        return f"{self.town}/{self.pillar}/{self.days_ago}"


@cache
def network() -> Network:
    """Return the organisations of the demonstration."""
    raw = _read(_DATA / "network.toml")
    return Network(
        round_name=raw["round"]["name"],
        starts_on=raw["round"]["starts_on"],
        ends_on=raw["round"]["ends_on"],
        bodies=tuple(
            Body(
                **{
                    **body,
                    "posts": tuple(
                        Post(**{"pillar": body["pillar"]} | post) for post in body["posts"]
                    ),
                }
            )
            for body in raw["body"]
        ),
        towns=tuple(Town(**town) for town in raw["municipality"]),
        villages=tuple(Village(**village) for village in raw["village"]),
        agreements=tuple(Agreement(**agreement) for agreement in raw["agreement"]),
    )


@cache
def stories() -> tuple[Story, ...]:
    """Return the invented cases, newest last."""
    found = [
        _story(raw) for path in sorted(_DATA.glob("cases_*.toml")) for raw in _read(path)["case"]
    ]
    return tuple(sorted(found, key=lambda story: -story.days_ago))


def _story(raw: dict[str, Any]) -> Story:
    facts = dict(raw.pop("facts"))
    facts["description"] = facts["description"].strip()
    steps = tuple(Step(**step) for step in raw.pop("steps", []))
    return Story(**{**raw, "excluded": tuple(raw.get("excluded", ()))}, facts=facts, steps=steps)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
