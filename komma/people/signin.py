"""What happens around a sign-in: the vault opens with the password, but only at the very end.

The password is seen before the second factor is asked. So the opened key waits, sealed to a
cookie that only this browser holds, until the person is signed in, and is forgotten otherwise.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import UUID

from komma.core.sessions.store import DEVICE_KEY
from komma.core.vault.session import VAULT, open_vault
from komma.people import actions

if TYPE_CHECKING:
    from django.http import HttpRequest

    from komma.people.models import Person

WAITING = "vault_waiting"
# As long as allauth lets a sign-in wait for its second factor.
WAITING_SECONDS = 900

_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("OPR", "Opera"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def password_seen(request: HttpRequest, person: Person, password: str) -> None:
    """Open the person's vault with a password that has just proven right.

    Whoever is signed in already (asked for the password once more) has it open at once. A vault
    under another password, as after a reset by mail, stays closed.
    """
    request.session.pop(WAITING, None)
    secret = actions.open_with_password(person.pk, password)
    if secret is None:
        return
    if request.user.is_authenticated:
        if request.user.pk == person.pk:
            open_vault(request, secret=secret, person=person.pk)
        return
    open_vault(request, secret=secret, person=person.pk)
    request.session[WAITING] = request.session.pop(VAULT)


def signed_in(request: HttpRequest, person: Person) -> None:
    """Hand over the waiting vault, if it is this person's, and note the device."""
    waiting = request.session.pop(WAITING, None)
    if waiting is not None and UUID(waiting["person"]) == person.pk:
        now = int(time.time())
        if now - waiting["seen"] <= WAITING_SECONDS:
            request.session[VAULT] = waiting | {"seen": now}
    request.session[DEVICE_KEY] = device_label(request.META.get("HTTP_USER_AGENT", ""))


def device_label(user_agent: str) -> str:
    """Return what a person recognises a device by, such as "Firefox, Windows"; no versions."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
