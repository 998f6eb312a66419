"""Fill the temporary installation: ``python -m benchmarks.seed town|cases|…`` in its environment.

The town is made past the row policies (role owner), as the factories of the tests do it; every
case comes in on the runtime role through the same action as a real report.
"""

import argparse
import json
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

NAME: Final = "Messstadt"
SLUG: Final = "messstadt"
SERVED: Final = "kleinmessdorf"
"""A town without an intake of its own; the first one receives for it by agreement."""
NEEDLE: Final = "Regenschirm"
"""The word to search for; one case of a hundred has it."""

PROCEDURE: Final = "uebergriff"
STEPS: Final = 60
TASKS: Final = 500
"""So many are open for one person."""

_NEEDLE_EVERY: Final = 100
_BATCH: Final = 100  # cases in one transaction, whose commit waits for the disk
_TEXT: Final = (
    "am Schalter beim Anruf gestern wieder laut vor allen anderen die Person hat gesagt dass"
    " niemand hier arbeiten soll und später im Flur gedroht ich habe es aufgeschrieben mein"
    " Kollege war dabei der Brief lag morgens auf dem Tisch im Netz stehen seit Tagen Kommentare"
)


@dataclass(frozen=True)
class Account:
    """How somebody signs in."""

    email: str
    password: str


def account(directory: Path, who: str = "lead") -> Account:
    """An account that ``make_town`` has noted down: of a case lead, or of the coordination."""
    return Account(**json.loads((directory / f"{who}.json").read_text(encoding="utf-8")))


def make_town(directory: Path) -> None:
    """Create a municipality that is ready; note down how its people sign in."""
    from komma.core.dates import today
    from komma.municipalities.codes import Pillar
    from komma.municipalities.models import ServiceAgreement
    from tests.factories import as_owner, districts, towns
    from tests.factories.people import PASSWORD

    with as_owner():
        town = towns.make_town(NAME, "05999001", password=PASSWORD)
        served = districts.make_served("Kleinmessdorf", "05999003")
        ServiceAgreement.objects.create(
            served_id=served.municipality.pk,
            body_id=town.municipality.pk,
            served_agreed_on=today(),
            body_agreed_on=today(),
            starts_on=today(),
        )
    for who, pillar in (("lead", Pillar.ASSAULT), ("coordination", Pillar.COORDINATION)):
        made = Account(town.one(pillar).person.email, PASSWORD)
        (directory / f"{who}.json").write_text(json.dumps(asdict(made)), encoding="utf-8")


