"""Models of the core; each mechanism keeps its own beside its code."""

from komma.core.audit.models import AuditEntry, AuditLink
from komma.core.sessions.models import SealedSession

__all__ = ["AuditEntry", "AuditLink", "SealedSession"]
