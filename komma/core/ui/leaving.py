"""Where "Seite verlassen" leads."""

from django.conf import settings

# The weather service: a page that anybody may have open, from a public body, without advertising.
DEFAULT_TARGET = "https://www.dwd.de/"


def leave_target() -> str:
    """Return the harmless address outside this site to which a reporter escapes."""
    return getattr(settings, "KOMMA_LEAVE_TARGET", "") or DEFAULT_TARGET
