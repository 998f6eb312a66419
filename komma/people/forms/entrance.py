"""Signing in and second factors: allauth's forms, reworded for people."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from komma.people.forms.fields import CODE_ATTRS, password_field


class SignInForm(account_forms.LoginForm):
    """E-mail address and password."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.EmailField(
            label=_("E-Mail-Adresse"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "class": "komma-w-l"}),
            error_messages={
                "required": _("Bitte geben Sie Ihre E-Mail-Adresse ein."),
                "invalid": _("Bitte prüfen Sie die E-Mail-Adresse, zum Beispiel auf Tippfehler."),
            },
        )
        self.fields["password"] = password_field(_("Passwort"))
        self.order_fields(["login", "password"])


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Ihr Passwort"))


class _CodeForm(forms.Form):
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            help_text=_("Sechs Ziffern aus Ihrer App, oder einer Ihrer Ersatzcodes."),
            max_length=20,
            widget=forms.TextInput(attrs=CODE_ATTRS),
            error_messages={"required": _("Bitte geben Sie den Code ein.")},
        )


class SecondFactorForm(_CodeForm, factor_forms.AuthenticateForm):
    """The code at sign-in."""


class SecondFactorAgainForm(_CodeForm, factor_forms.ReauthenticateForm):
    """The code once more, before something that matters."""


class ActivateAppForm(_CodeForm, ActivateTOTPForm):
    """The first code of an authenticator app, which proves that it is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Sechs Ziffern, die Ihre App jetzt anzeigt.")
