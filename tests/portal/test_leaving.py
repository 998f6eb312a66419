"""The pages of somebody who leaves their task."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.actions import announce_leaving
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from komma.municipalities.queries import leaving_members
from tests.cases.test_leading import take_over
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import make_report

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db
PAGE = "/start/weggang/"
DAY = "/start/weggang/tag/"


@pytest.fixture
def first(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def second(town: Town) -> Account:
    return town.one(Pillar.ASSAULT, 1)


def shown(client: Client, path: str = PAGE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def handed_on(client: Client, cases: list[UUID], to: object) -> str:
    fields = {"cases": [str(each) for each in cases], "to": str(to)}
    return client.post(PAGE, fields, follow=True).content.decode()


def test_all_cases_go_to_one_colleague(town: Town, first: Account, second: Account) -> None:
    cases = [make_report(town) for _ in range(3)]
    for each in cases[:2]:
        take_over(first, each)
    client = signed_in(first)
    page = shown(client)
    for each in cases:
        assert each.number in page
    assert page.count('name="cases"') == 2
    page = handed_on(client, [each.id for each in cases[:2]], second.id)
    assert "2 Fälle sind übergeben." in page
    assert "Sie führen keinen offenen Fall." in page
    assert f"führt: {second.person.name}" in page
    assert signed_in(second).get(PAGE).content.decode().count('name="cases"') == 2


def test_what_stays_is_named_with_the_way_on(town: Town, first: Account, second: Account) -> None:
    goes, stays = make_report(town), make_report(town, excluded={second.id})
    for each in (goes, stays):
        take_over(first, each)
    client = signed_in(first)
    assert "Zugang zu 1 von 2" in shown(client)
    page = handed_on(client, [goes.id, stays.id], second.id)
    assert "1 Fall ist übergeben." in page
    assert "1 Fall ist bei Ihnen geblieben" in page
    assert f"{second.person.name} hat hier keinen Zugang." in page
    assert stays.number in page
    assert f"/faelle/{stays.id}/zugang/" in page


def test_a_case_without_anybody_else_is_named_first(town: Town, first: Account) -> None:
    others = {town.one(Pillar.ASSAULT, number).id for number in (1, 2)}
    alone = make_report(town, excluded=others)
    page = shown(signed_in(first))
    assert "Hier kann sonst niemand weiterarbeiten" in page
    assert f"/faelle/{alone.id}/zugang/" in page
    make_report(town)
    assert page.count("/zugang/") == 1


def test_many_cases_go_in_steps(
    town: Town, first: Account, second: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("komma.portal.views_leaving.MOST_AT_ONCE", 2)
    cases = [make_report(town) for _ in range(3)]
    for each in cases:
        take_over(first, each)
    client = signed_in(first)
    page = shown(client)
    assert page.count('name="cases"') == 2
    assert "1 weiterer folgt" in page
    ids = [each.id for each in cases if str(each.id) in page.split("</form>")[-2]]
    page = handed_on(client, ids, second.id)
    assert page.count('name="cases"') == 1
    # The colleague chosen before is chosen again.
    assert f'value="{second.id}"' in page
    assert "checked" in page.split(f'value="{second.id}"')[1].split(">")[0]


def test_nothing_chosen_is_explained_and_nothing_lost(
    town: Town, first: Account, second: Account
) -> None:
    cases = [make_report(town) for _ in range(2)]
    for each in cases:
        take_over(first, each)
    client = signed_in(first)
    page = client.post(PAGE, {"cases": [str(cases[0].id)]}).content.decode()
    assert "Bitte wählen Sie, wer die Fälle bekommt." in page
    assert page.count(" checked") == 1
    page = client.post(PAGE, {"to": str(second.id)}).content.decode()
    assert "Bitte wählen Sie mindestens einen Fall." in page


def test_a_locked_vault_is_asked_for_and_the_choice_kept(
    town: Town, first: Account, second: Account
) -> None:
    (case,) = [make_report(town)]
    take_over(first, case)
    locked = signed_in(first, vault=False)
    assert locked.get(PAGE).headers["Location"].startswith("/konto/entsperren/")
    answer = locked.post(PAGE, {"cases": [str(case.id)], "to": str(second.id)})
    assert answer.headers["Location"].startswith("/konto/entsperren/")
    # Who holds no case needs no vault.
    assert locked.get(DAY).status_code == 200
    assert signed_in(town.one(Pillar.ADMINISTRATION), vault=False).get(PAGE).status_code == 200


def test_others_cases_do_not_appear(town: Town, other_town: Town, first: Account) -> None:
    case = make_report(town, excluded={first.id})
    foreign = make_report(other_town)
    with transaction.atomic():
        page = shown(signed_in(first))
    assert case.number not in page
    assert foreign.number not in page
    outsider = signed_in(other_town.one(Pillar.ASSAULT))
    assert case.number not in shown(outsider)
    assert "bei Ihnen geblieben" not in handed_on(outsider, [case.id], first.id)


def test_as_many_queries_for_three_as_for_one(town: Town, first: Account) -> None:
    client = signed_in(first)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            shown(client)
        return len(captured)

    take_over(first, make_report(town))
    shown(client)
    one = queries()
    for _ in range(2):
        take_over(first, make_report(town))
    assert queries() == one


def test_says_what_becomes_of_the_tasks(town: Town, first: Account) -> None:
    client = signed_in(first)
    assert "Ihre offenen Aufgaben" not in shown(client)
    take_over(first, make_report(town))
    page = shown(client)
    assert "Aufgaben sind noch bei Ihnen." in page
    assert "bekommt jede die Vertretung" in page
    assert "Ihre offenen Aufgaben" not in shown(signed_in(town.one(Pillar.ASSAULT, 1)))


def test_a_role_that_nobody_has_any_more_is_named_to_those_who_write_procedures(
    town: Town,
) -> None:
    client = signed_in(town.one(Pillar.COORDINATION))
    assert "niemand hat die Rolle" not in shown(client, "/start/")
    with as_owner():
        Membership.objects.filter(person_id=town.one(Pillar.LEADERSHIP).id).update(ended_on=today())
    page = shown(client, "/start/")
    assert "niemand hat die Rolle Leitung" in page
    assert "/verfahren/uebergriff/" in page
    assert "niemand hat die Rolle" not in shown(signed_in(town.one(Pillar.ASSAULT)), "/start/")


def test_the_administration_reads_when_somebody_goes(town: Town, first: Account) -> None:
    client, day = signed_in(first), today() + dt.timedelta(days=20)
    page = client.post(DAY, {"day": f"{day:%d.%m.%Y}"}, follow=True).content.decode()
    assert f"Ihr letzter Tag ist der {day:%d.%m.%Y}" in page
    desk = signed_in(town.one(Pillar.ADMINISTRATION))
    task = f"{first.person.name} geht zum {day:%d.%m.%Y}: Rollen beenden"
    assert task in shown(desk, "/start/")
    slug = town.municipality.slug
    assert f"geht zum {day:%d.%m.%Y}" in shown(desk, f"/verwaltung/{slug}/personen/")
    with as_owner():
        membership = Membership.objects.get(person_id=first.id)
    end = f"/verwaltung/{slug}/personen/{membership.pk}/alle-beenden/"
    assert end in shown(desk, "/start/")
    asked = shown(desk, end)
    assert f"Die Person geht zum {day:%d.%m.%Y}" in asked
    assert "Hat die Person ihre Fälle übergeben?" in asked
    assert task not in shown(signed_in(town.one(Pillar.ASSAULT, 1)), "/start/")
    client.post(DAY, {"bleiben": "ja"})
    assert "geht zum" not in shown(desk, "/start/")


def test_the_question_is_the_same_with_cases_and_without(town: Town, first: Account) -> None:
    desk, slug = signed_in(town.one(Pillar.ADMINISTRATION)), town.municipality.slug
    with as_owner():
        membership = Membership.objects.get(person_id=first.id)
    path = f"/verwaltung/{slug}/personen/{membership.pk}/alle-beenden/"

    def question() -> str:
        return shown(desk, path).split("<h1")[1].split("csrf")[0]

    before = question()
    take_over(first, make_report(town))
    assert question() == before


@pytest.mark.parametrize(
    ("day", "answer"),
    [("", "letzten Tag"), ("1.1.2020", "Vergangenheit"), ("31.12.2099", "zwei Jahre"), ("x", "x")],
)
def test_bad_days_are_explained_and_kept(first: Account, day: str, answer: str) -> None:
    page = signed_in(first).post(DAY, {"day": day}).content.decode()
    assert answer in page
    assert f'value="{day}"' in page or not day


def test_one_speaks_for_oneself_only(town: Town, other_town: Town, first: Account) -> None:
    with acting_as(first.id):
        with (
            pytest.raises(DatabaseError, match="no member"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT komma_announce_leaving(%s, %s)", [other_town.municipality.pk, today()]
            )
        changed = Membership.objects.filter(person_id=first.id).update(leaves_on=today())
    # The row itself stays closed: whoever could write it could give themselves a role.
    assert changed == 0
    with acting_as(first.id):
        announce_leaving(person_id=first.id, organisation_id=town.municipality.pk, day=today())
    with acting_as(town.one(Pillar.ADMINISTRATION).id):
        found = leaving_members(town.municipality.pk)
    assert [each.person_id for each in found] == [first.id]
