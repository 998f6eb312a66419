"""App configuration."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "komma.reporting"
    label = "reporting"
    verbose_name = "Meldungen"
