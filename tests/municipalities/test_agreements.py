"""Agreements: two words, each from its own side, by page and by SQL."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from komma.cases.models import Case
from komma.core import rows
from komma.core.dates import today
from komma.municipalities.actions.agreements import remind_of_ends
from komma.municipalities.chain import chain
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Municipality, ServiceAgreement
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.districts import make_district, make_served
from tests.factories.people import Account
from tests.factories.reports import make_report
from tests.factories.towns import Town, make_member, make_unit

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def clerk(town: Town) -> Account:
    return town.one(Pillar.ADMINISTRATION)


def office(town: Town) -> Client:
    return signed_in(clerk(town))


def base(town: Town) -> str:
    return f"/verwaltung/{town.municipality.slug}/zustaendigkeit/"


def proposed(served: Town, body: Town) -> ServiceAgreement:
    """The served side proposes by the page."""
    answer = office(served).post(
        f"{base(served)}neu/?seite=fuer-uns&mit={body.municipality.slug}",
        {"starts_on": today().isoformat(), "reference": "Beschluss 12/2026"},
    )
    assert answer.status_code == 302, answer.content.decode()
    with as_owner():
        return ServiceAgreement.objects.get()


def agreed(served: Town, body: Town, **days: object) -> ServiceAgreement:
    values = {"starts_on": today(), "served_agreed_on": today(), "body_agreed_on": today()} | days
    with as_owner():
        return ServiceAgreement.objects.create(
            served=served.municipality, body_id=body.municipality.pk, **values
        )


def shown(day: dt.date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def serves(body: Town, served: Town) -> bool:
    return body.municipality.pk in {each.organisation.pk for each in chain(served.municipality)}


class TestPages:
    def test_it_counts_when_both_have_agreed(self, town: Town, other_town: Town) -> None:
        agreement = proposed(town, other_town)
        assert not serves(other_town, town)
        page = office(other_town).get(base(other_town)).content.decode()
        assert f"Wartet auf Ihre Zustimmung; soll ab {shown(today())} gelten" in page
        asked = "schlägt eine Vereinbarung vor"
        assert asked in office(other_town).get("/start/").content.decode()
        assert asked not in office(town).get("/start/").content.decode()
        answer = office(other_town).post(f"{base(other_town)}{agreement.pk}/zustimmen/")
        assert answer.status_code == 302
        assert serves(other_town, town)
        assert asked not in office(other_town).get("/start/").content.decode()
        assert "Anderstadt" in office(town).get(base(town)).content.decode()

    def test_a_proposal_can_be_declined_and_an_agreement_cannot(
        self, town: Town, other_town: Town
    ) -> None:
        agreement = proposed(town, other_town)
        office(other_town).post(f"{base(other_town)}{agreement.pk}/verwerfen/")
        with as_owner():
            assert not ServiceAgreement.objects.exists()
        agreement = agreed(town, other_town)
        office(other_town).post(f"{base(other_town)}{agreement.pk}/verwerfen/")
        assert serves(other_town, town)

    def test_either_side_ends_it_but_not_in_the_past(self, town: Town, other_town: Town) -> None:
        agreement = agreed(town, other_town, starts_on=today() - 9 * DAY)
        address = f"{base(other_town)}{agreement.pk}/beenden/"
        yesterday = {"last_day": (today() - DAY).isoformat()}
        page = office(other_town).post(address, yesterday).content.decode()
        assert "heute sein oder später" in page
        assert (
            office(other_town).post(address, {"last_day": today().isoformat()}).status_code == 302
        )
        with as_owner():
            assert ServiceAgreement.objects.get().ends_on == today()

    def test_outsiders_find_nothing_and_colleagues_are_refused(
        self, town: Town, other_town: Town
    ) -> None:
        agreement = agreed(town, other_town)
        with as_owner():
            stranger = make_district()
        for path in ("", "neu/", f"{agreement.pk}/beenden/"):
            assert office(stranger).get(base(town) + path).status_code == 404
            assert signed_in(town.one(Pillar.SUPPORT)).get(base(town) + path).status_code == 403
            assert Client().get(base(town) + path).status_code == 302
        elsewhere = f"{base(stranger)}{agreement.pk}/beenden/"
        assert office(stranger).get(elsewhere).status_code == 404

    def test_who_has_no_administration_cannot_be_proposed(self, town: Town) -> None:
        with as_owner():
            make_served("Kleindorf", "05999100")
        address = f"{base(town)}neu/?seite=fuer-andere"
        assert "Niemand gefunden" in office(town).get(f"{address}&q=klein").content.decode()
        page = office(town).post(f"{address}&mit=kleindorf", {"starts_on": today().isoformat()})
        assert "noch keine Verwaltung" in page.content.decode()

    def test_only_bodies_that_can_receive_are_found(self, town: Town, other_town: Town) -> None:
        with as_owner():
            plain = make_served("Kleindorf", "05999100")
            make_unit(plain.municipality, Pillar.ADMINISTRATION)
        address = f"{base(town)}neu/?q=klein&seite="
        found = "mit=kleindorf"
        assert found not in office(town).get(f"{address}fuer-uns").content.decode()
        # Control: it has an administration, so that it can be served.
        assert found in office(town).get(f"{address}fuer-andere").content.decode()
        with as_owner():
            make_unit(plain.municipality, Pillar.SUPPORT)
        assert found in office(town).get(f"{address}fuer-uns").content.decode()

    @pytest.mark.parametrize(
        ("first", "last", "text"),
        [
            (0, None, "Gilt seit {first}"),
            (0, 0, "Gilt vom {first} bis {last}"),
            (5, None, "Gilt ab {first}"),
            (5, 9, "Gilt vom {first} bis {last}"),
            (-9, -5, "Galt vom {first} bis {last}"),
        ],
    )
    def test_the_card_says_when_it_counts(
        self, town: Town, other_town: Town, first: int, last: int | None, text: str
    ) -> None:
        days = {"starts_on": today() + first * DAY}
        if last is not None:
            days["ends_on"] = today() + last * DAY
        agreed(town, other_town, **days)
        page = office(town).get(base(town)).content.decode()
        assert text.format(first=shown(days["starts_on"]), last=shown(days.get("ends_on"))) in page

    @pytest.mark.parametrize(
        ("days", "text"),
        [
            ({"starts_on": ""}, "so: 22.11.2026"),
            ({"starts_on": "gestern"}, "so: 22.11.2026"),
            ({"starts_on": "2020-01-01"}, "heute sein oder später"),
            ({"starts_on": "2099-02-01", "ends_on": "2099-01-01"}, "liegt vor dem Beginn"),
        ],
    )
    def test_odd_days_are_explained(
        self, town: Town, other_town: Town, days: dict[str, str], text: str
    ) -> None:
        address = f"{base(town)}neu/?seite=fuer-uns&mit={other_town.municipality.slug}"
        page = office(town).post(address, {"reference": "Az 7"} | days).content.decode()
        assert text in page
        assert "Az 7" in page

    def test_who_administers_both_sides_is_told(self, town: Town, other_town: Town) -> None:
        with as_owner():
            make_member(other_town.units[Pillar.ADMINISTRATION], clerk(town))
        address = f"{base(town)}neu/?seite=fuer-uns&mit={other_town.municipality.slug}"
        assert "verwalten auch die andere Seite" in office(town).get(address).content.decode()
        agreement = proposed(town, other_town)
        assert not serves(other_town, town)
        office(town).post(f"{base(other_town)}{agreement.pk}/zustimmen/")
        assert serves(other_town, town)

    def test_a_district_decides_whether_it_serves_its_towns(self) -> None:
        with as_owner():
            district = make_district()
            village = make_served("Kleindorf", "05998001", district)
        assert serves(district, village)
        address = f"/verwaltung/{district.municipality.slug}/einstellungen/"
        form = office(district).get(address).content.decode()
        assert 'name="serves_towns"' in form
        office(district).post(
            address,
            {
                "answer_days": "3",
                "fallback_unit": str(district.municipality.fallback_unit_id),
            },
        )
        assert not serves(district, village)


class TestSql:
    """Past all pages, on the web role."""

    def refused(self, account: Account, statement: str, *values: object) -> bool:
        try:
            with rows.acting_as(account.id), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount == 0
        except DatabaseError:
            return True

    def test_nobody_gives_the_other_sides_word(self, town: Town, other_town: Town) -> None:
        agreement = proposed(town, other_town)
        word = (
            "UPDATE municipalities_serviceagreement SET body_agreed_on = current_date,"
            " body_agreed_by_id = %s WHERE id = %s"
        )
        assert self.refused(clerk(town), word, clerk(town).id, agreement.pk)
        assert self.refused(clerk(town), word, None, agreement.pk)
        assert not self.refused(clerk(other_town), word, clerk(other_town).id, agreement.pk)

    def test_nobody_inserts_both_words(self, town: Town, other_town: Town) -> None:
        insert = (
            "INSERT INTO municipalities_serviceagreement (id, served_id, body_id, reference,"
            " served_agreed_on, body_agreed_on, starts_on)"
            " VALUES (gen_random_uuid(), %s, %s, '', {}, {}, current_date)"
        )
        sides = (town.municipality.pk, other_town.municipality.pk)
        both = insert.format("current_date", "current_date")
        own = insert.format("current_date", "NULL")
        assert self.refused(clerk(town), both, *sides)
        assert not self.refused(clerk(town), own, *sides)

    @pytest.mark.parametrize(
        "change",
        [
            "starts_on = starts_on - 30",
            "ends_on = ends_on + 30",
            "ends_on = NULL",
            "ends_on = current_date - 1",
            "reference = 'anders'",
            "served_agreed_on = NULL",
        ],
    )
    def test_what_was_agreed_stays(self, town: Town, other_town: Town, change: str) -> None:
        agreement = agreed(
            town, other_town, starts_on=today() - 9 * DAY, ends_on=today() + 90 * DAY
        )
        update = "UPDATE municipalities_serviceagreement SET {} WHERE id = %s"
        assert self.refused(clerk(town), update.format(change), agreement.pk)
        sooner = update.format("ends_on = current_date")
        assert not self.refused(clerk(town), sooner, agreement.pk)

    def test_a_stranger_sees_no_proposal(self, town: Town, other_town: Town) -> None:
        proposed(town, other_town)
        with as_owner():
            stranger = make_district()
        for account, seen in ((clerk(stranger), 0), (clerk(town), 1), (clerk(other_town), 1)):
            with rows.acting_as(account.id):
                assert ServiceAgreement.objects.count() == seen


class TestTime:
    def test_open_cases_stay_where_they_are(self, town: Town) -> None:
        with as_owner():
            village = make_served("Kleindorf", "05999100")
        agreement = agreed(village, town)
        make_report(village)
        with as_owner():
            agreement.delete()
        with rows.acting_as(town.one(Pillar.ASSAULT).id):
            assert Case.objects.get().organisation_id == town.municipality.pk
        assert not serves(town, village)

    @pytest.mark.parametrize(("days", "told"), [(30, 1), (29, 0), (31, 0)])
    def test_a_hint_thirty_days_before_the_end(
        self, town: Town, other_town: Town, days: int, told: int
    ) -> None:
        agreed(town, other_town, ends_on=today() + days * DAY)
        with as_worker():
            assert remind_of_ends() == told

    def test_only_a_landkreis_is_asked_about_its_towns(self, town: Town) -> None:
        page = office(town).get(f"/verwaltung/{town.municipality.slug}/einstellungen/")
        assert "serves_towns" not in page.content.decode()
        assert Municipality.objects.get(pk=town.municipality.pk).serves_towns
