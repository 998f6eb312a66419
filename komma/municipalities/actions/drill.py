"""The yearly drill: two people prove with both papers that an emergency would end well.

Nothing of a case is touched. What is sealed and opened is a random word.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.core.vault.sealing import Context, VaultError, seal, unseal
from komma.core.vault.server import server_mac
from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.actions.papers import demand_present, locked, take_paper
from komma.municipalities.emergency import (
    AN_HOUR,
    drill_due_on,
    emergency_publics,
    pending_drill,
)
from komma.municipalities.models import EmergencyDrill, EmergencyKey
from komma.municipalities.queries import administrators
from komma.people.actions import hint
from komma.people.hints import Hint

if TYPE_CHECKING:
    from uuid import UUID

WORD = 32  # bytes
PROTOCOLS_KEPT = dt.timedelta(days=3 * 365)


def start_drill(*, organisation_id: UUID, typed: str, by: UUID) -> None:
    """Open, with paper B, the outer layer of a word; the rest waits an hour for paper A.

    Takes the place of a drill that was begun and not ended. Raises Refused where both keys are
    not ready, and for a wrong paper.
    """
    demand_administration(organisation_id, by)
    publics = emergency_publics(organisation_id)
    if publics is None:
        raise Refused(
            _("Für die Übung müssen beide Schlüssel erzeugt und vom Papier geprüft sein.")
        )
    secret, is_present = take_paper(organisation_id=organisation_id, part="B", typed=typed, by=by)
    demand_present(is_present)
    with transaction.atomic():
        EmergencyDrill.objects.filter(organisation_id=organisation_id, finished_on=None).delete()
        drill = EmergencyDrill(
            organisation_id=organisation_id, started_by_id=by, started_at=timezone.now()
        )
        word = secrets.token_bytes(WORD)
        inner = seal(word, to=[publics[0]], context=_context(drill, "a"))
        envelope = seal(inner, to=[publics[1]], context=_context(drill, "b"))
        drill.half = unseal(envelope, identity=secret, context=_context(drill, "b"))
        drill.proof = _proof(drill, word)
        drill.save(force_insert=True)
        note("emergency.drill_started", organisation_id=organisation_id, by=by)


def finish_drill(*, organisation_id: UUID, typed: str, by: UUID) -> EmergencyDrill:
    """Open, with paper A, what paper B has left; from now on both count as proven today.

    Raises Refused without a drill of the last hour, for whoever began it, and for a wrong paper.
    """
    demand_administration(organisation_id, by)
    _demand_second_person(pending_drill(organisation_id), by)
    secret, is_present = take_paper(organisation_id=organisation_id, part="A", typed=typed, by=by)
    demand_present(is_present)
    with transaction.atomic():
        list(locked(organisation_id))
        drill = _demand_second_person(pending_drill(organisation_id), by)
        try:
            word = unseal(bytes(drill.half), identity=secret, context=_context(drill, "a"))
        except VaultError as error:
            raise Refused(_replaced()) from error
        if not hmac.compare_digest(_proof(drill, word), bytes(drill.proof)):
            raise Refused(_replaced())
        drill.finished_by_id, drill.finished_on, drill.half = by, today(), b""
        drill.save(update_fields=["finished_by", "finished_on", "half"])
        EmergencyKey.objects.filter(organisation_id=organisation_id).update(verified_on=today())
        note("emergency.drilled", organisation_id=organisation_id, by=by)
    return drill


def tidy_drills() -> None:
    """Delete drills without an end and protocols that are too old. For the worker."""
    unfinished = Q(finished_on=None, started_at__lte=timezone.now() - AN_HOUR)
    EmergencyDrill.objects.filter(unfinished | Q(finished_on__lt=today() - PROTOCOLS_KEPT)).delete()


def remind_of_drills() -> int:
    """Hint to the administrations whose drill is overdue; return to how many people.

    For the worker.
    """
    keys = EmergencyKey.objects.order_by("organisation_id").values_list("organisation_id")
    due = {org: drill_due_on(org) for (org,) in keys.distinct()}
    overdue = [org for org, day in due.items() if day is not None and day <= today()]
    people = {each.person_id for org in overdue for each in administrators(org)}
    for person in people:
        hint(person, Hint.DUE)
    return len(people)


def _demand_second_person(drill: EmergencyDrill | None, by: UUID) -> EmergencyDrill:
    if drill is None:
        raise Refused(
            _(
                "Es gibt keine begonnene Übung, oder die Stunde ist vorbei. Bitte beginnen Sie "
                "noch einmal mit Blatt B."
            )
        )
    if drill.started_by_id == by:
        raise Refused(
            _("Sie haben die Übung begonnen. Den zweiten Schritt macht eine andere Person.")
        )
    return drill


def _replaced() -> str:
    return _("Ein Schlüssel wurde inzwischen ersetzt. Bitte beginnen Sie noch einmal mit Blatt B.")


def _context(drill: EmergencyDrill, layer: str) -> Context:
    return Context(drill.organisation_id, f"drill.{layer}", drill.pk)


def _proof(drill: EmergencyDrill, word: bytes) -> bytes:
    return server_mac("emergency drill", drill.organisation_id, drill.pk, word)
