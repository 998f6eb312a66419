"""Fail when a model has changes without a migration."""

import os
import tempfile
from pathlib import Path

from django.core.management import execute_from_command_line

from komma.config.testing import start_database_server


def main() -> None:
    """Run ``makemigrations --check`` on an empty server; exits with 1 if a migration is missing."""
    with tempfile.TemporaryDirectory() as directory:
        # Generated columns make Django ask the server for its version.
        Path(directory).chmod(0o755)
        server = start_database_server(Path(directory))
        try:
            os.environ |= server.variables
            os.environ["DJANGO_SETTINGS_MODULE"] = "komma.config.settings"
            execute_from_command_line(["komma", "makemigrations", "--check", "--dry-run"])
        finally:
            server.stop()


if __name__ == "__main__":
    main()
