"""Pure rules of accounts: whose key is genuine, and who must have a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from komma.people.macs import key_is_authentic, key_mac

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["key_is_authentic", "key_mac", "second_factor_required", "second_factors_are_asked"]


def second_factors_are_asked() -> bool:
    """Tell whether anybody has to have a second factor.

    A demonstration does without, and says so in its banner.
    """
    return not settings.KOMMA_DEMO


def second_factor_required(person_id: UUID) -> bool:
    """Tell whether this person may only go on with a second factor.

    Which roles open cases is a fact of the app above; the setting names its function of a
    person's id.
    """
    if not second_factors_are_asked():
        return False
    opens_cases = import_string(settings.KOMMA_SECOND_FACTOR_RULE)
    return bool(opens_cases(person_id))
