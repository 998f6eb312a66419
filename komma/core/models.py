"""Models of the core; each mechanism keeps its own beside its code."""

from komma.core.audit.models import AuditEntry, AuditHead, AuditLink
from komma.core.sessions.models import SealedSession

__all__ = ["AuditEntry", "AuditHead", "AuditLink", "SealedSession"]
