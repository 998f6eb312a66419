"""Deleting again, after a restore and before anybody serves, what the journal names."""

from komma.config import database
from komma.config.errors import SetupError


def replay_deletions() -> None:
    """Delete restored cases whose deletion stands in the journal.

    Runs as the owner, after the migrations.

    Raises:
        SetupError: journal, files or database do not let it; nothing may serve then.
    """
    with database.django_at_hand():
        from django.db import Error

        from komma.cases.actions import removal

        try:
            replay = removal.replay()
        except (Error, OSError) as error:
            raise SetupError(
                "The deletions since the backup could not be repeated"
                f" ({type(error).__name__}); do not serve before 'komma migrate' succeeds."
            ) from error
    if replay.deleted:
        print(f"{replay.deleted} cases deleted again that a restore had brought back.")
    if replay.unclear:
        print(f"{replay.unclear} deletions were begun and not finished; those cases stay.")
    if replay.damaged:
        print(f"{replay.damaged} lines of deletions.journal are unreadable and were ignored.")
