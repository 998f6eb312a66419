"""App configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "komma.demo"
    label = "demo"
    verbose_name = "Vorführung"
