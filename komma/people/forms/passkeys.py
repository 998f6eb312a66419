"""Passkeys: allauth's forms, reworded for people and firm against malformed input."""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.utils.translation import gettext_lazy as _


def _passkey_name() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        help_text=_("Damit Sie ihn wiedererkennen, zum Beispiel „Diensthandy“."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "komma-w-m"}),
    )


class _CredentialForm(forms.Form):
    """Answers a malformed passkey with a message; allauth lets some shapes of JSON crash."""

    mark_optional = False
    malformed = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()  # type: ignore[misc]
        except self.malformed:
            self._refuse()

    def _clean_form(self) -> None:
        try:
            super()._clean_form()  # type: ignore[misc]
        except self.malformed:
            self._refuse()

    def _refuse(self) -> None:
        self.add_error("credential", _("Das hat mit dem Passkey nicht geklappt."))


class SignInPasskeyForm(_CredentialForm, passkey_forms.LoginWebAuthnForm):
    """A passkey in place of the password."""


class SecondFactorPasskeyForm(_CredentialForm, passkey_forms.AuthenticateWebAuthnForm):
    """A passkey after the password."""


class PasskeyAgainForm(_CredentialForm, passkey_forms.ReauthenticateWebAuthnForm):
    """A passkey once more, before something that matters."""


class AddPasskeyForm(_CredentialForm, passkey_forms.AddWebAuthnForm):
    """A new passkey; the browser fills in ``credential``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _passkey_name()
        self.fields["passwordless"] = forms.BooleanField(
            label=_("Auch ohne Passwort anmelden"),
            help_text=_(
                "Ihr Gerät fragt dann nach PIN, Finger oder Gesicht. Ihr Tresor bleibt dabei "
                "geschlossen, bis Sie Ihr Passwort eingeben."
            ),
            required=False,
        )


class EditPasskeyForm(passkey_forms.EditWebAuthnForm):
    """Another name for a passkey."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _passkey_name()
        self.fields["name"].required = True
