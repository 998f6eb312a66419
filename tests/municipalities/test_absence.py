"""The pages of the calendar of absences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine

from komma.core.dates import today
from komma.core.ui.days import ComingDayField
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Absence, Membership
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db
OWN = "/start/abwesenheit/"


def entered(account: Account, first: str, last: str, path: str = OWN, **more: str) -> str:
    response = signed_in(account).post(path, {"first": first, "last": last} | more, follow=True)
    return response.content.decode()


def day(offset: int) -> str:
    return f"{today() + dt.timedelta(offset):%d.%m.%Y}"


def test_one_enters_and_removes_when_one_is_away(town: Town) -> None:
    person, colleague = town.one(Pillar.SUPPORT), town.one(Pillar.SUPPORT, 1)
    assert "Eingetragen." in entered(person, "morgen", day(8))
    page = signed_in(colleague).get(OWN).content.decode()
    assert f"{person.person.name}: {day(1)} bis {day(8)}" in page
    with as_owner():
        absence = Absence.objects.get()
    path = f"{OWN}{absence.pk}/entfernen/"
    assert signed_in(colleague).post(path).status_code == 404
    assert signed_in(person).post(path).status_code == 302
    with as_owner():
        assert not Absence.objects.exists()


def test_other_units_do_not_read_it(town: Town) -> None:
    person = town.one(Pillar.SUPPORT)
    entered(person, "heute", day(8))
    assert person.person.name not in signed_in(town.one(Pillar.ASSAULT)).get(OWN).content.decode()


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [
        ("morgen", "heute", "vor dem ersten"),
        ("gestern", "heute", "Vergangenheit"),
        ("heute", "31.12.2099", "länger als ein Jahr"),
        ("irgendwann", "heute", "irgendwann"),
        ("", "", "ersten Tag"),
        ("9999-12-31", "9999-12-31", "zwei Jahre"),
        ("1.1.0001", "heute", "Vergangenheit"),
    ],
)
def test_bad_days_are_explained_and_kept(town: Town, first: str, last: str, answer: str) -> None:
    page = entered(town.one(Pillar.SUPPORT), first, last)
    assert answer in page
    assert f'value="{last}"' in page or not last


def test_two_digits_mean_this_century() -> None:
    with time_machine.travel("2026-11-22 12:00", tick=False):
        assert ComingDayField().clean("3.12.27") == dt.date(2027, 12, 3)


def test_days_that_overlap_are_refused(town: Town) -> None:
    person = town.one(Pillar.SUPPORT)
    entered(person, day(1), day(5))
    assert "schon eine Abwesenheit" in entered(person, day(5), day(9))
    assert "Eingetragen." in entered(person, day(6), day(9))  # control


def test_the_administration_enters_for_others(town: Town) -> None:
    person, administration = town.one(Pillar.ASSAULT), town.one(Pillar.ADMINISTRATION)
    path = f"/verwaltung/{town.municipality.slug}/abwesenheit/"
    page = entered(administration, day(0), day(3), path, person=str(person.id))
    assert person.person.name in page
    assert f"{day(0)} bis {day(3)}" in page
    assert signed_in(person).get(path).status_code == 403
    with as_owner():
        absence = Absence.objects.get()
    assert signed_in(administration).post(f"{path}{absence.pk}/entfernen/").status_code == 302
    with as_owner():
        assert not Absence.objects.exists()


def test_nobody_is_entered_who_does_not_belong(town: Town, other_town: Town) -> None:
    administration, stranger = town.one(Pillar.ADMINISTRATION), other_town.one(Pillar.ASSAULT)
    path = f"/verwaltung/{town.municipality.slug}/abwesenheit/"
    assert "Eingetragen." not in entered(
        administration, day(0), day(3), path, person=str(stranger.id)
    )
    with as_owner():
        Absence.objects.create(
            person=stranger.person,
            organisation_id=other_town.municipality.pk,
            starts_on=today(),
            ends_on=today(),
        )
        absence = Absence.objects.get()
    for account, prefix in ((administration, path), (town.one(Pillar.ASSAULT), OWN)):
        assert signed_in(account).post(f"{prefix}{absence.pk}/entfernen/").status_code == 404


@pytest.mark.parametrize("pillar", [Pillar.ADMINISTRATION, Pillar.ASSAULT])
def test_as_many_queries_for_three_absences_as_for_one(
    town: Town, pillar: str, count_queries: Callable[[Client, str], int]
) -> None:
    path = f"/verwaltung/{town.municipality.slug}/abwesenheit/"
    client = signed_in(town.one(pillar))
    counted = []
    for number in range(3):
        with as_owner():
            Absence.objects.create(
                person=town.one(Pillar.ASSAULT, number).person,
                organisation_id=town.municipality.pk,
                starts_on=today() + dt.timedelta(20 * number),
                ends_on=today() + dt.timedelta(20 * number),
            )
        counted.append(count_queries(client, path if pillar == Pillar.ADMINISTRATION else OWN))
    assert counted[0] == counted[2]


# --- All roles of a person


def roles_left(account: Account) -> int:
    with as_owner():
        return Membership.objects.filter(person_id=account.id, ended_on=None).count()


def end_all(town: Town, account: Account) -> str:
    with as_owner():
        membership = Membership.objects.filter(person_id=account.id, ended_on=None).first()
    assert membership is not None
    slug = town.municipality.slug
    path = f"/verwaltung/{slug}/personen/{membership.pk}/alle-beenden/"
    client = signed_in(town.one(Pillar.ADMINISTRATION))
    assert account.person.name in client.get(path).content.decode()
    return client.post(path, {"schliesst": "ja"}, follow=True).content.decode()


def test_all_roles_end_at_once_or_none(town: Town) -> None:
    leaver, deputy = town.one(Pillar.SUPPORT), town.one(Pillar.SUPPORT, 2)
    with as_owner():
        make_member(town.units[Pillar.OTHER], leaver)
    assert "Alle Rollen von" in end_all(town, leaver)
    assert roles_left(leaver) == 0
    with as_owner():
        make_member(town.units[Pillar.OTHER], deputy)
        Membership.objects.filter(person_id=town.one(Pillar.SUPPORT, 1).id).update(ended_on=today())
    assert "weitere Person mit Schlüssel" in end_all(town, deputy)
    assert roles_left(deputy) == 2


def test_only_the_administration_ends_all_roles(town: Town, other_town: Town) -> None:
    target = town.one(Pillar.SUPPORT)
    with as_owner():
        membership = Membership.objects.get(person_id=target.id)
    path = f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/alle-beenden/"
    assert signed_in(town.one(Pillar.SUPPORT, 1)).post(path).status_code == 403
    assert signed_in(other_town.one(Pillar.ADMINISTRATION)).post(path).status_code == 404
    assert roles_left(target) == 1
