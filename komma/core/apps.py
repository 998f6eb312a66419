"""The core app: mechanisms that know nothing of the domain."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "komma.core"
    label = "core"
    verbose_name = "Kern"

    def ready(self) -> None:
        from django.forms import Field
        from django.utils.translation import gettext_lazy as _

        from komma.core.rows.checks import check_every_table_has_a_policy
        from komma.core.rows.roles import grant_default_privileges, narrow_privileges

        # Errors say how to go on; Django's own words would call it a mandatory field.
        Field.default_error_messages["required"] = _("Bitte füllen Sie dieses Feld aus.")
        checks.register(check_every_table_has_a_policy, checks.Tags.models)
        # Sent for this app only, because it has models; hence also for every test database.
        pre_migrate.connect(grant_default_privileges, sender=self)
        post_migrate.connect(narrow_privileges, sender=self)
