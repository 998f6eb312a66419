"""Takes out of allauth's rows what nobody here needs: moments, names and addresses."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models.signals import post_save, pre_save
from django.utils import timezone


def connect() -> None:
    """Register the receivers; called once when the app is ready."""
    pre_save.connect(_keep_days_only, sender=Authenticator, dispatch_uid="komma.keep_days_only")
    post_save.connect(_keep_subject_only, sender=SocialAccount, dispatch_uid="komma.keep_subject")


def _midnight() -> Any:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _keep_days_only(instance: Authenticator, **_kwargs: Any) -> None:
    """Keep the day on which a second factor was made or used, not the moment."""
    instance.created_at = timezone.localtime(instance.created_at).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    if instance.last_used_at is not None:
        instance.last_used_at = _midnight()


def _keep_subject_only(instance: SocialAccount, **_kwargs: Any) -> None:
    """Keep of a single sign-on the provider and its id for the person, no claims.

    After saving, because the field for the last sign-in sets itself while saving.
    """
    instance.extra_data = {}
    SocialAccount.objects.filter(pk=instance.pk).update(
        extra_data={}, last_login=_midnight(), date_joined=_midnight()
    )
