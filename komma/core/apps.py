"""The core app: mechanisms that know nothing of the domain."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import pre_migrate


class CoreConfig(AppConfig):
    name = "komma.core"
    label = "core"
    verbose_name = "Kern"

    def ready(self) -> None:
        from komma.core.rows.checks import check_every_table_has_a_policy
        from komma.core.rows.roles import grant_default_privileges

        checks.register(check_every_table_has_a_policy, checks.Tags.models)
        # Sent for this app only, because it has models; hence also for every test database.
        pre_migrate.connect(grant_default_privileges, sender=self)
