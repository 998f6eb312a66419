"""Pure rules of organisations: what a role may, where it fits, and what proves a membership."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NamedTuple, Protocol

from komma.core.vault.server import server_mac
from komma.municipalities.codes import CASE_ROLES, RECEIVING_PILLARS, Pillar, Role

if TYPE_CHECKING:
    from uuid import UUID

# Roles that receive no reports, but to whom a holder may hand a key on (see komma_grant).
_GRANTED_ROLES = (Role.COORDINATION, Role.LEADERSHIP)


class Standing(Protocol):
    """What of a membership decides who receives a case; a ``Membership`` is one."""

    @property
    def person_id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def unit_id(self) -> UUID: ...
    @property
    def role(self) -> str: ...
    @property
    def is_deputy(self) -> bool: ...


class StandingRow(NamedTuple):
    """A ``Standing`` read by a database function."""

    person_id: UUID
    organisation_id: UUID
    unit_id: UUID
    role: str
    is_deputy: bool


def membership_mac(membership: Standing) -> bytes:
    """Return the proof (32 bytes, HMAC under the server key) that a membership was made here.

    It covers whatever decides who receives a case, so that neither a row slipped into the
    database nor a changed one ever leads a case key to somebody.
    """
    return server_mac(
        "membership",
        membership.person_id,
        membership.organisation_id,
        membership.unit_id,
        str(membership.role),
        "deputy" if membership.is_deputy else "regular",
    )


def membership_is_authentic(membership: Standing, mac: bytes | memoryview[int]) -> bool:
    """Tell whether ``mac`` proves exactly this membership."""
    return hmac.compare_digest(bytes(mac), membership_mac(membership))


def pillar_of(role: str) -> str | None:
    """Return the pillar whose cases the role opens, or None for a role without cases."""
    return CASE_ROLES.get(role)


def may_open_cases(role: str) -> bool:
    """Tell whether the role receives reports and opens their cases."""
    return role in CASE_ROLES


def may_be_granted(role: str) -> bool:
    """Tell whether a holder may hand a case on to this role."""
    return may_open_cases(role) or role in _GRANTED_ROLES


def roles_for(pillar: str) -> list[Role]:
    """Return the roles that a person can have in a unit of this pillar.

    A receiving unit has exactly its own role, so that nobody comes by keys of the other
    procedure; every other unit has the roles that open nothing by themselves.
    """
    if pillar in RECEIVING_PILLARS:
        return [role for role in Role if CASE_ROLES.get(role) == pillar]
    return [role for role in Role if role not in CASE_ROLES]


def role_fits(role: str, pillar: str) -> bool:
    """Tell whether the role can be given in a unit of this pillar."""
    return role in roles_for(pillar)


def blurs_procedures(pillars: set[str]) -> bool:
    """Tell whether somebody stands in support and complaint at once.

    Allowed, since never for the same case, but worth a warning: an affected person must be able
    to speak in confidence with somebody who will not decide on the complaint.
    """
    return {Pillar.SUPPORT, Pillar.COMPLAINT} <= pillars
