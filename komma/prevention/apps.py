"""App configuration."""

from django.apps import AppConfig


class PreventionConfig(AppConfig):
    name = "komma.prevention"
    label = "prevention"
    verbose_name = "Vorbeugen"
