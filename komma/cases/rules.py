"""Pure rules of cases: who may do what, in which status, and the proofs of keys and exclusions.

Whether somebody holds a key decides the database; these rules say what a holder may do.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from uuid import UUID, uuid4

from komma.cases.codes import OPEN_STATUSES, Outcome, Status
from komma.cases.facts import Leading
from komma.core.vault.server import server_mac
from komma.municipalities.codes import Pillar
from komma.municipalities.rules import may_be_granted, may_open_cases, pillar_of
from komma.procedures.codes import AffectedRole, Side

# From each status, where a change with a reason can lead. Taking over, closing and reopening are
# steps of their own, since they ask for more than a reason.
CHANGES: dict[Status, tuple[Status, ...]] = {
    Status.RECEIVED: (),
    Status.CHECKING: (Status.WORKING,),
    Status.WORKING: (Status.CHECKING,),
    Status.CLOSED: (),
    Status.WITHDRAWN: (),
}

_LEADING_ROLES = (AffectedRole.HEAD, AffectedRole.HONORARY_HEAD, AffectedRole.COUNCIL)
# Two ways that never become one another without the affected person's wish.
_APART = {Pillar.SUPPORT, Pillar.COMPLAINT}
_OF_HELP = {Outcome.HELPED, Outcome.DECLINED}
_OF_EXAMINATION = {Outcome.FOUNDED, Outcome.PARTLY, Outcome.UNFOUNDED}


def may_handle(roles: Iterable[str], pillar: str) -> bool:
    """Tell whether one of the roles works on cases of this pillar.

    Coordination and leadership who were granted a key read and note, and no more.
    """
    return any(pillar_of(role) == pillar for role in roles)


def may_receive_key(role: str, pillar: str) -> bool:
    """Tell whether a holder may grant a case of this pillar to somebody with this role.

    A role of another pillar may not: support and complaint stay two cases with two teams.
    """
    return may_be_granted(role) and (not may_open_cases(role) or pillar_of(role) == pillar)


def is_open(status: str) -> bool:
    """Tell whether a case in this status is being worked on."""
    return status in OPEN_STATUSES


def can_take_over(status: str) -> bool:
    """Tell whether somebody can declare to work on it; several people can, one after another."""
    return is_open(status)


def can_change_status(status: str, to: str) -> bool:
    """Tell whether a change with a reason can lead there."""
    return to in CHANGES[Status(status)]


def can_close(status: str) -> bool:
    """Tell whether it can be closed: only after somebody has taken it over."""
    return status in (Status.CHECKING, Status.WORKING)


def can_reopen(status: str) -> bool:
    """Tell whether it can be taken up again."""
    return not is_open(status)


def can_delete(status: str, *, asked: bool) -> bool:
    """Tell whether it can be deleted: when it is over, or when the reporter asked for it."""
    return asked or not is_open(status)


def can_be_offered(status: str, *, held: str) -> bool:
    """Tell whether another body can be asked to take it: open, and let in for good."""
    return is_open(status) and not held


def leaves_house(affected_role: str, leading: str) -> bool:
    """Tell whether a report goes to a body outside of the own town hall, unless chosen otherwise.

    So it does where the top of the administration or the council is affected or is the cause:
    there, everybody of the house works for those people, or with them.
    """
    return affected_role in _LEADING_ROLES or leading == Leading.YES


def changes_procedure(pillar: str, asked: str, usual: str) -> bool:
    """Tell whether a case of a pillar gets another procedure with the asked pillar.

    ``usual``: the pillar to which the body's own intake would give such a case. Where the body
    has no unit for the procedure, that is no change. Between support and complaint it always is.
    """
    return asked != pillar and (asked != usual or {pillar, asked} == _APART)


def outcomes(pillar: str, side: str) -> list[Outcome]:
    """Return how a case can end: whether a complaint is founded is no question of an assault.

    What came from inside can be examined by either. A report is part of a flood only where two
    people found so, in quarantine.
    """
    left_out = {Outcome.FLOOD}
    if pillar == Pillar.COMPLAINT:
        left_out |= _OF_HELP
    elif side == Side.OUTSIDE:
        left_out |= _OF_EXAMINATION
    return [each for each in Outcome if each not in left_out]


def exclusion_tag(case: UUID, person: UUID) -> bytes:
    """Return HMAC(server key, case, person): excludes without naming anybody in the database."""
    return server_mac("exclusion", case, person)


def role_exclusion_tag(case: UUID, role: str) -> bytes:
    """Return the tag that excludes everybody with this role, today and later."""
    return server_mac("exclusion role", case, role)


def tags_of(case: UUID, person: UUID, roles: Iterable[str]) -> list[bytes]:
    """Return all tags that could exclude a person: their own, and that of each of their roles."""
    tags = [role_exclusion_tag(case, role) for role in sorted(roles)]
    return [exclusion_tag(case, person), *tags]


def entry_id(case: UUID, token: str) -> UUID:
    """Return the id of the entry that a form with this token makes, so that it is made once.

    A keyed hash: a token that somebody makes up never meets the id of another entry. It looks
    like a random UUID, since that of a reporter must not tell a moment.
    """
    if not token:
        return uuid4()
    return UUID(bytes=server_mac("entry", case, token)[:16], version=4)


def receipt_mac(case: UUID, lookup: str, public: str) -> bytes:
    """Return the proof that a receipt's public key is the one of the intake."""
    return server_mac("receipt key", case, lookup, public)


def receipt_is_authentic(case: UUID, lookup: str, public: str, mac: bytes) -> bool:
    """Tell whether the public key of a receipt is proven."""
    return hmac.compare_digest(bytes(mac), receipt_mac(case, lookup, public))


def brief_proof(case: UUID, handover: UUID, public: str) -> bytes:
    """Return the proof that this is the mailbox key of a case that was offered to another body."""
    return server_mac("handover mailbox", case, handover, public)
