"""App configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "komma.portal"
    label = "portal"
    verbose_name = "Portal"
