"""Compose what somebody can do now: safety first, short enough for a phone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from komma.procedures.guidance.catalogue import (
    Advice,
    Offence,
    Topic,
    advice_for,
    offences_for,
)
from komma.procedures.incidents import Incident, presumes_role

# What a person in fear still reads on a phone. The data files name what matters most first.
MOST_ITEMS = 8
MOST_OFFENCES = 7
# What a receipt tells at once; the rest stands in the mailbox.
_AT_ONCE = {Topic.SAFETY: 3, Topic.EVIDENCE: 2, Topic.FIRST_AID: 1}


@dataclass(frozen=True)
class Section:
    """A topic with its advice; ``offences`` in that of the offences only."""

    topic: Topic
    items: tuple[Advice, ...]
    offences: tuple[Offence, ...] = ()


@dataclass(frozen=True)
class Guidance:
    """All sections that have something to say, in the order of the page.

    ``by_third``: it is read by somebody else than the affected person.
    """

    sections: tuple[Section, ...]
    by_third: bool = False
    has_superior: bool = True

    @property
    def at_once(self) -> list[Advice]:
        """A short selection: what cannot wait until the mailbox is open."""
        return [
            item
            for section in self.sections
            for item in section.items[: _AT_ONCE.get(section.topic, 0)]
        ]


def compose(incident: Incident) -> Guidance:
    """Return what somebody in this incident can do. Pure; orientation, no legal advice."""
    advice, offences = advice_for(incident), offences_for(incident)
    found = []
    for topic in Topic:
        items = [
            replace(each, text=each.third) if incident.by_third and each.third else each
            for each in advice
            if each.topic == topic
        ][:MOST_ITEMS]
        items.sort(key=lambda each: presumes_role(each.when, incident))  # what is certain first
        named = tuple(offences[:MOST_OFFENCES]) if topic == Topic.OFFENCES else ()
        if items or named or topic == Topic.CONTACTS:  # those on site are always named
            found.append(Section(topic, tuple(items), named))
    return Guidance(tuple(found), incident.by_third, incident.has_superior)