def make_procedure() -> None:
    """Publish a procedure of 60 steps, from which drafts begin."""
    from dataclasses import replace

    from komma.core.dates import today
    from komma.municipalities.queries import municipality_by_slug
    from komma.procedures.data import to_data
    from komma.procedures.models import ProcedureVersion
    from komma.procedures.shipped import shipped

    town, short = municipality_by_slug(SLUG), shipped()[PROCEDURE]
    assert town is not None
    steps = [
        replace(each, id=f"{each.id}-{row}", after=tuple(f"{name}-{row}" for name in each.after))
        for row in range(STEPS // len(short.steps) + 1)
        for each in short.steps
    ]
    ProcedureVersion.objects.create(
        organisation_id=town.pk,
        slug=PROCEDURE,
        number=1,
        published_on=today(),
        body=to_data(replace(short, steps=tuple(steps[:STEPS]))),
    )


def make_cases(count: int) -> None:
    """Hand in reports from outside: all reach the same two people and their deputy."""
    from django.db import transaction

    from komma.municipalities.codes import Pillar
    from komma.municipalities.queries import municipality_by_slug
    from komma.municipalities.routing import route

    municipality = municipality_by_slug(SLUG)
    assert municipality is not None
    way = route(municipality, pillar=Pillar.ASSAULT)
    chance = random.Random(1)
    started = time.monotonic()
    for first in range(0, count, _BATCH):
        with transaction.atomic():
            for number in range(first, min(first + _BATCH, count)):
                _hand_in(municipality.pk, way, _facts(number, chance))
    print(f"  {count} cases made in {time.monotonic() - started:.0f} s", flush=True)


def _hand_in(concerns: Any, way: Any, facts: dict[str, Any]) -> None:
    from komma.cases.actions.intake import IncomingReport, receive_report
    from komma.core.vault.keys import new_key_pair
    from komma.core.vault.receipts import derive, new_receipt, parse_receipt
    from komma.core.vault.server import server_keys

    entropy = parse_receipt(new_receipt())
    receive_report(
        IncomingReport(
            case_id=uuid4(),
            mailbox=new_key_pair(),
            concerns=concerns,
            place=None,
            route=way,
            side="outside",
            facts=facts,
            files=[],
            excluded=set(),
            receipt=derive(entropy, purpose="receipt", pepper=server_keys().pepper),
        )
    )


def _facts(number: int, chance: random.Random) -> dict[str, Any]:
    text = chance.choices(_TEXT.split(), k=120)
    if number % _NEEDLE_EVERY == 0:
        text[60] = NEEDLE
    return {
        "description": " ".join(text),
        "reporter_role": "self",
        "side": "outside",
        "forms": ["insult", "threat"],
        "channels": ["office"],
        "motives": ["racism"],
        "reachability": "mailbox",
    }


def make_tasks(directory: Path) -> None:
    """Take cases over until one person has `TASKS`; lead another case to its last step."""
    from komma.cases.actions import work
    from komma.cases.my_tasks import counts
    from komma.cases.queries import case_file, visible_cases
    from komma.core.rows import acting_as
    from komma.municipalities.queries import municipality_by_slug

    town = municipality_by_slug(SLUG)
    assert town is not None
    person, secret = _opened(account(directory))
    with acting_as(person):
        cases = list(visible_cases(town.pk).order_by("number").values_list("pk", flat=True))
        full = cases.pop()
        _finish_all_but_the_last(person, secret, full)
        while counts(person, town.pk).mine < TASKS:
            file = case_file(person, secret, cases.pop())
            assert file is not None
            work.take_over(file, "Kein Grund.", version=file.case.version)
    (directory / "full.json").write_text(json.dumps(str(full)), encoding="utf-8")


def full_case(directory: Path) -> str:
    """The id of the case that `make_tasks` led to its last step."""
    return str(json.loads((directory / "full.json").read_text(encoding="utf-8")))


def _opened(who: Account) -> tuple[Any, str]:
    from komma.people.actions import open_with_password
    from komma.people.queries import person_by_email

    person = person_by_email(who.email)
    assert person is not None
    secret = open_with_password(person.pk, who.password)
    assert secret is not None
    return person.pk, secret


def _finish_all_but_the_last(person: Any, secret: str, case: Any) -> None:
    """Classify a case as level 2 and finish what comes up, until one step is left."""
    from komma.cases.actions import tasks, work
    from komma.cases.queries import case_file
    from komma.cases.tasks import INTERIM, tasks_of
    from komma.procedures.shipped import shipped

    file = case_file(person, secret, case)
    assert file is not None
    work.take_over(file, "Kein Grund.", version=file.case.version)
    work.classify(file, 2, "Er hat gedroht.", version=file.case.version + 1)
    done = tasks.Result(note="Getan.", consent=True, tell="Das ist getan.")
    for _ in range(len(shipped()[PROCEDURE].steps) - 2):  # classifying was one of them
        file = case_file(person, secret, case)
        assert file is not None
        step = next(task for task in tasks_of(file) if task.is_open and task.step != INTERIM)
        tasks.finish(file, step.id, done)


def main() -> None:
    """Entry point."""
    import django

    parser = argparse.ArgumentParser(prog="benchmarks.seed")
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("town").add_argument("directory", type=Path)
    commands.add_parser("cases").add_argument("count", type=int)
    commands.add_parser("tasks").add_argument("directory", type=Path)
    commands.add_parser("procedure")
    options = parser.parse_args()
    django.setup()
    from django.db import connection

    if options.what == "town":
        make_town(options.directory)
    elif options.what == "tasks":
        make_tasks(options.directory)
    elif options.what == "procedure":
        make_procedure()
    else:
        make_cases(options.count)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # its threads would hold up the end of the process


if __name__ == "__main__":
    main()
