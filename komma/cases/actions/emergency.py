"""Two people open cases with both emergency keys, for a third who handles them.

Whoever types the papers reads nothing: the secrets go from the papers, in the memory of the
server, to the key of the recipient. The database demands two people (komma_emergency_grant), and
the mailbox of each case tells of it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.errors import Refused, demand
from komma.cases.codes import EntryKind, Strand
from komma.cases.emergency import (
    Layer,
    Pending,
    Recipient,
    layers_of,
    pending_use,
    recipients,
    sealed_half,
)
from komma.cases.models import EmergencyUse
from komma.cases.strands import entry_context, open_inner, open_outer, seal_for_holder
from komma.core import audit
from komma.core.vault.keys import public_of
from komma.core.vault.sealing import VaultError, seal_json
from komma.municipalities import actions as municipalities
from komma.municipalities.emergency import AN_HOUR
from komma.municipalities.queries import administers, functions_of
from komma.people.actions import hint
from komma.people.hints import Hint


@dataclass(frozen=True)
class Opened:
    """How many cases somebody can open again, and how many stayed closed."""

    count: int
    left_out: int


def start_use(
    *, organisation_id: UUID, membership: UUID, number: str, reason: str, typed: str, by: UUID
) -> None:
    """Open the outer layers with paper B; for an hour they wait for paper A.

    ``membership``: of the recipient; ``number``: of one case of the recipient's unit, or empty
    for all open ones there that nobody can open any more. Raises `Refused` for a wrong paper or
    recipient, while another use waits, and where there is nothing to open.
    """
    _demand_administration(organisation_id, by)
    demand(
        pending_use(organisation_id) is None,
        _("Ein Notfallzugang ist schon begonnen. Beenden Sie ihn, oder brechen Sie ihn ab."),
    )
    recipient = _recipient(organisation_id, membership, {by})
    key_b = _take_paper(organisation_id, "B", typed, by)
    found = layers_of(recipient.unit, number.strip().upper())
    demand(found, _nothing_found(number))
    layers = {case: opened for case, rows in found.items() if (opened := _outer(rows, key_b))}
    if not layers:
        raise Refused(_nothing_opened(found))
    content = {
        "reason": reason,
        "membership": str(membership),
        "left_out": len(found) - len(layers),
    }
    with transaction.atomic():
        municipalities.note_paper(organisation_id=organisation_id, part="B", by=by)
        use = EmergencyUse(
            organisation_id=organisation_id, started_by_id=by, started_at=timezone.now()
        )
        use.half = sealed_half(use.pk, content, layers)
        use.save(force_insert=True)
        _audited("emergency.use_started", organisation_id, by)


def finish_use(*, organisation_id: UUID, use_id: UUID, typed: str, by: UUID) -> Opened:
    """Open the inner layers with paper A and give the recipient the keys.

    ``use_id``: the one that the person has looked at. Raises `Refused` for whoever began it, after
    an hour, for a wrong paper, and where the recipient cannot have access any more.
    """
    _demand_administration(organisation_id, by)
    pending = pending_use(organisation_id)
    if pending is None or pending.use.pk != use_id:
        raise Refused(
            _(
                "Diesen Notfallzugang gibt es nicht mehr, oder die Stunde ist vorbei. Bitte "
                "beginnen Sie noch einmal mit Blatt B."
            )
        )
    first = pending.use.started_by_id
    demand(
        first != by,
        _("Sie haben begonnen. Den zweiten Schritt macht eine andere Person der Verwaltung."),
    )
    demand(administers(first, organisation_id), _("Die erste Person gehört nicht mehr dazu."))
    recipient = _recipient(organisation_id, pending.membership, {first, by})
    key_a = _take_paper(organisation_id, "A", typed, by)
    secrets = {
        case: found for case, of in pending.layers.items() if (found := _inner(case, of, key_a))
    }
    demand(secrets, _("Dieses Blatt öffnet keinen der Fälle. Ist es das Blatt aus ihrer Zeit?"))
    return _hand_over(pending, recipient, secrets, by)


@transaction.atomic
def cancel_use(*, organisation_id: UUID, by: UUID) -> None:
    """Forget what has been begun."""
    _demand_administration(organisation_id, by)
    if EmergencyUse.objects.filter(organisation_id=organisation_id).delete()[0]:
        _audited("emergency.use_cancelled", organisation_id, by)


def forget_uses() -> None:
    """Delete what nobody has ended within the hour. For the worker."""
    EmergencyUse.objects.filter(started_at__lte=timezone.now() - AN_HOUR).delete()


# --- what the two steps share


def _demand_administration(organisation_id: UUID, by: UUID) -> None:
    if not administers(by, organisation_id):
        raise PermissionDenied


def _recipient(organisation_id: UUID, membership: UUID, without: set[UUID]) -> Recipient:
    found = (each for each in recipients(organisation_id) if each.receiver.membership == membership)
    recipient = next(found, None)
    if recipient is None:
        raise Refused(_("Diese Person gehört nicht mehr zu denen, die Fälle öffnen dürfen."))
    demand(
        recipient.receiver.person not in without,
        _("Wer ein Blatt eingibt, bekommt selbst keinen Zugang. Bitte wählen Sie jemand anderen."),
    )
    return recipient


def _take_paper(organisation_id: UUID, part: str, typed: str, by: UUID) -> str:
    """Return the secret of the paper; also of an earlier key, which opens cases of its time."""
    try:
        secret, _is_present = municipalities.take_paper(
            organisation_id=organisation_id, part=part, typed=typed, by=by
        )
    except municipalities.Refused as error:
        raise Refused(str(error)) from error
    return secret


def _outer(rows: list[Layer], key_b: str) -> dict[str, tuple[int, bytes]]:
    """Open the outer layers of a case; empty unless all its strands open."""
    opened = {}
    for row in rows:
        if row.sealed is None:
            return {}
        try:
            layer = open_outer(row.case, row.strand, row.generation, bytes(row.sealed), key_b)
        except VaultError:
            return {}
        opened[row.strand] = (row.generation, layer)
    return opened


def _inner(case: UUID, layers: dict[str, tuple[int, bytes]], key_a: str) -> dict[str, Any]:
    """Open the inner layers: by strand the generation and the secret; empty unless all open."""
    with suppress(VaultError):
        return {
            strand: (generation, open_inner(case, strand, generation, layer, key_a))
            for strand, (generation, layer) in layers.items()
        }
    return {}


def _nothing_found(number: str) -> str:
    if number.strip():
        return _(
            "Unter dieser Nummer gibt es bei der Stelle dieser Person keinen Fall. Bitte prüfen "
            "Sie die Nummer und die Person."
        )
    return _("Bei der Stelle dieser Person gibt es keinen offenen Fall, den niemand öffnen kann.")


def _nothing_opened(found: dict[UUID, list[Layer]]) -> str:
    if any(row.sealed is not None for rows in found.values() for row in rows):
        return _("Dieses Blatt öffnet keinen der Fälle. Ist es das Blatt aus ihrer Zeit?")
    return _(
        "Für diese Fälle sind keine Notfallschlüssel hinterlegt, zum Beispiel weil die meldende "
        "Person es abgelehnt hat. Sie lassen sich nicht öffnen."
    )


# --- handing over


def _hand_over(
    pending: Pending, recipient: Recipient, secrets: dict[UUID, dict[str, Any]], by: UUID
) -> Opened:
    use, receiver = pending.use, recipient.receiver
    organisation_id, first = use.organisation_id, use.started_by_id
    text = _told(pending, recipient, [functions_of(each, organisation_id) for each in (first, by)])
    cases = [_prepared(case, recipient, found, text) for case, found in secrets.items()]
    with transaction.atomic():
        municipalities.note_paper(organisation_id=organisation_id, part="A", by=by)
        granted = call(
            "SELECT komma_emergency_grant(%s, %s, %s, %s, %s)",
            [use.pk, receiver.person, receiver.public, receiver.title, json.dumps(cases)],
        )
        demand(granted, _("Diese Person kann zu diesen Fällen keinen Zugang bekommen."))
        for case in granted:
            for person in (first, by):
                _audited("case.emergency_opened", organisation_id, person, case)
        _audited("emergency.used", organisation_id, by)
        hint(receiver.person, Hint.NEWS)
    total = pending.count + pending.left_out
    return Opened(len(granted), total - len(granted))


def _prepared(
    case: UUID, recipient: Recipient, secrets: dict[str, tuple[int, str]], text: str
) -> dict[str, Any]:
    """Return what the database function takes for one case."""
    receiver, entry = recipient.receiver, uuid4()
    generation, mailbox = secrets[Strand.MAILBOX]
    body = {"kind": EntryKind.EMERGENCY, "text": text}
    # To the key that the secret yields, never to one read from the database.
    sealed = seal_json(body, to=[public_of(mailbox)], context=entry_context(case, entry))
    return {
        "id": str(case),
        "tags": [tag.hex() for tag in rules.tags_of(case, receiver.person, receiver.roles)],
        "keys": [
            {
                "id": str(uuid4()),
                "strand": strand,
                "generation": number,
                "sealed": seal_for_holder(case, strand, secret, receiver.public).hex(),
            }
            for strand, (number, secret) in secrets.items()
        ],
        "entry": {"id": str(entry), "generation": generation, "body": sealed.hex()},
    }


def _told(pending: Pending, recipient: Recipient, functions: list[str]) -> str:
    """Return what the reporter and all holders read in the mailbox."""
    text = _(
        "Zwei Personen (%(first)s; %(second)s) haben die beiden Notfallschlüssel benutzt, damit "
        "Ihr Fall wieder bearbeitet werden kann. Gelesen haben sie ihn nicht. Zugang hat jetzt: "
        "%(function)s."
    ) % {"first": functions[0], "second": functions[1], "function": recipient.receiver.title}
    reason = _("Begründung: %s") % pending.reason
    return f"{text}\n{reason}\n" + _("Haben Sie Fragen dazu? Schreiben Sie einfach hier.")


def _audited(kind: str, organisation_id: UUID, person: UUID, case: UUID | None = None) -> None:
    audit.record(
        kind,
        organisation=organisation_id,
        case=case,
        person=person,
        function=functions_of(person, organisation_id),
    )
