"""``komma gemeinden FILE``: read the official register of municipalities in (as owner role)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from komma.municipalities.actions import Refused
from komma.municipalities.actions.register import Outcome, read_in
from komma.municipalities.management.owner import demand_owner
from komma.municipalities.register.errors import Unreadable
from komma.municipalities.register.reading import read_register

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from komma.municipalities.register.places import Edition

_KEY = r"[0-9]{5}(?:[0-9]{3})?"
_SUCCESSION = re.compile(rf"({_KEY})=({_KEY})", re.ASCII)
_LINE_EVERY = 1000  # rows, where nobody watches a terminal


class Command(BaseCommand):
    """Read an edition of GV100AD, show progress, tell what has changed."""

    help = (
        "Liest das Gemeindeverzeichnis GV100AD des Statistischen Bundesamtes ein: alles oder "
        "nichts. Noch einmal dieselbe Datei ändert nichts."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("datei", type=Path, help="GV100AD_….txt, unverändert und in UTF-8")
        parser.add_argument(
            "--nachfolge",
            action="append",
            default=[],
            metavar="ALT=NEU",
            help="welche Kommune für eine beendete zuständig wird; mehrfach möglich",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        demand_owner("komma gemeinden")
        try:
            successions = _successions(options["nachfolge"])
            edition = read_register(options["datei"].read_bytes())
            outcome = read_in(edition, successions=successions, progress=self._progress)
        except OSError as error:
            raise CommandError(
                _("%(file)s lässt sich nicht lesen: %(reason)s")
                % {"file": options["datei"], "reason": error.strerror}
            ) from error
        except (Unreadable, Refused) as error:
            raise CommandError(str(error)) from error
        for line in _summary(edition, outcome):
            self.stdout.write(line)

    def _progress(self, done: int, total: int) -> None:
        text = _("%(done)s von %(total)s") % {"done": done, "total": total}
        if not self.stderr.isatty():
            if done % _LINE_EVERY == 0 or done == total:
                self.stderr.write(text, self.style.NOTICE)
            return
        bar = "#" * (30 * done // total)
        self.stderr.write(f"\r[{bar:<30}] {text}", ending="\n" if done == total else "")


def _successions(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        match = _SUCCESSION.fullmatch(text)
        if match is None:
            raise Refused(
                _("--nachfolge %(text)s: Richtig wäre ALT=NEU mit zwei Gemeindeschlüsseln.")
                % {"text": text}
            )
        found[match[1]] = match[2]
    return found


def _summary(edition: Edition, outcome: Outcome) -> list[str]:
    districts = sum(len(place.ags) == 5 for place in edition.places)
    lines = [
        _("Gebietsstand %(date)s: %(towns)s Gemeinden, %(districts)s Landkreise.")
        % {
            "date": f"{edition.date:%d.%m.%Y}",
            "towns": len(edition.places) - districts,
            "districts": districts,
        }
    ]
    if outcome.was_known:
        lines.append(_("Dieser Gebietsstand war schon eingelesen."))
    lines.append(
        _(
            "neu: %(added)s, geändert: %(changed)s, umbenannt: %(renamed)s, neuer Schlüssel:"
            " %(rekeyed)s, zusammengelegt: %(merged)s, ohne Nachfolge beendet: %(orphans)s"
        )
        % {
            "added": outcome.added,
            "changed": outcome.changed,
            "renamed": outcome.renamed,
            "rekeyed": outcome.rekeyed,
            "merged": outcome.merged,
            "orphans": len(outcome.orphans),
        }
    )
    lines += [
        _("Bitte nennen Sie die Nachfolge von %(name)s: --nachfolge %(key)s=…")
        % {"name": name, "key": key}
        for name, key in outcome.orphans
    ]
    return [*lines, _("Quelle: © Statistisches Bundesamt (Destatis)")]
