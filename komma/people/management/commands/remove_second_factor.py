"""Help somebody who lost app, passkeys and spare codes: for the operator, on the server only.

No page offers this: a second factor that an administration or a mail could take away would not
be one. The operator makes sure by other means who is asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from komma.people import actions, queries

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """``komma django remove_second_factor person@stadt.example``."""

    help = "Removes the second factors of a person who lost them, and signs all devices out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        person = queries.person_by_email(options["email"])
        if person is None:
            raise CommandError("Nobody signs in with this address.")
        number = actions.remove_second_factors(person.pk)
        self.stdout.write(f"{number} removed. Password and vault stay as they are.")
