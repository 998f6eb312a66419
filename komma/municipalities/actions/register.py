"""Reading an edition of the official register in; only the owner role may."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.core.ids import uuid7
from komma.municipalities.actions import register_rows
from komma.municipalities.actions.errors import Refused
from komma.municipalities.codes import Land, OrganisationKind
from komma.municipalities.models import FormerName, Municipality, Organisation, RegisterImport
from komma.municipalities.register.comparing import Comparison, compare
from komma.municipalities.register.names import short_name
from komma.municipalities.register.slugs import slugs_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from komma.municipalities.register.places import Edition, Place

type Progress = Callable[[int, int], None]
"""Called with how many rows are written, and how many there are to write."""


@dataclass
class Outcome:
    """What an edition has changed; ``changed`` counts renamed and re-keyed places too.

    ``merged`` ended with a successor; ``orphans``: name and key of those that ended without one.
    """

    added: int = 0
    changed: int = 0
    renamed: int = 0
    rekeyed: int = 0
    merged: int = 0
    orphans: list[tuple[str, str]] = field(default_factory=list)
    was_known: bool = False

    @property
    def ended(self) -> int:
        return self.merged + len(self.orphans)


def read_in(edition: Edition, *, successions: Mapping[str, str], progress: Progress) -> Outcome:
    """Bring all municipalities to the state of the edition, in one transaction.

    ``successions``: keys of ended municipalities, and of those that answer for them from now on.

    Raises:
        Refused: the edition is older than the newest one read, lacks a whole Land that is known,
            or a succession names a key that is unknown, not ended or leads in a circle.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # One at a time; readers go on.
        cursor.execute("LOCK TABLE municipalities_registerimport IN EXCLUSIVE MODE")
        outcome = _Reading(edition, progress).run(successions)
        # At once, since thousands of new rows mislead the planner.
        cursor.execute("ANALYZE municipalities_organisation, municipalities_municipality")
    return outcome


