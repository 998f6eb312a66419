"""Pure rules of cases: who may do what, and the proofs of exclusion."""

from __future__ import annotations

from uuid import UUID

from komma.core.vault.server import server_mac


def exclusion_tag(case: UUID, person: UUID) -> bytes:
    """Return HMAC(server key, case, person): excludes without naming anybody in the database."""
    return server_mac("exclusion", case, person)


def role_exclusion_tag(case: UUID, role: str) -> bytes:
    """Return the tag that excludes everybody with this role, today and later."""
    return server_mac("exclusion role", case, role)
