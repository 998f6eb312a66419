"""What a password must not be, beyond Django's list of common ones."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What people in a town hall reach for when a form asks for twelve characters.
BLOCKED = (
    "komma",
    "kommune",
    "rathaus",
    "stadtverwaltung",
    "gemeinde",
    "landkreis",
    "verwaltung",
    "willkommen",
    "passwort",
    "kennwort",
    "password",
    "geheim",
    "qwertz",
    "qwerty",
    "123456",
    "abcdef",
    "sommer",
    "winter",
    "fruehling",
    "herbst",
)
# A password needs this many characters beside such a word, and this many different ones in all.
LEAST_REST = 8
LEAST_DIFFERENT = 6


class BlockListValidator:
    """Refuses passwords that are a guessable word with a few characters around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError that says how to find a better one."""
        plain = _plain(password)
        rest = plain
        for word in BLOCKED:
            rest = rest.replace(word, "")
        too_little = rest != plain and len(rest) < LEAST_REST
        if too_little or len(set(plain)) < LEAST_DIFFERENT:
            raise ValidationError(
                _(
                    "Dieses Passwort ist leicht zu erraten. Gut sind vier oder fünf Wörter, die "
                    "nichts miteinander zu tun haben."
                ),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        """Return the advice shown beneath the field."""
        return _("Keine Wörter wie „Rathaus“ oder „Willkommen“ mit ein paar Ziffern dahinter.")


def _plain(password: str) -> str:
    """Return lower case without accents, and digits that stand for letters undone."""
    lowered = password.lower().replace("ß", "ss")
    for umlaut, pair in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        lowered = lowered.replace(umlaut, pair)
    decomposed = unicodedata.normalize("NFKD", lowered)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    if re.search(r"[a-z]", letters):
        letters = letters.replace("@", "a").replace("$", "s")
    return letters
