"""Jobs of cases, at fixed quarter hours so that mails cannot be matched with network logs."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from komma.cases.actions import (
    emergency,
    escalation,
    handover,
    news,
    next_body,
    reminders,
    removal,
    review,
    task_news,
)
from komma.people.jobs import RETRY


@app.periodic(cron="*/15 * * * *")
@app.task(name="cases.announce_news", queueing_lock="cases.announce_news")
def announce_news(timestamp: int) -> None:
    """Tell holders and reporters by mail, without content, that something awaits them."""
    escalation.tell_of_deputies()
    _announce(urgent=False)


@app.task(name="cases.announce_now")
def announce_now() -> None:
    """The same at once, because somebody is in danger. Names no case: job rows are readable."""
    _announce(urgent=True)


@app.task(name="cases.announce_held_danger", queueing_lock="cases.announce_held_danger")
def announce_held_danger() -> None:
    """Tell of danger in a report in quarantine: at the next quarter hour, once for all of them."""
    news.announce_held_danger()


@app.periodic(cron="45 6 * * *")
@app.task(name="cases.remind_of_quarantine", queueing_lock="cases.remind_of_quarantine")
def remind_of_quarantine(timestamp: int) -> None:
    """Remind once a day that reports wait in quarantine."""
    news.remind_of_quarantine()


@app.task(
    name="cases.mail_reporters",
    queue="mail",
    lock="cases.mail_reporters",
    queueing_lock="cases.mail_reporters",
)
def mail_reporters() -> None:
    """Hint to the sealed addresses that reporters left; names no case."""
    news.mail_reporters()


@app.task(name="cases.tell_next_body", queue="mail", retry=RETRY)
def tell_next_body(body: str, town: str) -> None:
    """Tell a body that somebody in a town waits longer than promised; names no case."""
    next_body.tell_next_body(UUID(body), UUID(town))


@app.periodic(cron="30 2 * * *")
@app.task(name="cases.delete_expired", queueing_lock="cases.delete_expired")
def delete_expired(timestamp: int) -> None:
    """Delete the cases whose time is over."""
    removal.delete_expired()
    removal.tidy_journal()


# In UTC: one of the evening's runs is shortly after midnight in Germany, when absences begin.
@app.periodic(cron="5 6,22,23 * * *")
@app.task(name="cases.escalate", queueing_lock="cases.escalate")
def escalate(timestamp: int) -> None:
    """Let deputies step in where nobody took a case up in time, or nobody is there to do it."""
    escalation.escalate()


@app.periodic(cron="*/15 * * * *")
@app.task(name="cases.forget_emergency_uses", queueing_lock="cases.forget_emergency_uses")
def forget_emergency_uses(timestamp: int) -> None:
    """Forget a use of the emergency keys that no second person ended."""
    emergency.forget_uses()


@app.periodic(cron="10 6 * * *")
@app.task(name="cases.tend_offers", queueing_lock="cases.tend_offers")
def tend_offers(timestamp: int) -> None:
    """End offers to other bodies that nobody decided, and remind of those that wait."""
    handover.lapse()
    handover.remind()


@app.periodic(cron="*/15 * * * *")
@app.task(name="cases.tend_tasks", queueing_lock="cases.tend_tasks")
def tend_tasks(timestamp: int) -> None:
    """Remind of tasks, and let deputies step in where one is late; names no case."""
    task_news.tend()


@app.periodic(cron="15 6 * * *")
@app.task(
    name="cases.remind_of_deadlines",
    lock="cases.remind_of_deadlines",
    queueing_lock="cases.remind_of_deadlines",
)
def remind_of_deadlines(timestamp: int) -> None:
    """Remind once a day of deadlines of law that come near; names no case."""
    if reminders.remind():
        _mail_reporters()


@app.periodic(cron="50 2 * * *")
@app.task(name="cases.ask_for_reviews", queueing_lock="cases.ask_for_reviews")
def ask_for_reviews(timestamp: int) -> None:
    """Ask houses to review their risk assessment; names no case."""
    review.ask_for_reviews()


def _announce(*, urgent: bool) -> None:
    if news.announce(urgent=urgent):
        _mail_reporters()


def _mail_reporters() -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():
        mail_reporters.defer()
