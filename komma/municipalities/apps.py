"""App configuration."""

from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "komma.municipalities"
    label = "municipalities"
    verbose_name = "Kommunen"
