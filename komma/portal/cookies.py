"""Every cookie this platform sets, for the privacy page; none of them serves anything else."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from komma.core.vault.session import cookie_name
from komma.reporting.cookies import DRAFT, MAILBOX


class Cookie(NamedTuple):
    """What a cookie is called, who gets it, what for and how long it works."""

    name: str
    whose: str
    purpose: str
    life: str


def cookies() -> list[Cookie]:
    """Return the cookies, those of reporters first."""
    reporters, staff = _("wer meldet"), _("wer sich anmeldet")
    at_the_end = _("bis Sie den Browser schließen")
    return [
        Cookie(
            DRAFT,
            reporters,
            _("öffnet die angefangene Meldung und danach noch einmal den Code"),
            _("bis Sie den Browser schließen, höchstens 24 Stunden, oder „Seite verlassen“"),
        ),
        Cookie(
            MAILBOX,
            reporters,
            _("hält das Postfach offen, das Sie mit Ihrem Code geöffnet haben"),
            _("30 Minuten ohne Eingabe, „Postfach schließen“ oder „Seite verlassen“"),
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("wer ein Formular öffnet"),
            _("verhindert, dass fremde Seiten in Ihrem Namen etwas absenden; nennt niemanden"),
            at_the_end,
        ),
        Cookie(
            settings.SESSION_COOKIE_NAME,
            staff,
            _("weiß, dass Sie angemeldet sind"),
            _("bis Sie sich abmelden oder den Browser schließen, höchstens 12 Stunden"),
        ),
        Cookie(
            cookie_name(),
            staff,
            _("öffnet zusammen mit der Anmeldung Ihren Tresor"),
            _("20 Minuten ohne Eingabe, oder bis Sie sich abmelden oder den Browser schließen"),
        ),
    ]
