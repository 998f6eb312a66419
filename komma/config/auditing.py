"""``komma audit``: check, export and shorten the audit log, as the owner of its tables."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from komma.config import database
from komma.config.errors import SetupError

if TYPE_CHECKING:
    from komma.core.audit.heads import Comparison

_LONGEST: Final = 1200  # months; more would leave the calendar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs of the command."""
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def add(
        name: str, action: Callable[[argparse.Namespace], int], text: str
    ) -> argparse.ArgumentParser:
        verb = verbs.add_parser(name, help=text, description=text)
        verb.set_defaults(verb=action)
        return verb

    verify = add("verify", _verify, "check the chain of hashes")
    verify.add_argument("--heads", type=Path, help="also compare with heads exported before")
    heads = add("heads", _heads, "print the head of every chain, to be kept elsewhere")
    heads.add_argument("--json", action="store_true", help="in the form that verify reads")
    expire = add("expire", _expire, "drop the entries of expired months, keep their heads")
    expire.add_argument("--months", type=_months, default=12, help="how long entries stay (12)")
    expire.add_argument("--also-broken", action="store_true", help="drop broken chains too")


def run(options: argparse.Namespace) -> int:
    """Carry out one verb; 0 if nothing was wrong.

    Raises:
        SetupError: a file of exported heads cannot be read.
    """
    verb: Callable[[argparse.Namespace], int] = options.verb
    with database.django_at_hand():
        return verb(options)


def _verify(options: argparse.Namespace) -> int:
    from komma.core.audit.verify import broken_links, count_dropped, count_links

    breaks, count = list(broken_links()), count_links()
    if options.heads:
        comparison = _compare(options.heads)
        breaks += comparison.breaks
        print(f"{comparison.unchecked} exported heads lie in expired parts and cannot be checked.")
    for broken in breaks:
        place = f"organisation {broken.organisation}, month {broken.month}"
        print(f"problem: {place}, position {broken.position}: {broken.reason}")
    dropped = count_dropped()
    if dropped:
        print(f"{dropped} entries have expired; the heads of their chains are kept.")
    print(f"{count} entries checked, {len(breaks)} problems.")
    return 1 if breaks else 0


def _heads(options: argparse.Namespace) -> int:
    from komma.core.audit.heads import heads, to_json

    if options.json:
        print(to_json(heads()))
        return 0
    for head in heads():
        print(f"{head.organisation} {head.month} {head.entries} {head.hash}")
    return 0


def _expire(options: argparse.Namespace) -> int:
    from komma.core.audit.expiry import expire

    dropped, kept = expire(months=options.months, also_broken=options.also_broken)
    for month in dropped:
        print(f"dropped: organisation {month.organisation}, {month.month}: {month.entries} entries")
    for broken in kept:
        place = f"organisation {broken.organisation}, month {broken.month}"
        print(f"problem: {place}: the chain is broken, nothing was dropped")
    print(f"{len(dropped)} expired months dropped, {len(kept)} kept for inquiry.")
    return 1 if kept else 0


def _compare(path: Path) -> "Comparison":
    from komma.core.audit.heads import UnreadableHeadsError, compare, from_json

    try:
        exported = from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnreadableHeadsError) as error:
        raise SetupError(f"{path} is not an export of 'komma audit heads --json'.") from error
    return compare(exported)


def _months(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _LONGEST:
        raise argparse.ArgumentTypeError(f"must be from 1 to {_LONGEST}")
    return number
