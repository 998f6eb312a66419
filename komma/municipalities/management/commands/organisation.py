"""``komma django organisation``: let a municipality take part (operator, as owner role)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from komma.municipalities.actions import Refused, create_municipality, first_administrator
from komma.municipalities.codes import Land, MunicipalityKind
from komma.municipalities.management.owner import demand_owner
from komma.municipalities.queries import administrators, municipality_by_ags

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from komma.municipalities.models import Municipality


class Command(BaseCommand):
    """Create the municipality, its account administration and the first invitation."""

    help = (
        "Creates a municipality with its first account administrator and prints the invitation "
        "link. Run again with the same key and address, it prints a fresh link."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ags", required=True, help="official key: 8 digits, districts 5")
        parser.add_argument("--name", required=True, help="name of the municipality")
        parser.add_argument("--land", required=True, choices=Land.values, help="ISO 3166-2:DE")
        parser.add_argument("--kind", required=True, choices=MunicipalityKind.values)
        parser.add_argument("--admin-name", required=True, help="first account administrator")
        parser.add_argument("--admin-email", required=True, help="where the invitation goes")

    def handle(self, *_args: Any, **options: Any) -> None:
        demand_owner("komma django organisation")
        try:
            validate_email(options["admin_email"])
            with transaction.atomic():
                municipality = self._municipality(options)
                self._demand_none_else(municipality, options["admin_email"])
                token = first_administrator(
                    organisation=municipality,
                    name=options["admin_name"],
                    email=options["admin_email"],
                )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        except Refused as error:
            raise CommandError(str(error)) from error
        path = reverse("people:invitation", args=[token])
        self.stdout.write(f"{municipality.name}: {settings.KOMMA_URL.rstrip('/')}{path}")

    def _municipality(self, options: dict[str, Any]) -> Municipality:
        found = municipality_by_ags(options["ags"])
        if found is None:
            return create_municipality(
                name=options["name"],
                ags=options["ags"],
                land=options["land"],
                municipality_kind=options["kind"],
            )
        if found.name != options["name"]:
            raise CommandError(f"The key {found.ags} belongs to {found.name} already.")
        return found

    def _demand_none_else(self, municipality: Municipality, email: str) -> None:
        """Further administrators are the business of the first one, not of the operator."""
        known = administrators(municipality.pk)
        if known and not any(each.person.email == email.strip().lower() for each in known):
            raise CommandError(
                f"{municipality.name} has an account administration; it invites further people."
            )
