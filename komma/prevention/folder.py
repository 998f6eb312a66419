"""The emergency folder of a building as it is today: texts, and what comes from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.core.documents import render_pdf
from komma.municipalities.codes import OrganisationKind
from komma.municipalities.queries import members_of, municipality_by_id, units_of
from komma.prevention.catalogue import papers, sections
from komma.prevention.queries import changes_of, latest_sections, records_in
from komma.prevention.texts import Block, blocks, gaps
from komma.procedures.queries import level_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from komma.municipalities.models import Organisation, Unit
    from komma.prevention.catalogue import Section
    from komma.prevention.models import Building, Text
    from komma.procedures.levels import LevelRow

_TEMPLATE = Path(__file__).parent / "documents" / "folder.typ"
STATEMENT = "grundsatzerklaerung"
MOST_RECORDS = 8

Row = tuple[str, str]


@dataclass(frozen=True)
class Page:
    """A section with its content. ``rows``: terms and what is live about them; ``changed``: when
    and by which function the text was written, "" while it is the one to begin from."""

    section: Section
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    changed: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.rows and not self.blocks


def folder(organisation: Organisation, building: Building) -> list[Page]:
    """Return the sections in their order, with the telephones, functions and papers of today."""
    texts = latest_sections(organisation.pk, building.pk)
    units = units_of(organisation.pk)
    levels = {row.level: row for row in level_table(organisation.pk)}
    statement = texts.get(STATEMENT)
    live = {
        "roles": _roles(organisation, units),
        "numbers": _numbers(organisation, units),
        "reporting": _report_address(organisation),
        "log": _log(organisation, building),
    }
    found = []
    for section in sections().values():
        text = statement if section.live == "statement" else texts.get(section.slug)
        if section.level is None:
            found.append(_page(section, live.get(section.live, []), text))
        else:
            found.append(_card(section, levels[section.level], text))
    return found


def with_gaps(texts: Mapping[str, Text]) -> list[Section]:
    """Return the sections of a folder that still hold blanks; ``texts``: the newest, by slug."""
    found = []
    for section in sections().values():
        text = texts.get(STATEMENT if section.live == "statement" else section.slug)
        if not section.is_sheet and gaps(text.content["text"] if text else section.text):
            found.append(section)
    return found


def folder_pdf(organisation: Organisation, building: Building) -> bytes:
    """Return the folder as PDF/UA with the day of printing."""
    return render_pdf(
        _TEMPLATE,
        {
            "title": _("Notfallordner"),
            "building": building.content["name"],
            "address": building.content["address"],
            "organisation": organisation.name,
            "stand": stand(),
            "danger": _("In Gefahr: 110. Feuer oder Verletzte: 112."),
            "contents": _("Inhalt"),
            "empty": _("Noch nichts eingetragen."),
            "sections": [_as_data(page) for page in folder(organisation, building)],
        },
    )


def stand() -> str:
    """Return the day that each print carries."""
    return _("Stand: %(day)s. Ältere Ausdrucke bitte vernichten.") % {"day": _day(today())}


def _as_data(page: Page) -> dict[str, Any]:
    return {
        "title": page.section.title,
        "rows": page.rows,
        "blocks": [block._asdict() for block in page.blocks],
        "changed": page.changed,
    }


def _page(section: Section, rows: list[Row], text: Text | None) -> Page:
    if text is None:
        return Page(section, rows, blocks(section.text))
    changed = _("Zuletzt geändert am %(day)s (%(function)s)") % {
        "day": _day(text.written_on),
        "function": text.content["function"],
    }
    found = blocks(text.content["text"])
    if text.content["signed_by"] and text.in_force_on:
        signed = _("In Kraft seit %(day)s, unterschrieben: %(function)s")
        words = {"day": _day(text.in_force_on), "function": text.content["signed_by"]}
        found.append(Block(False, [signed % words]))
    return Page(section, rows, found, changed)


def _card(section: Section, level: LevelRow, text: Text | None) -> Page:
    """Return a card for conduct: the level as the own table has it, then the text."""
    titled = replace(section, title=f"{section.title}: {level.title}")
    known = [
        (_("Woran Sie es erkennen"), "\n".join(level.criteria)),
        (_("Wer handelt"), level.acts),
    ]
    return _page(titled, known, text)


def _roles(organisation: Organisation, units: list[Unit]) -> list[Row]:
    """Return each unit with the functions in it: no names, which would be out of date on paper."""
    held: dict[object, list[str]] = {}
    for each in members_of(organisation.pk):
        title = _("%s (Vertretung)") % each.title if each.is_deputy else each.title
        if title not in held.setdefault(each.unit_id, []):
            held[each.unit_id].append(title)
    nobody = _("noch niemand")
    return [(unit.name, "\n".join(sorted(held.get(unit.pk, []))) or nobody) for unit in units]


def _numbers(organisation: Organisation, units: list[Unit]) -> list[Row]:
    """Return whom to call, as the units have it entered at this moment."""
    municipality = municipality_by_id(organisation.pk)
    found = [(_("Polizei"), "110"), (_("Feuerwehr, Rettungsdienst"), "112")]
    if municipality and municipality.emergency_hint:
        found.append((_("Weg im Notfall vor Ort"), municipality.emergency_hint))
    if organisation.phone:
        found.append((_("Zentrale"), organisation.phone))
    for unit in units:
        if unit.phone or unit.email:
            found.append((unit.name, "\n".join(filter(None, (unit.phone, unit.email, unit.hours)))))
    return found


def _report_address(organisation: Organisation) -> list[Row]:
    """Return where people of a municipality report; other bodies have no such address."""
    if organisation.kind != OrganisationKind.MUNICIPALITY:
        return []
    address = f"{settings.KOMMA_URL.rstrip('/')}/melden/{organisation.slug}/"
    return [(_("Online melden"), address)]


def _log(organisation: Organisation, building: Building) -> list[Row]:
    """Return exercises, instructions, checks and changes with day and function, newest first."""
    found: list[tuple[dt.date, str]] = []
    for record in records_in(organisation.pk, building.pk, MOST_RECORDS):
        led = f"{record.content['topic']} ({record.content['led_by']})"
        found.append((record.held_on, f"{record.get_kind_display()}: {led}"))
    if building.checked_on:
        found.append((building.checked_on, _("Ordner geprüft")))
    titles = {slug: each.title for slug, each in (sections() | papers()).items()}
    for text in changes_of(organisation.pk, building.pk):
        title = titles.get(text.slug, text.slug)
        found.append((text.written_on, f"{title} ({text.content['function']})"))
    found.sort(key=lambda entry: entry[0], reverse=True)
    return [(_day(day), what) for day, what in found]


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"
