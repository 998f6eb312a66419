"""Pure rules of procedures: who may change them."""

from __future__ import annotations

from collections.abc import Iterable

from komma.municipalities.codes import Role


def may_edit(roles: Iterable[str]) -> bool:
    """Tell whether somebody with these roles writes and publishes procedures."""
    return Role.COORDINATION in roles
