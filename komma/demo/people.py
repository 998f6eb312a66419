"""The invented people of the demonstration network: who they are and what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from komma.municipalities.codes import Pillar, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

# Public on purpose: it stands in the README and opens nothing but invented cases.
PASSWORD: Final = "komma-demo-2026"  # noqa: S105

_FIRST: Final = (  # noqa: SIM905 - thirty lines otherwise
    "Ada Bruno Chidi Dilek Emil Fatou Goran Hanna Ilja Jasmin Karim Linh Milan Noor Ole Paula "
    "Quentin Rosa Samir Thea Ugo Vera Wanda Xenia Yusuf Zoe Amal Bela Cem Dora"
).split()
# Words no family is called by, so that nobody looks for a real person behind them. Their number
# has no divisor in common with that of the first names: 210 people pass before a name returns.
_LAST: Final = (
    "Beispiel",
    "Musterfall",
    "Vorführ",
    "Schablone",
    "Attrappe",
    "Erdacht",
    "Platzhalter",
)


@dataclass(frozen=True)
class Post:
    """A post and the local part of the address of whoever fills it."""

    local: str
    pillar: str
    role: str
    title: str
    is_deputy: bool = False


# Every municipality of the demonstration fills these.
POSTS: Final = (
    Post("ansprechperson", Pillar.SUPPORT, Role.CONTACT, "Ansprechperson"),
    Post("ansprechperson2", Pillar.SUPPORT, Role.CONTACT, "Ansprechperson, zweite Person"),
    Post(
        "vertretung.ansprechstelle",
        Pillar.SUPPORT,
        Role.CONTACT,
        "Vertretung der Ansprechstelle",
        is_deputy=True,
    ),
    Post("beschwerdestelle", Pillar.COMPLAINT, Role.COMPLAINTS, "Beschwerdestelle"),
    Post(
        "beschwerdestelle2",
        Pillar.COMPLAINT,
        Role.COMPLAINTS,
        "Beschwerdestelle, zweite Person",
    ),
    Post(
        "vertretung.beschwerdestelle",
        Pillar.COMPLAINT,
        Role.COMPLAINTS,
        "Vertretung der Beschwerdestelle",
        is_deputy=True,
    ),
    Post("fallfuehrung", Pillar.ASSAULT, Role.CASE_LEAD, "Fallführung Übergriffe"),
    Post("fallfuehrung2", Pillar.ASSAULT, Role.CASE_LEAD, "Fallführung Übergriffe, zweite Person"),
    Post(
        "vertretung.fallfuehrung",
        Pillar.ASSAULT,
        Role.CASE_LEAD,
        "Vertretung der Fallführung",
        is_deputy=True,
    ),
    Post("koordination", Pillar.COORDINATION, Role.COORDINATION, "Koordination"),
    Post("leitung", Pillar.LEADERSHIP, Role.LEADERSHIP, "Leitung"),
    Post(
        "verwaltung2",
        Pillar.ADMINISTRATION,
        Role.ADMINISTRATION,
        "Verwaltung der Konten, zweite Person",
    ),
)
ADMINISTRATOR: Final = "verwaltung"
SECOND_ADMINISTRATOR: Final = "verwaltung2"

UNITS: Final[dict[str, tuple[str, str]]] = {
    Pillar.SUPPORT: (
        "Ansprechstelle",
        "Hört zu, berät vertraulich und steht an Ihrer Seite. Nichts geschieht ohne Sie.",
    ),
    Pillar.COMPLAINT: (
        "Beschwerdestelle",
        "Prüft unparteiisch förmliche Beschwerden nach § 13 AGG und teilt das Ergebnis mit.",
    ),
    Pillar.ASSAULT: (
        "Übergriffsmanagement",
        "Kümmert sich um Anfeindungen und Angriffe von außen: Schutz, Anzeige, Nachsorge.",
    ),
    Pillar.COORDINATION: ("Koordination", "Hält die Stellen zusammen und plant mit dem Netzwerk."),
    Pillar.LEADERSHIP: (
        "Leitung",
        "Entscheidet über Maßnahmen und stellt sich vor die Betroffenen.",
    ),
}

HOURS: Final = "Montag bis Donnerstag, 9 bis 15 Uhr"
# Telephone and local part of the address. The numbers are from those that the Bundesnetzagentur
# keeps free for films: nobody answers them.
CONTACTS: Final[dict[str, tuple[str, str]]] = {
    Pillar.SUPPORT: ("030 23125 101", "ansprechstelle"),
    Pillar.COMPLAINT: ("030 23125 102", "beschwerden"),
    Pillar.ASSAULT: ("030 23125 103", "uebergriffe"),
}
# Who else helps on site: name, telephone, hours.
LOCAL_HELP: Final = (
    ("Polizei, Staatsschutz", "030 23125 104", "rund um die Uhr"),
    ("Opferberatung Beispielhaus", "030 23125 105", "Montag bis Freitag, 10 bis 16 Uhr"),
)


def names() -> Iterator[str]:
    """Yield invented names, the same ones in the same order every time."""
    for number in count():
        yield f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}"
