"""``komma demo``: fill a demonstration network; done twice, it changes nothing."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, override

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from komma.demo import cases, network, plan, prevention, told
from komma.demo.guide import signposts
from komma.municipalities.queries import organisation_by_slug

if TYPE_CHECKING:
    from argparse import ArgumentParser

# Organisations are made by the owner of the database only, in a process with that role.
OWNER_STEP = "network"


class Command(BaseCommand):
    help = "Fill a demonstration network with invented people and cases."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--step", choices=[OWNER_STEP], help="used by the command itself")

    @override
    def handle(self, *args: Any, step: str | None, **options: Any) -> None:
        if settings.KOMMA_MODE == "production":
            raise CommandError(
                "Demonstration data never mixes with real data: set KOMMA_MODE=demo."
            )
        if step == OWNER_STEP:
            network.fill(self._tell)
        else:
            self._fill()
            for line in signposts():
                self._tell(line)

    def _fill(self) -> None:
        if is_complete():
            return
        self._tell("Die Vorführung wird eingerichtet. Das dauert etwa eine halbe Minute.")
        if not network.has_begun():
            told.forget()
        _as_owner(OWNER_STEP)
        cases.tell_all(self._tell)
        prevention.fill(self._tell)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def is_complete() -> bool:
    """Tell whether the network is there, all cases were told, and prevention has begun."""
    done = {each.key for each in told.all_told()}
    slugs = plan.network().slugs
    return (
        all(map(organisation_by_slug, slugs))
        and all(s.key in done for s in plan.stories())
        and prevention.is_there()
    )


def _as_owner(step: str) -> None:
    command = [sys.executable, "-m", "komma.config.command", "django", "--role", "owner"]
    done = subprocess.run([*command, "demo", "--step", step], check=False)  # noqa: S603
    if done.returncode:
        raise CommandError(f"The step '{step}' failed; its message stands above.")
