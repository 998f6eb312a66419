"""Django's entries for mail and for the store of sealed files, from addresses."""

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from komma.config.errors import SetupError

_DEFAULT_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_SMTP_TIMEOUT: Final = 20  # seconds
_S3_OPTIONS: Final = {"endpoint": "endpoint_url", "region": "region_name"}


def mailers(mode: str, data_dir: Path) -> dict[str, Any]:
    """Django's ``MAILERS`` from ``KOMMA_MAIL_URL``, by default the mail server of this machine.

    Without an address, demonstration and tests write mails to files instead.

    Raises:
        SetupError: the address is malformed, or would send a password in clear.
    """
    url = os.environ.get("KOMMA_MAIL_URL")
    if not url and mode != "production":
        return {"default": _mail_folder(data_dir / "mail")}
    return {"default": _mail_server(url or "smtp://localhost")}


def sealed_store(data_dir: Path) -> dict[str, Any]:
    """Django's ``STORAGES`` entry for sealed files from ``KOMMA_FILES_URL``, or a directory.

    Raises:
        SetupError: the address is malformed.
    """
    url = os.environ.get("KOMMA_FILES_URL")
    return _s3_store(url) if url else _local_store(data_dir / "sealed")


def _mail_server(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise SetupError("KOMMA_MAIL_URL must be smtp+starttls://user:password@host:port.")
    if parts.password and parts.scheme == "smtp":
        raise SetupError("KOMMA_MAIL_URL has a password: use smtp+starttls:// or smtps://.")
    try:
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise SetupError("KOMMA_MAIL_URL has a port that is no number.") from None
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": port,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+starttls",
            "use_ssl": parts.scheme == "smtps",
            "timeout": _SMTP_TIMEOUT,
        },
    }


def _mail_folder(directory: Path) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(directory)},
    }


def _local_store(directory: Path) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": directory,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _s3_store(url: str) -> dict[str, Any]:
    """The access keys come from boto3's own variables (``AWS_ACCESS_KEY_ID`` …)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.hostname or not query.keys() <= _S3_OPTIONS.keys():
        raise SetupError("KOMMA_FILES_URL must be s3://bucket/prefix?endpoint=…&region=….")
    named = {_S3_OPTIONS[name]: value for name, value in query.items()}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.hostname,
            "location": parts.path.strip("/"),
            "file_overwrite": False,
            "default_acl": None,
            **named,
        },
    }
