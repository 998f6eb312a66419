"""Invitations: the only way to an account, once, for its addressee, for seven days."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as, use_invitation
from komma.core.vault.server import open_for_server
from komma.municipalities.codes import Pillar
from komma.people import actions, queries
from komma.people.models import Invitation, Person
from komma.people.tokens import token_hash
from tests.factories import as_owner
from tests.factories.people import PASSWORD
from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

STRONG = "vier lose Worte am Kanal"


def invite(town: Town, email: str = "neu@stadt.example") -> tuple[Person, str]:
    by = town.one(Pillar.ADMINISTRATION).id
    person = actions.add_person(email=email, name="Neu Hier")
    with acting_as(by):
        token = actions.invite(
            person=person,
            organisation_id=town.municipality.pk,
            organisation_name=town.municipality.name,
            by=by,
        )
    return person, token


def queued(task: str) -> list[dict[str, Any]]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [task])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_a_known_address_gives_the_same_person() -> None:
    first = actions.add_person(email=" Neu@Stadt.example", name="Neu Hier")
    again = actions.add_person(email="neu@stadt.example ", name="Anders")
    assert again == first
    assert not first.has_usable_password()


def test_accepting_sets_up_account_and_vault(town: Town) -> None:
    person, token = invite(town)
    accepted = actions.accept_invitation(token=token, name="Neue Person", password=STRONG)

    found = queries.person_by_email("neu@stadt.example")
    assert found is not None
    assert found.pk == person.pk == accepted.person.pk
    assert found.name == "Neue Person"
    assert found.check_password(STRONG)
    public = queries.authentic_public_key(person.pk)
    assert public is not None
    assert found.vault_public == public
    secret = actions.open_with_password(person.pk, STRONG)
    assert secret is not None
    assert actions.open_with_code(person.pk, accepted.recovery_code) == secret
    with as_owner():
        kinds = set(AuditEntry.objects.values_list("kind", flat=True))
    assert {"invitation.sent", "invitation.accepted"} <= kinds


def test_a_link_works_once(town: Town) -> None:
    _, token = invite(town)
    actions.accept_invitation(token=token, name="Neue Person", password=STRONG)
    with pytest.raises(actions.InvitationClosed):
        actions.accept_invitation(token=token, name="Andere", password="etwas ganz anderes hier")


def test_a_link_expires(town: Town) -> None:
    person, token = invite(town)
    with (
        time_machine.travel(timezone.now() + timedelta(days=8)),
        pytest.raises(actions.InvitationClosed),
    ):
        actions.accept_invitation(token=token, name="Zu spät", password=STRONG)
    assert not queries.has_vault(person.pk)


def test_a_new_link_replaces_the_old_one(town: Town) -> None:
    _, first = invite(town)
    _, second = invite(town)
    with pytest.raises(actions.InvitationClosed):
        actions.accept_invitation(token=first, name="Neu", password=STRONG)
    actions.accept_invitation(token=second, name="Neu", password=STRONG)


def test_a_withdrawn_link_is_closed(town: Town) -> None:
    _, token = invite(town)
    by = town.one(Pillar.ADMINISTRATION).id
    with acting_as(by):
        (invitation,) = queries.open_invitations(town.municipality.pk)
        actions.withdraw_invitation(invitation, by=by)
    with pytest.raises(actions.InvitationClosed):
        actions.accept_invitation(token=token, name="Neu", password=STRONG)


def test_a_link_never_takes_over_an_account_that_exists(town: Town, other_town: Town) -> None:
    victim = other_town.one(Pillar.ASSAULT).person
    with as_owner():
        victim.set_password(PASSWORD)
        victim.save()
    _, token = invite(town, victim.email)
    with pytest.raises(actions.AccountExists):
        actions.accept_invitation(token=token, name="Böse", password=STRONG)
    found = queries.person_by_id(victim.pk)
    assert found is not None
    assert found.check_password(PASSWORD)


def test_a_link_of_somebody_else_does_not_join(town: Town) -> None:
    person, token = invite(town)
    with pytest.raises(actions.InvitationClosed):
        actions.join_by_invitation(token=token, by=town.one(Pillar.ASSAULT).person)
    actions.join_by_invitation(token=token, by=person)


def test_only_the_administration_of_the_organisation_invites(town: Town, other_town: Town) -> None:
    person = actions.add_person(email="neu@stadt.example", name="Neu")
    stranger = other_town.one(Pillar.ADMINISTRATION).id
    with acting_as(stranger), pytest.raises(DatabaseError), transaction.atomic():
        actions.invite(
            person=person,
            organisation_id=town.municipality.pk,
            organisation_name="",
            by=stranger,
        )


def test_invitations_are_seen_by_their_administration_and_their_holder_only(
    town: Town, other_town: Town
) -> None:
    _, token = invite(town)
    for outsider in (other_town.one(Pillar.ADMINISTRATION), town.one(Pillar.SUPPORT)):
        with acting_as(outsider.id):
            assert queries.open_invitations(town.municipality.pk) == []
    with transaction.atomic():
        assert not Invitation.objects.exists()
        use_invitation(token_hash(token))
        assert Invitation.objects.count() == 1  # negative control: the row is there


def test_the_job_holds_neither_address_nor_usable_link(town: Town) -> None:
    person, token = invite(town)
    (args,) = queued("people.mail_invitation")
    assert set(args) == {"person", "sealed"}
    assert args["person"] == str(person.pk)
    assert token not in str(args)
    opened = open_for_server(base64.b64decode(args["sealed"]), f"invitation mail/{person.pk}")
    assert token.encode() in opened


def test_a_refused_invitation_queues_no_mail(town: Town) -> None:
    by = town.one(Pillar.ADMINISTRATION).id
    person = actions.add_person(email="neu@stadt.example", name="Neu")

    def invite_and_fail() -> None:
        with acting_as(by):
            actions.invite(
                person=person, organisation_id=town.municipality.pk, organisation_name="", by=by
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        invite_and_fail()
    assert queued("people.mail_invitation") == []
