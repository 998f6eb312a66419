"""One's own account: name, password, vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from komma.people.forms.fields import PASSWORD_HELP, password_field

if TYPE_CHECKING:
    from komma.people.models import Person


class _Plain(forms.Form):
    """Short forms in which everything asked for is needed."""

    mark_optional = False


class NameForm(_Plain):
    """The name that colleagues see."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("So sehen Sie Ihre Kolleg:innen. Meldende sehen Ihre Funktion."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "komma-w-l"}),
        error_messages={"required": _("Bitte geben Sie Ihren Namen ein.")},
    )


class NewPasswordForm(_Plain):
    """A new password, typed twice."""

    password = password_field(_("Neues Passwort"), new=True, help_text=PASSWORD_HELP)
    again = password_field(_("Neues Passwort noch einmal"), new=True)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password"), cleaned.get("again")
        if first and second and first != second:
            self.add_error("again", _("Beide Eingaben müssen gleich sein."))
        return cleaned


class AcceptForm(NewPasswordForm):
    """What an invited person fills in."""

    name = NameForm.base_fields["name"]
    field_order = ("name", "password", "again")

    def clean(self) -> dict[str, Any]:
        # A password made of the name just typed is as guessable as one of the name on file.
        self.person.name = self.cleaned_data.get("name", self.person.name)
        cleaned = super().clean()
        password = cleaned.get("password")
        if password:
            try:
                validate_password(password, self.person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    current = password_field(_("Bisheriges Passwort"))
    field_order = ("current", "password", "again")

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self.person.check_password(current):
            raise ValidationError(_("Das bisherige Passwort stimmt nicht."))
        return current


class ForgottenForm(_Plain):
    """Where the link to a new password goes."""

    email = forms.EmailField(
        label=_("E-Mail-Adresse"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "class": "komma-w-l"}),
        error_messages={"required": _("Bitte geben Sie Ihre E-Mail-Adresse ein.")},
    )


class UnlockForm(_Plain):
    """The password under which the vault is kept."""

    password = password_field(_("Ihr Passwort"))


class RecoverForm(_Plain):
    """The recovery code, and the password under which the vault is kept from now on."""

    code = forms.CharField(
        label=_("Wiederherstellungscode"),
        help_text=_("Groß- und Kleinschreibung, Leerzeichen und Striche sind gleichgültig."),
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "translate": "no",
                "class": "komma-w-l",
            }
        ),
        error_messages={"required": _("Bitte geben Sie den Code von Ihrem Ausdruck ein.")},
    )
    password = password_field(
        _("Ihr jetziges Passwort"), help_text=_("Mit ihm öffnet sich der Tresor künftig.")
    )


class FreshVaultForm(_Plain):
    """Consent to lose what the present vault opens."""

    understood = forms.BooleanField(
        label=_("Ich habe verstanden, dass meine bisherigen Fälle geschlossen bleiben."),
        error_messages={"required": _("Bitte bestätigen Sie es.")},
    )
    password = password_field(_("Ihr jetziges Passwort"))
