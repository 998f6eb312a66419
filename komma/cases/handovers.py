"""Reading hand-overs: whom one can ask, what one was asked, and where a case went."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.codes import HandOverState, Strand
from komma.cases.models import HandOver
from komma.cases.strands import StrandKeys, brief_context
from komma.core.vault.sealing import Transplanted, unseal_json
from komma.municipalities.chain import Body, chain, first_open, houses_of, outside
from komma.municipalities.queries import municipality_by_id, receivers_of_units
from komma.municipalities.routing import unit_for

if TYPE_CHECKING:
    from komma.cases.models import Case
    from komma.cases.queries import CaseFile
    from komma.municipalities.models import Unit


class Choice(NamedTuple):
    """A unit that can be asked; ``changes``: the case would get another procedure there."""

    unit: Unit
    changes: bool


@dataclass(frozen=True)
class OpenOffer:
    """What a unit reads before it decides; nothing else of the case.

    ``brief``: the words of whoever asks; ``level`` None where it was not classified;
    ``mailbox``: to seal an answer to, its secret is not known here.
    """

    handover: HandOver
    brief: str
    side: str
    level: int | None
    town: str
    received_on: dt.date
    mailbox: StrandKeys


class GivenAway(NamedTuple):
    """A case that the reader could open until another body took it."""

    number: str
    day: dt.date
    unit: str
    organisation: str


def place_of(unit: Unit) -> str:
    """Return a unit with its body and, where it says so, where that sits."""
    body = unit.organisation
    return ", ".join(filter(None, [unit.name, body.name, *body.address.splitlines()]))


def whereabouts(handover: HandOver | None, case: Case) -> str:
    """Return one sentence to the reporter on who has been asked and who has the case, or ""."""
    if handover is None or not rules.is_open(case.status):
        return ""
    words = {"place": place_of(handover.to_unit), "former": place_of(handover.from_unit)}
    if handover.state == HandOverState.OFFERED:
        return _(
            "Angefragt seit %(day)s: %(place)s. Bis dort entschieden ist, bleibt Ihr Fall bei "
            "%(former)s."
        ) % (words | {"day": f"{handover.offered_on:%d.%m.%Y}"})
    day = f"{handover.decided_on:%d.%m.%Y}"
    if handover.state == HandOverState.TAKEN:
        return _("Ihr Fall liegt seit %(day)s bei: %(place)s.") % (words | {"day": day})
    if handover.state == HandOverState.DECLINED:
        return _("Am %(day)s abgelehnt von: %(place)s. Ihr Fall bleibt bei %(former)s.") % (
            words | {"day": day}
        )
    return ""


def offers() -> list[HandOver]:
    """Return the open offers that the acting person can decide, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM komma_offered_handovers()")
        ids = [found for (found,) in cursor.fetchall()]
    found = HandOver.objects.filter(pk__in=ids).defer("brief")
    found = found.select_related("from_unit__organisation", "to_unit__organisation")
    return list(found.order_by("offered_on", "pk"))


def count_offers() -> int:
    """Return how many open offers the acting person can decide."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM komma_offered_handovers()")
        (count,) = cursor.fetchone()
    return int(count)


def offer_of(person_secret: str, handover_id: UUID) -> OpenOffer | None:
    """Open an offer that the acting person can decide, or return None.

    Raises `VaultError` if it was sealed to a former key of this person, or put there by force.
    """
    row = next((each for each in offers() if each.pk == handover_id), None)
    if row is None:
        return None
    brief = unseal_json(
        bytes(row.brief), identity=person_secret, context=brief_context(row.case_id, row.pk)
    )
    proof = rules.brief_proof(row.case_id, row.pk, brief["mailbox"])
    if not hmac.compare_digest(bytes.fromhex(brief["proof"]), proof):
        raise Transplanted("Not made by this server.")
    return OpenOffer(
        handover=row,
        brief=brief["text"],
        side=brief["side"],
        level=brief["level"],
        town=brief["town"],
        received_on=dt.date.fromisoformat(brief["received_on"]),
        mailbox=StrandKeys(Strand.MAILBOX, brief["generation"], {}, brief["mailbox"]),
    )


def brief_of(file: CaseFile, handover: UUID, text: str) -> dict[str, Any]:
    """Return what `offer_of` reads."""
    case, keys = file.case, file.mailbox
    return {
        "text": text,
        "side": case.side,
        "level": case.level,
        "town": case.concerns.name,
        "received_on": case.received_on.isoformat(),
        "mailbox": keys.public,
        "generation": keys.generation,
        "proof": rules.brief_proof(case.pk, handover, keys.public).hex(),
    }


def given_away() -> list[GivenAway]:
    """Return the cases that the acting person could open until another body took them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM komma_given_away()")
        return [GivenAway(*row) for row in cursor.fetchall()]


def choices(file: CaseFile) -> list[Choice]:
    """Return the other units that can be asked, those of the same procedure first.

    Bodies responsible for the place, in their order; within the own house the procedure changes.
    The house that a report has left is not asked, unless it was there before.
    """
    town = municipality_by_id(file.case.concerns_id)
    barred = _house_left(file.case)
    pillar = file.case.unit.pillar
    found = [
        Choice(unit, rules.changes_procedure(pillar, unit.pillar, usual.pillar))
        for body in (chain(town) if town else [])
        if body.organisation.pk not in barred and (usual := unit_for(pillar, body.units))
        for unit in body.units
        if unit.pk != file.case.unit_id
    ]
    ready = receivers_of_units(choice.unit.pk for choice in found)
    able = [choice for choice in found if ready[choice.unit.pk]]
    return sorted(able, key=lambda choice: (choice.unit.pillar != pillar, choice.changes))


def is_own_house(organisation: UUID, concerns: UUID) -> bool:
    """Tell whether an organisation is the town hall of the place, or what that was merged into."""
    return organisation in houses_of(concerns)


def outside_body(concerns: UUID) -> Body | None:
    """Return the first open body beyond the own house of a place, or None."""
    town = municipality_by_id(concerns)
    return first_open(outside(chain(town))) if town else None


def _house_left(case: Case) -> set[UUID]:
    """Return the own house of the place, where it never had the case (komma_left_house)."""
    own = houses_of(case.concerns_id)
    taken = HandOver.objects.filter(case=case, state=HandOverState.TAKEN)
    was_there = {case.organisation_id} | set(
        taken.values_list("from_unit__organisation_id", flat=True)
    )
    return set() if own & was_there else own
