"""allauth's pages under German addresses, and of these only what is used.

Their names are allauth's own, without namespace. There is no sign-up, no management of e-mail
addresses and no sign-in by mailed code.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import path
from django.views.generic import RedirectView

from komma.people.views.factors import remove_passkey

_second_factors = RedirectView.as_view(pattern_name="mfa_index")

urlpatterns = [
    path("anmelden/", account.login, name="account_login"),
    path("anmelden/code/", factors.authenticate, name="mfa_authenticate"),
    path("anmelden/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("abmelden/", account.logout, name="account_logout"),
    path("konto/bestaetigen/", account.reauthenticate, name="account_reauthenticate"),
    path("konto/bestaetigen/code/", factors.reauthenticate, name="mfa_reauthenticate"),
    path(
        "konto/bestaetigen/passkey/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("konto/zweiter-faktor/", factors.index, name="mfa_index"),
    path("konto/zweiter-faktor/app/", app.activate_totp, name="mfa_activate_totp"),
    path("konto/zweiter-faktor/app/entfernen/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "konto/zweiter-faktor/ersatzcodes/",
        codes.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "konto/zweiter-faktor/ersatzcodes/neu/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("konto/passkeys/", _second_factors, name="mfa_list_webauthn"),
    path("konto/passkeys/neu/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("konto/passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("konto/passkeys/<int:pk>/entfernen/", remove_passkey, name="mfa_remove_webauthn"),
    # Not found unless the environment names a provider.
    path("anmelden/sso/abgebrochen/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("anmelden/sso/fehler/", social.login_error, name="socialaccount_login_error"),
    path("anmelden/sso/<str:provider_id>/", oidc.login, name="openid_connect_login"),
    path("anmelden/sso/<str:provider_id>/zurueck/", oidc.callback, name="openid_connect_callback"),
]
