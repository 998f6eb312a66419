"""Looking for one's municipality."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """By name, postcode or official key; nothing is kept of what is looked for."""

    mark_optional = False
    q = forms.CharField(
        required=False,
        label=_("Name der Kommune, Postleitzahl oder Gemeindeschlüssel"),
        widget=forms.TextInput({"autocomplete": "off", "class": "komma-w-l"}),
    )
