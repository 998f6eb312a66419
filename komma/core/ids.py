"""Row keys made in Python, because ``INSERT … RETURNING`` would ask the SELECT policy."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Return a time-ordered UUID (RFC 9562, version 7), milliseconds since 1970 in front.

    The 12 bits behind them hold the fraction of the millisecond (section 6.2, method 3), so that
    rows made one after the other keep their order.

    Only for rows that people on duty write: a reporter's row takes ``uuid.uuid4``, since
    version 7 would carry the moment of reporting.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = (milliseconds << 80) | (0x7 << 76) | (fraction << 64) | int.from_bytes(os.urandom(8))
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)
