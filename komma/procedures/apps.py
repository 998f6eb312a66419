"""App configuration."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "komma.procedures"
    label = "procedures"
    verbose_name = "Verfahren"
