"""Append-only log of who did what kind of thing; see docs/architecture.md."""

from komma.core.audit.log import AuditOutsideTransactionError, record

__all__ = ["AuditOutsideTransactionError", "record"]
