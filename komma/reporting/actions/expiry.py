"""What the worker sweeps away."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from komma.core.files import delete_blobs
from komma.reporting.models import Draft, DraftFile, PendingReceipt


def delete_expired() -> None:
    """Delete drafts, with their files, and pending receipts whose time is over."""
    now = timezone.now()
    with transaction.atomic():
        ended = Draft.objects.filter(expires_at__lte=now)
        lookups = list(ended.values_list("lookup", flat=True))
        files = DraftFile.objects.filter(draft_id__in=lookups)
        delete_blobs(list(files.values_list("blob", flat=True)))
        files.delete()
        Draft.objects.filter(lookup__in=lookups).delete()
        PendingReceipt.objects.filter(expires_at__lte=now).delete()
