"""App configuration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "komma.cases"
    label = "cases"
    verbose_name = "Fälle"
