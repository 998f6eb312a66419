"""Choices that explain themselves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class HintedLabel:
    """A choice's label and one sentence beneath it; counts as its label wherever text is wanted."""

    label: "StrOrPromise"
    hint: "StrOrPromise"

    def __str__(self) -> str:
        return str(self.label)


def hinted(label: "StrOrPromise", hint: "StrOrPromise") -> HintedLabel:
    """Return `label` with an explanation, for radio buttons and groups of checkboxes."""
    return HintedLabel(label, hint)
