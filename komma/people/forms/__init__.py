"""Forms of accounts."""

from komma.people.forms.account import (
    AcceptForm,
    ChangePasswordForm,
    ForgottenForm,
    FreshVaultForm,
    NameForm,
    NewPasswordForm,
    RecoverForm,
    UnlockForm,
)
from komma.people.forms.entrance import (
    ActivateAppForm,
    ReauthenticateForm,
    SecondFactorAgainForm,
    SecondFactorForm,
    SignInForm,
)
from komma.people.forms.passkeys import (
    AddPasskeyForm,
    EditPasskeyForm,
    PasskeyAgainForm,
    SecondFactorPasskeyForm,
    SignInPasskeyForm,
)

__all__ = [
    "AcceptForm",
    "ActivateAppForm",
    "AddPasskeyForm",
    "ChangePasswordForm",
    "EditPasskeyForm",
    "ForgottenForm",
    "FreshVaultForm",
    "NameForm",
    "NewPasswordForm",
    "PasskeyAgainForm",
    "ReauthenticateForm",
    "RecoverForm",
    "SecondFactorAgainForm",
    "SecondFactorForm",
    "SecondFactorPasskeyForm",
    "SignInForm",
    "SignInPasskeyForm",
    "UnlockForm",
]