class _Reading:
    """One edition on its way into the tables."""

    def __init__(self, edition: Edition, progress: Progress) -> None:
        self.edition = edition
        self.progress = progress
        self.outcome = Outcome()
        # The day before: the register says what holds on its date, not when it began to.
        self.until = edition.date - dt.timedelta(days=1)
        self.former: list[FormerName] = []
        self.done = self.total = 0

    def run(self, successions: Mapping[str, str]) -> Outcome:
        self._refuse_older()
        known = list(Municipality.objects.all())
        self._refuse_parts(known)
        found = compare(known, self.edition.places)
        new = self._new_rows(found.new)
        by_key = {row.ags: row.pk for row in new}
        by_key |= {place.ags: row.pk for row, place in (*found.kept, *found.rekeyed)}
        self._write(found, new, by_key)
        self._hand_set(successions)
        self._note()
        return self.outcome

    def _refuse_older(self) -> None:
        newest = RegisterImport.objects.order_by("-edition").first()
        if newest is None:
            return
        self.outcome.was_known = newest.edition == self.edition.date
        if self.edition.date < newest.edition:
            raise Refused(
                _("Der Gebietsstand %(this)s ist älter als der zuletzt eingelesene vom %(last)s.")
                % {"this": f"{self.edition.date:%d.%m.%Y}", "last": f"{newest.edition:%d.%m.%Y}"}
            )

    def _refuse_parts(self, known: Sequence[Municipality]) -> None:
        """A file of some Länder only would end all municipalities of the others."""
        before = {
            row.ags[:2]: row.land for row in known if row.official_name and not row.valid_until
        }
        lacking = set(before) - {place.ags[:2] for place in self.edition.places}
        if lacking:
            names = ", ".join(Land(before[number]).label for number in sorted(lacking))
            raise Refused(
                _("Die Datei ist unvollständig: Es fehlt %(lands)s. Es wurde nichts eingelesen.")
                % {"lands": names}
            )

    def _new_rows(self, places: Sequence[Place]) -> list[Municipality]:
        taken = set(Organisation.objects.values_list("slug", flat=True))
        slugs = slugs_for(places, among=self.edition.places, taken=taken)
        return [self._new_row(place, slugs[place.ags]) for place in places]

    def _new_row(self, place: Place, slug: str) -> Municipality:
        key = uuid7()
        return Municipality(
            id=key,
            organisation_ptr_id=key,
            slug=slug,
            name=place.name,
            kind=OrganisationKind.MUNICIPALITY,
            land=place.land,
            ags=place.ags,
            valid_from=self.edition.date,
        )

    def _write(self, found: Comparison, new: list[Municipality], by_key: dict[str, UUID]) -> None:
        for row, place in zip(new, found.new, strict=True):
            _take_over(row, place, by_key)
        changed = [
            row
            for row, place in (*found.kept, *found.rekeyed)
            if self._has_changed(row, place, by_key)
        ]
        for row in found.ended:
            self._end(row, by_key.get(found.successor.get(row.pk, "")))
        self.total = len(new) + len(changed) + len(found.ended)
        # Kreise come first, so that each municipality finds the one above it.
        register_rows.insert(new, self._step)
        register_rows.update([*changed, *found.ended], self._step)
        FormerName.objects.bulk_create(self.former, ignore_conflicts=True)
        self.outcome.added = len(new)
        self.outcome.changed = len(changed)
        self.outcome.rekeyed = len(found.rekeyed)

    def _has_changed(self, row: Municipality, place: Place, by_key: Mapping[str, UUID]) -> bool:
        before = _state(row)
        if row.ags != place.ags:
            self.former.append(FormerName(municipality=row, text=row.ags, until=self.until))
        name = self._name_of(row, place)
        if name != row.name:
            Organisation.objects.filter(pk=row.pk).update(name=name)
            row.name = name
        row.valid_until = row.successor_id = None
        _take_over(row, place, by_key)
        return _state(row) != before

    def _name_of(self, row: Municipality, place: Place) -> str:
        """Return the name on screen: what people entered stays until the register renames."""
        if not row.official_name:
            return place.name if short_name(row.name) == place.short else row.name
        if short_name(row.official_name) == place.short:
            return row.name
        self.former.append(FormerName(municipality=row, text=row.name, until=self.until))
        self.outcome.renamed += 1
        return place.name

    def _end(self, row: Municipality, successor: UUID | None) -> None:
        row.valid_until, row.successor_id = self.until, successor
        if successor is None:
            self.outcome.orphans.append((row.name, row.ags))
        else:
            self.outcome.merged += 1

    def _step(self, count: int) -> None:
        self.done += count
        self.progress(self.done, self.total)

    def _hand_set(self, successions: Mapping[str, str]) -> None:
        for old, new in successions.items():
            _succeed(old, new)
            orphans = [each for each in self.outcome.orphans if each[1] != old]
            self.outcome.merged += len(self.outcome.orphans) - len(orphans)
            self.outcome.orphans = orphans

    def _note(self) -> None:
        if self.outcome.was_known:
            return
        RegisterImport.objects.create(
            edition=self.edition.date,
            read_on=timezone.localdate(),
            added=self.outcome.added,
            changed=self.outcome.changed,
            ended=self.outcome.ended,
        )


def _state(row: Municipality) -> tuple[object, ...]:
    return (row.name, *(getattr(row, column) for column in register_rows.REGISTERED))


def _take_over(row: Municipality, place: Place, by_key: Mapping[str, UUID]) -> None:
    row.ags = place.ags
    row.official_name = place.official
    row.municipality_kind = place.kind
    row.seat_postcode = place.postcode
    row.population = place.population
    row.area_ha = place.area
    row.district_id = by_key[place.district] if place.district else None


def _succeed(old: str, new: str) -> None:
    rows = {row.ags: row for row in Municipality.objects.filter(ags__in=[old, new])}
    for key in (old, new):
        if key not in rows:
            raise Refused(_("Den Schlüssel %(key)s gibt es nicht.") % {"key": key})
    if rows[old].valid_until is None:
        raise Refused(_("%(key)s gilt noch und braucht keine Nachfolge.") % {"key": old})
    ahead: Municipality | None = rows[new]
    met = {old}
    while ahead is not None:
        if ahead.ags in met:
            raise Refused(
                _("%(old)s kann nicht in %(new)s aufgehen: Das führt im Kreis.")
                % {"old": old, "new": new}
            )
        met.add(ahead.ags)
        ahead = ahead.successor
    Municipality.objects.filter(ags=old).update(successor=rows[new])
