"""Which cases were deleted, told outside the database; see docs/architecture.md."""

from komma.core.deletions.journal import JournalUnwritableError, begin, confirm

__all__ = ["JournalUnwritableError", "begin", "confirm"]
