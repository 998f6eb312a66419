"""Who can be reached on site: the bodies responsible for a municipality, with their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from komma.municipalities.chain import Reason, chain

if TYPE_CHECKING:
    from komma.municipalities.models import Municipality

MOST = 6


class Contact(NamedTuple):
    """A unit with what it has made public; the name tells the house where it is another one."""

    name: str
    phone: str
    email: str
    hours: str


def contacts(municipality: Municipality) -> list[Contact]:
    """Return those to reach by telephone or mail, the own house first; nationwide ones are no
    local help and stay out."""
    found = []
    for body in chain(municipality):
        if body.reason == Reason.NATIONWIDE:
            continue
        for unit in body.units:
            if unit.phone or unit.email:
                name = unit.name if body.is_own else f"{unit.name}, {body.organisation.name}"
                found.append(Contact(name, unit.phone, unit.email, unit.hours))
    return found[:MOST]
