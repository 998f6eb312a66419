"""Two people change the same form: what one of them did not touch keeps the other's value."""

from __future__ import annotations

import hashlib
import string
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

    from komma.procedures.forms.fields import DraftForm

# What the fields of a form say, as a browser sends it; an empty field says [].
type Values = dict[str, list[str]]

_DIGITS = string.ascii_lowercase + string.digits
_LENGTH = 4  # characters for each field: two texts that differ are taken for one in 1.7 million


def values_of(form: DraftForm) -> Values:
    """Return what an unsent form begins with."""
    return {field.name: _sent(field.value()) for field in form.visible_fields()}


def _sent(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    return [] if value in (None, "") else [str(value)]


def base_of(values: Values) -> str:
    """Return what tells later which fields were changed: a short code for each."""
    return "".join(_code(each) for each in values.values())


def merge(data: QueryDict, form: DraftForm, *, base: str, now: Values) -> QueryDict | None:
    """Put what the draft says ``now`` into each field of ``data`` that is as it was in ``base``.

    Return the same with ``now`` also where nobody else changed anything: what differs from the
    draft then was changed by both. None, and nothing is put in, where ``base`` is of another form.
    Fields that only make sense together (`DraftForm.together`) go together.
    """
    if len(base) != _LENGTH * len(now):
        return None
    parts = (base[start : start + _LENGTH] for start in range(0, len(base), _LENGTH))
    began = dict(zip(now, parts, strict=True))
    both = data.copy()
    for names in _groups(form, now):
        by_me = any(_code(data.getlist(name)) != began[name] for name in names)
        by_others = any(_code(now[name]) != began[name] for name in names)
        for name in names:
            if not by_me:
                data.setlist(name, now[name])
            if not (by_me and by_others):
                both.setlist(name, now[name])
    return both


def _groups(form: DraftForm, names: Iterable[str]) -> list[tuple[str, ...]]:
    grouped = {name for group in form.together for name in group}
    return [*((name,) for name in names if name not in grouped), *form.together]


def _code(values: list[str]) -> str:
    """Return a code of values without what a browser changes: line ends, order, empty ones."""
    plain = sorted(each for value in values if (each := " ".join(value.split())))
    number = int.from_bytes(hashlib.sha256("\0".join(plain).encode()).digest()[:16])
    found = ""
    for _place in range(_LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        found += _DIGITS[digit]
    return found
