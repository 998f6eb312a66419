"""Row keys made in Python, because ``INSERT … RETURNING`` would ask the SELECT policy."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a time-ordered UUID (RFC 9562, version 7), milliseconds since 1970 in front.

    Only for rows that people on duty write: a reporter's row takes ``uuid.uuid4``, since
    version 7 would carry the moment of reporting.
    """
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)
