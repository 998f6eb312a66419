"""Hints by mail: jobs without addresses, mails without content, and nothing after a rollback."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection, transaction
from pytest_django import Settings

from komma.people import actions, jobs
from komma.people.hints import Hint
from tests.factories import as_owner, as_worker
from tests.factories.people import Account
from tests.factories.towns import Town
from tests.people.test_invitations import invite, queued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def moments() -> list[dt.datetime | None]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_hint_is_a_job_with_a_person_and_a_code(alice: Account) -> None:
    actions.hint(alice.id, Hint.NEWS)
    assert queued("people.mail_hint") == [{"person": str(alice.id), "kind": "news"}]


def test_hints_wait_for_the_quarter_hour_and_danger_does_not(alice: Account) -> None:
    with time_machine.travel("2026-11-22 10:07:31Z", tick=False):
        actions.hint(alice.id, "news")
        actions.hint(alice.id, "acute", at_once=True)
    quarter = dt.datetime(2026, 11, 22, 10, 15, tzinfo=dt.UTC)
    assert moments() == [quarter, None]


def test_several_hints_of_one_kind_become_one_mail(alice: Account, bob: Account) -> None:
    for _ in range(3):
        actions.hint(alice.id, "news")
    actions.hint(alice.id, "due")
    actions.hint(bob.id, "news")
    actions.hint(alice.id, "news", at_once=True)  # must not hide behind the one that waits
    assert len(queued("people.mail_hint")) == 4


def test_a_hint_rolls_back_with_its_transaction(alice: Account) -> None:
    with transaction.atomic():
        actions.hint(alice.id, "news")
        transaction.set_rollback(True)
    assert queued("people.mail_hint") == []


def test_an_unknown_kind_is_an_error(alice: Account) -> None:
    with pytest.raises(ValueError):
        actions.hint(alice.id, "bedrohung im Bürgerbüro")


@pytest.mark.parametrize("kind", Hint)
def test_a_hint_says_only_that_something_awaits(alice: Account, town: Town, kind: Hint) -> None:
    with as_worker():
        jobs.mail_hint(str(alice.id), kind)
    (message,) = mail.outbox
    assert message.to == ["alice@stadt.example"]
    assert message.subject.startswith("KommA: ")
    assert re.findall(r"https?://\S+", message.body) == [
        f"{django_settings.KOMMA_URL}/weiter/?ziel=%2Fstart%2F"
    ]
    text = f"{message.subject} {message.body}"
    for telling in ("Alice", "Musterstadt", "Fall", "Meldung", "Vorfall", "Bedrohung"):
        assert telling not in text
    assert message.content_subtype == "plain"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_people_who_left_get_no_mail(alice: Account) -> None:
    with as_owner():
        alice.person.is_active = False
        alice.person.save()
    jobs.mail_hint(str(alice.id), "news")
    jobs.mail_reset(str(alice.id))
    assert mail.outbox == []


def test_the_invitation_arrives_with_its_link(town: Town) -> None:
    person, token = invite(town)
    (args,) = queued("people.mail_invitation")
    with as_worker():
        jobs.mail_invitation(**args)
    (message,) = mail.outbox
    assert message.to == [person.email]
    assert f"{django_settings.KOMMA_URL}/einladung/{token}/" in message.body
    assert "Musterstadt" in message.body


def test_a_line_break_in_a_name_does_not_forge_text(town: Town) -> None:
    town.municipality.name = "Stadt\n\nBitte überweisen Sie"
    invite(town)
    (args,) = queued("people.mail_invitation")
    jobs.mail_invitation(**args)
    assert "Stadt Bitte überweisen Sie" in mail.outbox[0].body


def test_a_change_is_told_without_address_or_browser(alice: Account) -> None:
    actions.reset_password(alice.person, "vier lose Worte am Kanal")
    (args,) = queued("people.mail_changed")
    assert args == {"person": str(alice.id)}
    with as_worker():
        jobs.mail_changed(**args)
    assert "127.0.0.1" not in mail.outbox[0].body
    assert "http" not in mail.outbox[0].body
