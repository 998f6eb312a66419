"""Password hashing: Argon2id over HMAC(pepper, password)."""

from __future__ import annotations

import hashlib
import hmac
from typing import override

from django.contrib.auth.hashers import Argon2PasswordHasher

from komma.core.vault.server import server_keys


class PepperedArgon2Hasher(Argon2PasswordHasher):
    """Argon2id (RFC 9106) with 19 MiB and two passes; a stolen table alone cannot be guessed.

    The pepper lies outside the database, see docs/operations.md.
    """

    algorithm = "komma_argon2"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1

    @override
    def encode(self, password: str, salt: str) -> str:
        return super().encode(_peppered(password), salt)

    @override
    def verify(self, password: str, encoded: str) -> bool:
        return super().verify(_peppered(password), encoded)


def _peppered(password: str) -> str:
    return hmac.new(server_keys().pepper, password.encode(), hashlib.sha256).hexdigest()
