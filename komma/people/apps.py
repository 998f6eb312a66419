"""App configuration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "komma.people"
    label = "people"
    verbose_name = "Personen"
