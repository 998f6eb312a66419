"""Pages of accounts; those of allauth stand in ``entrance_urls``."""

from django.urls import path

from komma.people.views import account, invitations, passwords, vault

app_name = "people"
urlpatterns = [
    path("konto/", account.account, name="account"),
    path("konto/name/", account.name, name="name"),
    path("konto/sitzungen/", account.sessions, name="sessions"),
    path("konto/sitzungen/beenden/", account.end_session, name="end_session"),
    path("konto/sso/verknuepfen/", account.connect, name="connect"),
    path("konto/sso/loesen/", account.disconnect, name="disconnect"),
    path("konto/passwort/", passwords.change, name="change_password"),
    path("konto/passwort-vergessen/", passwords.forgotten, name="forgotten"),
    path("konto/passwort-vergessen/gesendet/", passwords.forgotten_sent, name="forgotten_sent"),
    path("konto/passwort/neu/", passwords.reset_form, name="reset_form"),
    path("konto/passwort/neu/<str:token>/", passwords.reset_link, name="reset"),
    path("konto/entsperren/", vault.unlock, name="unlock"),
    path("konto/tresor/schliessen/", vault.lock, name="lock"),
    path("konto/tresor/passwort/", vault.align, name="align"),
    path("konto/tresor/code/", vault.recovery_code, name="recovery_code"),
    path("konto/tresor/wiederherstellen/", vault.recover, name="recover"),
    path("konto/tresor/neu/", vault.fresh_vault, name="fresh_vault"),
    path("einladung/<str:token>/", invitations.invitation, name="invitation"),
]
