"""A form's field as it appears on the page: KERN classes and accessible attributes."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input, Widget

# The class that KERN gives to each kind of input; the first matching line counts.
_CLASSES: tuple[tuple[tuple[type[Widget], ...], str], ...] = (
    ((forms.CheckboxInput, forms.CheckboxSelectMultiple), "kern-form-check__checkbox"),
    ((forms.RadioSelect,), "kern-form-check__radio"),
    ((forms.Select,), "kern-form-input__select"),
    ((forms.HiddenInput, forms.MultipleHiddenInput, forms.MultiWidget), ""),
    ((Input, forms.Textarea), "kern-form-input__input"),
)


def widget_class(widget: Widget) -> str:
    """Return KERN's class for `widget`, or "" when it has none."""
    return next((name for kinds, name in _CLASSES if isinstance(widget, kinds)), "")


class KommaBoundField(BoundField):
    """Adds KERN's classes; says to templates what a field looks like."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        """Return the attributes of the input element, Django's own included."""
        shown = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, shown)
        base = widget_class(shown)
        if isinstance(shown, forms.RadioSelect):
            # Also a group of checkboxes. ARIA knows no invalid single radio button, and an
            # error of the group is not one of each box: the fieldset carries it.
            built.pop("aria-invalid", None)
        names = [base, shown.attrs.get("class", ""), built.get("class", "")]
        if base and self.errors:
            names.append(f"{base}--error")
        classes = " ".join(name for name in names if name)
        return built | {"class": classes} if classes else built

    @property
    def focus_id(self) -> str:
        """The id of the element that takes the focus when somebody follows a link to this field."""
        widget = self.field.widget
        if isinstance(widget, forms.RadioSelect):
            has_options = bool(list(widget.choices))
            return f"{self.auto_id}_0" if has_options else self.auto_id
        return self.id_for_label or self.auto_id

    @property
    def is_single_check(self) -> bool:
        """Whether this is one checkbox with its label behind it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def marks_optional(self) -> bool:
        """Whether the label says that an answer is voluntary.

        A form whose questions nearly all are voluntary sets `mark_optional = False`.
        """
        return not self.field.required and getattr(self.form, "mark_optional", True)

    @property
    def is_question(self) -> bool:
        """Whether the label is the page's heading: the form names this field as its `question`."""
        return getattr(self.form, "question", None) == self.name
