"""App configuration."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "komma.people"
    label = "people"
    verbose_name = "Personen"

    def ready(self) -> None:
        from komma.people import scrubbing

        scrubbing.connect()
