"""What the forms of a draft share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms as django_forms
from django.utils.translation import gettext_lazy

from komma.procedures.codes import AffectedRole, Form, Side, Wish
from komma.procedures.forms.reading import level_choices
from komma.procedures.model import When

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

    from komma.procedures.levels import LevelRow

CONDITIONS = ("levels", "sides", "affected", "forms", "wishes")


class DraftForm(django_forms.Form):
    """A change of a draft, decided on a state of it (``mark``).

    ``base``: codes of what the fields began with (`forms.merging`); ``together``: fields that make
    sense together only.
    """

    mark = django_forms.CharField(widget=django_forms.HiddenInput, required=False)
    base = django_forms.CharField(widget=django_forms.HiddenInput, required=False)
    together: ClassVar[tuple[tuple[str, ...], ...]] = ()


def line(
    label: StrOrPromise, longest: int, empty: StrOrPromise, **more: Any
) -> django_forms.CharField:
    """Return a field for one line that must not be empty."""
    return django_forms.CharField(
        label=label, max_length=longest, error_messages={"required": empty}, **more
    )


def text(
    label: StrOrPromise, longest: int, empty: StrOrPromise, **more: Any
) -> django_forms.CharField:
    """Return a field for a few sentences that must not be empty."""
    return line(label, longest, empty, widget=django_forms.Textarea({"rows": 4}), **more)


class ConditionsMixin(django_forms.Form):
    """For which cases something applies; nothing chosen means for all."""

    levels = django_forms.TypedMultipleChoiceField(
        label=gettext_lazy("Gefahrenstufe"),
        coerce=int,
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
    )
    sides = django_forms.MultipleChoiceField(
        label=gettext_lazy("Von wem ging es aus?"),
        choices=Side.choices,
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
    )
    affected = django_forms.MultipleChoiceField(
        label=gettext_lazy("Aufgabe der betroffenen Person"),
        choices=AffectedRole.choices,
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
    )
    forms = django_forms.MultipleChoiceField(
        label=gettext_lazy("Was ist geschehen?"),
        help_text=gettext_lazy("Eines davon genügt."),
        choices=Form.choices,
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
    )
    wishes = django_forms.MultipleChoiceField(
        label=gettext_lazy("Was wünscht sich die meldende Person?"),
        help_text=gettext_lazy("Eines davon genügt."),
        choices=Wish.choices,
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, levels: Iterable[LevelRow], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["levels"].choices = level_choices(levels)  # type: ignore[attr-defined]

    def when(self) -> When:
        """Return the conditions chosen in a valid form."""
        return When(**{name: frozenset(self.cleaned_data[name]) for name in CONDITIONS})


def conditions_of(when: When) -> dict[str, list[Any]]:
    """Return what the fields of the conditions begin with."""
    return {name: sorted(getattr(when, name)) for name in CONDITIONS}
