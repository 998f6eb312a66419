"""Telling the invented cases: reported, opened and worked on as real ones are, by the same code.

Runs with the web role under all row policies; what a holder does is done with their own key.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from komma.cases.actions import mailbox as reporter
from komma.cases.actions import opening, work, writing
from komma.cases.codes import EntryKind
from komma.cases.queries import CaseFile, Mailbox, case_file, mailbox
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.core.vault.receipts import derive, parse_receipt
from komma.core.vault.server import server_keys
from komma.demo import clock, plan, told
from komma.demo.people import PASSWORD
from komma.demo.team import keep_up
from komma.municipalities.codes import Pillar
from komma.municipalities.queries import municipality_by_slug
from komma.people.actions import open_with_password
from komma.people.queries import person_by_email
from komma.reporting.actions import Sending, confirm_receipt, send
from komma.reporting.queries import pending_receipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from komma.core.vault.receipts import Derived
    from komma.municipalities.models import Municipality

LEADS = {
    Pillar.SUPPORT: "ansprechperson",
    Pillar.COMPLAINT: "beschwerdestelle",
    Pillar.ASSAULT: "fallfuehrung",
}
FRESH = 2  # days
DECLARATION = "Ich habe geprüft, ob ich befangen bin. Keiner der Gründe trifft auf mich zu."
CLOSING = "Abschluss wie in der Nachricht an die meldende Person."

STAFF: dict[str, Callable[[CaseFile, plan.Step], object]] = {
    "take_over": lambda file, step: work.take_over(
        file, step.text or DECLARATION, version=file.case.version
    ),
    "reply": lambda file, step: writing.reply(file, step.text),
    "note": lambda file, step: writing.note(file, step.text),
    "classify": lambda file, step: work.classify(
        file, step.level, step.text, version=file.case.version
    ),
    "status": lambda file, step: work.change_status(
        file, step.status, step.text, version=file.case.version
    ),
    "close": lambda file, step: work.close(
        file, outcome=step.outcome, reason=CLOSING, message=step.text, version=file.case.version
    ),
}
REPORTER: dict[str, Callable[[Mailbox, plan.Step], object]] = {
    "message": lambda box, step: reporter.write_message(box, step.text),
    "diary": lambda box, step: reporter.write_message(box, step.text, kind=EntryKind.DIARY),
    "withdraw": lambda box, step: reporter.withdraw(box, step.text),
    "ask_for_deletion": lambda box, step: reporter.ask_for_deletion(box, step.text),
}


def tell_all(tell: Callable[[str], None], *, only: set[str] | None = None) -> None:
    """Tell the stories that were not told yet; ``only``: slugs of municipalities, for tests."""
    done = {each.key for each in told.all_told()}
    people = People()
    wanted = [s for s in plan.stories() if only is None or s.town in only]
    for number, story in enumerate(wanted, start=1):
        if story.key not in done:
            # The place only: not even invented content belongs into a terminal or a log.
            tell(f"Fall {number} von {len(wanted)} ({story.town})")
            told.remember(_tell(story, people))


@dataclass
class People:
    """Finds demonstration people by their post and opens their keys, each once."""

    _opened: dict[str, tuple[UUID, str]] = field(default_factory=dict, repr=False)

    def id_of(self, post: str, town: str) -> UUID:
        person = person_by_email(address_of(post, town))
        if person is None:
            raise LookupError(f"Nobody fills the post {post} of {town}.")
        return person.pk

    def key_of(self, post: str, town: str) -> tuple[UUID, str]:
        """Return id and secret key of whoever fills the post."""
        address = address_of(post, town)
        if address not in self._opened:
            person = self.id_of(post, town)
            secret = open_with_password(person, PASSWORD)
            if secret is None:
                raise LookupError(f"The key of {address} does not open.")
            self._opened[address] = (person, secret)
        return self._opened[address]


def address_of(post: str, town: str) -> str:
    """Return the mail address of a post; the fallback body's posts belong to no municipality."""
    domain = "komma.example" if post.startswith("anlaufstelle") else f"{town}.example"
    return f"{post}@{domain}"


def _tell(story: plan.Story, people: People) -> told.Told:
    municipality = municipality_by_slug(story.town)
    if municipality is None:
        raise LookupError(f"There is no municipality {story.town}.")
    with clock.set_back(days=story.days_ago):
        code = _report(story, municipality, people)
    receipt = derive(parse_receipt(code), purpose="receipt", pepper=server_keys().pepper)
    with transaction.atomic():
        case_id = _mailbox(receipt).case_id
    leads = False
    for number, step in enumerate(story.steps, start=1):
        if leads:
            days_ago = story.days_ago - step.day
            keep_up(case_id, *people.key_of(_leader(story), story.town), days_ago=days_ago)
        leads = leads or step.do == "take_over"
        with clock.set_back(days=story.days_ago - step.day, number=number):
            if step.do in REPORTER:
                _reporter_does(step, receipt)
            else:
                _holder_does(step, case_id, *people.key_of(_post(story, step), story.town))
    if leads:
        keep_up(case_id, *people.key_of(_leader(story), story.town))
    if story.days_ago > FRESH:
        _nothing_new(case_id, receipt)
    return told.Told(story.key, str(case_id), municipality.name, story.receipt, code)


def _leader(story: plan.Story) -> str:
    """Return the post that took the case over first."""
    return next(_post(story, step) for step in story.steps if step.do == "take_over")


def _post(story: plan.Story, step: plan.Step) -> str:
    return step.by or LEADS[Pillar(story.pillar)]


def _report(story: plan.Story, municipality: Municipality, people: People) -> str:
    """Send the report as the intake does, note the receipt and return it."""
    cookie = secrets.token_bytes(32)
    happened = today() - dt.timedelta(days=story.happened)
    sending = Sending(
        municipality=municipality,
        pillar=story.pillar,
        side=story.side,
        facts={"day_from": happened.isoformat(), "side": story.side, **story.facts},
        excluded=frozenset(people.id_of(post, story.town) for post in story.excluded),
    )
    with transaction.atomic():
        send(cookie, sending)
        shown = pending_receipt(cookie)
        assert shown is not None
        confirm_receipt(cookie)
    return str(shown["code"])


def _mailbox(receipt: Derived) -> Mailbox:
    use_receipt(receipt.lookup)
    found = mailbox(receipt.lookup, receipt.secret)
    assert found is not None
    return found


def _reporter_does(step: plan.Step, receipt: Derived) -> None:
    with transaction.atomic():
        REPORTER[step.do](_mailbox(receipt), step)


def _holder_does(step: plan.Step, case_id: UUID, person: UUID, secret: str) -> None:
    with acting_as(person):
        opening.record_opening(_file(case_id, person, secret))
        STAFF[step.do](_file(case_id, person, secret), step)
        # They see what they have done, so it is not news to them.
        opening.record_opening(_file(case_id, person, secret))


def _file(case_id: UUID, person: UUID, secret: str) -> CaseFile:
    found = case_file(person, secret, case_id)
    if found is None:
        raise LookupError("Who is to act holds no key of the case.")
    return found


def _nothing_new(case_id: UUID, receipt: Derived) -> None:
    """Clear the marks for hints by mail: of an old case everybody was told long ago.

    Otherwise the first quarter hour of a demonstration brings a hundred mails. Only here a case
    is changed past its actions.
    """
    with transaction.atomic():
        use_receipt(receipt.lookup)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_case SET news_for_holders = false, news_for_reporter = false"
                " WHERE id = %s",
                [case_id],
            )
