"""App configuration."""

from typing import Any, override

from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "komma.municipalities"
    label = "municipalities"
    verbose_name = "Kommunen"

    @override
    def ready(self) -> None:
        """Look at the intakes whenever somebody gains or loses a second factor."""
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        for signal in (authenticator_added, authenticator_removed):
            signal.connect(_watch_soon, dispatch_uid="municipalities.watch")


def _watch_soon(**kwargs: Any) -> None:
    # The actions need the models, which are not there yet when this module is loaded.
    from komma.municipalities.actions.readiness import watch_soon

    watch_soon()
