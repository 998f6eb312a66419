"""Reading a file of the register: every line is checked, the first broken one is named.

Source of the format: Destatis, "Gemeindeverzeichnis GV100AD", Datensatzbeschreibung. Records are
taken apart by gv100ad-py, which trusts its input; the checks here come first.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from gv100ad import District, DistrictType, GV100ADReader, Municipality, MunicipalityType

from komma.municipalities.codes import MunicipalityKind
from komma.municipalities.register.errors import Unreadable
from komma.municipalities.register.names import district_name, short_name
from komma.municipalities.register.places import LAENDER, Edition, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gv100ad.entities.base_record import BaseRecord

_WIDTH: Final = 220  # characters; trailing blanks may have been cut off
_RECORDS: Final = {"10", "20", "30", "40", "50", "60"}
_INDEPENDENT: Final = {DistrictType.KREISFREIE_STADT, DistrictType.STADTKREIS}
# Of the German-Luxembourgish rivers, which are nobody's alone.
_NO_DISTRICT: Final = "000"
_KINDS: Final = {
    MunicipalityType.KREISFREIE_STADT: MunicipalityKind.CITY,
    MunicipalityType.STADTKREIS: MunicipalityKind.CITY,
    MunicipalityType.STADT: MunicipalityKind.TOWN,
    MunicipalityType.GROSSE_KREISSTADT: MunicipalityKind.TOWN,
}
_WITHOUT_TOWN_HALL: Final = {
    MunicipalityType.GEMEINDEFREIES_GEBIET_BEWOHNT,
    MunicipalityType.GEMEINDEFREIES_GEBIET_UNBEWOHNT,
}
# What must stand where in a record, by its first two characters: (from, to, pattern, name).
_COLUMNS: Final = {
    "40": [(10, 15, r"\d{5}", "Kreisschlüssel"), (122, 124, r"4[1-5]", "Textkennzeichen")],
    "60": [
        (10, 18, r"\d{8}", "Gemeindeschlüssel"),
        (122, 124, r"6[0-7]", "Textkennzeichen"),
        (128, 139, r"000\d{8}", "Fläche"),
        (139, 150, r"\d{11}", "Bevölkerung"),
        (165, 170, r"\d{5}|\s{5}", "Postleitzahl"),
    ],
}


type _Record = District | Municipality


def read_register(content: bytes) -> Edition:
    """Return what the file holds: its date, all Kreise and all municipalities.

    Raises:
        Unreadable: wrong encoding, a broken line, no Kreise or no municipalities.
    """
    lines = _Lines(_decoded(content))
    districts: dict[str, District] = {}
    towns: dict[str, Municipality] = {}
    for record in _records(lines):
        if isinstance(record, District):
            _once(districts, record, lines)
        elif isinstance(record, Municipality):
            above = record.regional_code[:5]
            if above not in districts and not above.endswith(_NO_DISTRICT):
                raise lines.broken(_("zu dieser Gemeinde fehlt der Kreis"))
            _once(towns, record, lines)
    if not districts:
        raise Unreadable(
            _("Die Datei enthält keine Kreise. Ist sie das Gemeindeverzeichnis (GV100AD)?")
        )
    if not towns:
        raise Unreadable(_("Die Datei enthält keine Gemeinden. Ist sie vollständig?"))
    return Edition(lines.edition, _places(districts, towns))


class _Lines:
    """The lines of a file as a reader wants them; checks each, and knows its number."""

    def __init__(self, text: str) -> None:
        self._lines: Iterator[str] = iter(text.splitlines(keepends=True))
        self._date = ""
        self.number = 0

    @property
    def edition(self) -> dt.date:
        return _as_date(self._date)

    def readline(self) -> str:
        line = next(self._lines, "")
        self.number += 1
        text = line.rstrip("\r\n")
        if not text.strip():
            return line
        self._check(text)
        return text.ljust(_WIDTH) + "\n"

    def broken(self, reason: str) -> Unreadable:
        return Unreadable(
            _("Zeile %(number)s: %(reason)s. Es wurde nichts eingelesen.")
            % {"number": self.number, "reason": reason}
        )

    def _check(self, line: str) -> None:
        kind = line[:2]
        if kind not in _RECORDS:
            raise self.broken(_("die Satzart „%(kind)s“ gibt es nicht") % {"kind": kind})
        if "\x00" in line or not line[22:72].strip():
            raise self.broken(_("der Name fehlt oder ist beschädigt"))
        self._check_date(line[2:10])
        if line[10:12] not in LAENDER:
            raise self.broken(_("das Land „%(code)s“ gibt es nicht") % {"code": line[10:12]})
        for start, end, pattern, name in _COLUMNS.get(kind, []):
            if not re.fullmatch(pattern, line.ljust(_WIDTH)[start:end], re.ASCII):
                raise self.broken(_("%(name)s unlesbar") % {"name": name})

    def _check_date(self, written: str) -> None:
        if self._date and written != self._date:
            raise self.broken(_("der Gebietsstand weicht von den Zeilen davor ab"))
        try:
            _as_date(written)
        except ValueError:
            raise self.broken(_("der Gebietsstand ist kein Datum")) from None
        self._date = written


def _as_date(written: str) -> dt.date:
    if not re.fullmatch(r"\d{8}", written, re.ASCII):
        raise ValueError(written)
    return dt.date(int(written[:4]), int(written[4:6]), int(written[6:]))


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise Unreadable(_("Die Datei ist leer."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            _("Zeile %(number)s ist nicht in UTF-8 geschrieben. Es wurde nichts eingelesen.")
            % {"number": number}
        ) from None


def _records(lines: _Lines) -> Iterator[BaseRecord]:
    records = iter(GV100ADReader(lines).read())
    while True:
        try:
            yield next(records)
        except StopIteration:
            return
        except ValueError as error:  # a column that is of no use here, as the postcode's marker
            raise lines.broken(str(error)) from error


def _once[R: (District, Municipality)](known: dict[str, R], record: R, lines: _Lines) -> None:
    if record.regional_code in known:
        raise lines.broken(
            _("der Schlüssel %(key)s kommt zweimal vor") % {"key": record.regional_code}
        )
    known[record.regional_code] = record


def _places(districts: dict[str, District], towns: dict[str, Municipality]) -> list[Place]:
    """Return all places; a kreisfreie Stadt is a municipality only, without a Kreis above it."""
    above = {key: each for key, each in districts.items() if each.type not in _INDEPENDENT}
    within: dict[str, list[Municipality]] = {key: [] for key in above}
    seats: dict[tuple[str, str], set[str]] = {}
    for key, town in towns.items():
        if key[:5] in within:
            within[key[:5]].append(town)
        for where in (key[:2], key[:5]):
            seats.setdefault((where, short_name(town.name)), set()).add(town.postal_code)
    names = _names(towns)
    return [
        *(_district(each, within[key], seats) for key, each in above.items()),
        *(_town(each, names[key], key[:5] in above) for key, each in towns.items()),
    ]


def _district(
    record: District, towns: list[Municipality], seats: dict[tuple[str, str], set[str]]
) -> Place:
    seat, key = short_name(record.administrative_headquarters), record.regional_code
    found = seats.get((key, seat)) or seats.get((key[:2], seat)) or set()
    return Place(
        ags=record.regional_code,
        official=record.name,
        short=short_name(record.name),
        name=district_name(record.name, record.type),
        kind=MunicipalityKind.DISTRICT,
        postcode="".join(found) if len(found) == 1 else "",  # of two towns of this name, neither
        population=sum(town.inhabitants for town in towns),
        area=sum(town.area for town in towns),
    )


def _town(record: Municipality, name: str, has_district: bool) -> Place:
    return Place(
        ags=record.regional_code,
        official=record.name,
        short=short_name(record.name),
        name=name,
        kind=_KINDS.get(record.type, MunicipalityKind.COMMUNE),
        postcode=record.postal_code,
        population=record.inhabitants,
        area=record.area,
        district=record.regional_code[:5] if has_district else "",
    )


def _names(towns: dict[str, Municipality]) -> dict[str, str]:
    """Return the name of each municipality for people.

    Of two in one Kreis that differ in their titles only ("Garding, Stadt" and "Garding,
    Kirchspiel"), the larger keeps the short name. A gemeindefreies Gebiet says that it is one.
    """
    larger_first = sorted(towns.items(), key=lambda item: -item[1].inhabitants)
    taken: Counter[tuple[str, str]] = Counter()
    names = {}
    for key, town in larger_first:
        short = short_name(town.name)
        keeps_title = taken[key[:5], short] or town.type in _WITHOUT_TOWN_HALL
        names[key] = town.name if keeps_title else short
        taken[key[:5], short] += 1
    return names
