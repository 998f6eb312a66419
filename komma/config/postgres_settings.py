"""Server settings of the embedded PostgreSQL, and what we ask of any other server's log."""

from pathlib import Path
from typing import Final

from komma.config.places import SOCKET_PORT

QUIET_LOG: Final = {
    # An error's own first line can quote a value (invalid input syntax …: "…"), so errors of
    # statements are not logged at all; the program logs their kind and place.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_duration": "off",
}
"""No statement, value or row may reach the server's log: an error line quotes neither."""

_LOG_FILES: Final = {
    # Seven files that overwrite each other: nothing is kept longer than a week.
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_file_mode": "0600",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
}

_UNSAFE: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def server_settings(socket_dir: Path, log_dir: Path, *, fast_and_unsafe: bool) -> dict[str, str]:
    """Settings for the command line, where they win over the cluster's own files."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "port": SOCKET_PORT,
        "password_encryption": "scram-sha-256",
        "max_connections": "60",
        "cluster_name": "komma",
        "log_directory": str(log_dir),
        "log_checkpoints": "off",
    }
    return settings | _LOG_FILES | QUIET_LOG | (_UNSAFE if fast_and_unsafe else {})
