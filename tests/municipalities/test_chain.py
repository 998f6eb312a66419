"""Who is responsible for a place: the order, what ends, and what leaves the own house."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from komma.cases.models import Case, CaseKey
from komma.core import rows
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.chain import Reason, chain, first_open
from komma.municipalities.codes import OrganisationKind, Pillar, Role
from komma.municipalities.models import (
    Absence,
    Membership,
    Municipality,
    Organisation,
    OrganisationModule,
    ServiceAgreement,
    Unit,
)
from komma.municipalities.routing import route
from tests.factories import as_owner
from tests.factories.districts import make_district, make_served
from tests.factories.reports import make_report
from tests.factories.towns import OUTSIDE, Town, make_member

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def district(db: None) -> Town:
    with as_owner():
        return make_district()


@pytest.fixture
def village(district: Town) -> Town:
    with as_owner():
        return make_served("Kleindorf", "05998001", district)


def agree(served: Town, body: Town, **days: object) -> ServiceAgreement:
    values = {"starts_on": today(), "served_agreed_on": today(), "body_agreed_on": today()} | days
    with as_owner():
        return ServiceAgreement.objects.create(
            served=served.municipality, body_id=body.municipality.pk, **values
        )


def reasons(town: Town) -> list[str]:
    return [body.reason.value for body in chain(town.municipality)]


def names(town: Town) -> list[str]:
    return [body.organisation.name for body in chain(town.municipality)]


class TestOrder:
    def test_all_kinds_in_their_order(
        self, district: Town, village: Town, town: Town, other_town: Town
    ) -> None:
        agree(village, town)
        with as_owner():
            village.municipality.fallback_unit = other_town.units[Pillar.SUPPORT]
            village.municipality.save()
            for name, land in (("Landesstelle", "NW"), ("Fremde Landesstelle", "BY")):
                Organisation.objects.create(slug=name, name=name, kind="fallback", land=land)
        assert names(village) == [
            "Kleindorf",
            "Musterstadt",
            "Anderstadt",
            "Landkreis Musterkreis",
            "Landesstelle",
            "Bundesweite Anlaufstelle",
        ]
        assert reasons(village) == [reason.value for reason in Reason]

    def test_each_body_once_for_its_first_reason(self, district: Town, village: Town) -> None:
        agree(village, district)
        assert reasons(village) == ["own", "agreement", "nationwide"]

    def test_a_chosen_unit_is_the_only_one_of_its_body(
        self, village: Town, other_town: Town
    ) -> None:
        with as_owner():
            village.municipality.fallback_unit = other_town.units[Pillar.COMPLAINT]
            village.municipality.save()
        assert chain(village.municipality)[1].units == [other_town.units[Pillar.COMPLAINT]]

    @pytest.mark.parametrize(
        ("days", "counts"),
        [
            ({}, True),
            ({"ends_on": today()}, True),
            ({"starts_on": today() + DAY}, False),
            ({"starts_on": today() - 2 * DAY, "ends_on": today() - DAY}, False),
            ({"served_agreed_on": None}, False),
            ({"body_agreed_on": None}, False),
        ],
    )
    def test_an_agreement_counts_in_its_days_and_with_both_words(
        self, village: Town, town: Town, days: dict, counts: bool
    ) -> None:
        agree(village, town, **days)
        assert ("Musterstadt" in names(village)) is counts

    def test_a_district_that_serves_no_towns_is_left_out(
        self, district: Town, village: Town
    ) -> None:
        with as_owner():
            Municipality.objects.filter(pk=district.municipality.pk).update(serves_towns=False)
        assert reasons(village) == ["own", "nationwide"]

    def test_after_a_merger_the_successor_answers(self, village: Town, town: Town) -> None:
        with as_owner():
            village.municipality.valid_until = today() - DAY
            village.municipality.successor = town.municipality
            village.municipality.save()
        assert names(village)[:2] == ["Kleindorf", "Musterstadt"]
        assert reasons(village)[:2] == ["own", "own"]
        found = route(village.municipality, pillar=Pillar.SUPPORT)
        assert found is not None
        assert found.unit == town.units[Pillar.SUPPORT]

    def test_a_circle_of_successors_ends(self, village: Town, town: Town) -> None:
        with as_owner():
            for one, other in ((village, town), (town, village)):
                one.municipality.valid_until = today() - DAY
                one.municipality.successor = other.municipality
                one.municipality.save()
        assert sorted(names(village)[:2]) == ["Kleindorf", "Musterstadt"]

    def test_as_many_queries_for_a_long_chain_as_for_a_short_one(
        self, village: Town, town: Town, other_town: Town
    ) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                chain(village.municipality)
            return len(caught)

        short = queries()
        agree(village, town)
        agree(village, other_town)
        assert queries() == short == 3


class TestRoute:
    def test_a_report_of_a_village_reaches_its_district(
        self, district: Town, village: Town
    ) -> None:
        found = route(village.municipality, pillar=Pillar.ASSAULT)
        assert found is not None
        assert found.unit == district.units[Pillar.ASSAULT]
        assert found.is_fallback
        assert found.is_meant
        assert found.body.answer_days == 5

    def test_a_closed_district_is_passed_over(self, district: Town, village: Town) -> None:
        with as_owner():
            OrganisationModule.objects.filter(organisation_id=district.municipality.pk).delete()
        body = first_open(chain(village.municipality))
        assert body is not None
        assert body.organisation.slug == OUTSIDE

    def test_leaving_the_house_passes_it_over_though_it_is_open(self, town: Town) -> None:
        for leaves, expected in ((False, True), (True, False)):  # the first is the control
            found = route(town.municipality, pillar=Pillar.ASSAULT, leaves_house=leaves)
            assert found is not None
            assert found.body.is_own is expected

    def test_the_own_house_may_be_chosen_in_spite_of_that(self, town: Town) -> None:
        found = route(
            town.municipality,
            pillar=Pillar.ASSAULT,
            leaves_house=True,
            body=town.municipality.pk,
        )
        assert found is not None
        assert found.body.is_own

    def test_a_chosen_body_without_anybody_left_never_leads_into_the_own_house(
        self, district: Town, town: Town
    ) -> None:
        with as_owner():
            Municipality.objects.filter(pk=town.municipality.pk).update(
                district=district.municipality
            )
        excluded = frozenset(each.id for each in district.members[Pillar.SUPPORT])
        found = route(
            town.municipality,
            pillar=Pillar.SUPPORT,
            excluded=excluded,
            body=district.municipality.pk,
        )
        assert found is not None
        assert found.body.organisation.slug == OUTSIDE
        assert not found.is_meant

    def test_a_body_that_dropped_out_of_the_chain_does_not_lead_into_the_own_house(
        self, town: Town, other_town: Town
    ) -> None:
        found = route(town.municipality, pillar=Pillar.SUPPORT, body=other_town.municipality.pk)
        assert found is not None
        assert not found.body.is_own

    def test_roles_are_those_of_the_house_that_is_meant(
        self, district: Town, village: Town
    ) -> None:
        found = route(
            village.municipality, pillar=Pillar.SUPPORT, excluded_roles=frozenset({Role.CONTACT})
        )
        assert found is not None
        assert found.body.organisation.slug == OUTSIDE  # nobody of the district is left

    def test_who_also_belongs_to_the_own_house_gets_no_key_outside(
        self, district: Town, village: Town
    ) -> None:
        shared = district.one(Pillar.ASSAULT)
        before = route(village.municipality, pillar=Pillar.ASSAULT)
        with as_owner():
            unit = make_served_unit(village)
            make_member(unit, shared)
        after = route(village.municipality, pillar=Pillar.ASSAULT)
        assert before is not None
        assert after is not None
        assert shared.id in {each.person for each in before.holders}
        assert shared.id not in {each.person for each in after.holders + after.reserve}

    def test_with_all_regular_people_away_the_deputy_holds_at_once(self, town: Town) -> None:
        first, second, deputy = town.members[Pillar.SUPPORT]
        for away, holders in (([first], 2), ([first, second], 3)):
            with as_owner():
                Absence.objects.all().delete()
                for each in away:
                    Absence.objects.create(
                        person_id=each.id,
                        organisation_id=town.municipality.pk,
                        starts_on=today(),
                        ends_on=today(),
                    )
            found = route(town.municipality, pillar=Pillar.SUPPORT)
            assert found is not None
            assert len(found.holders) == holders
            assert (deputy.id in {each.person for each in found.holders}) is (holders == 3)


def make_served_unit(village: Town) -> Unit:
    return Unit.objects.create(
        organisation_id=village.municipality.pk, name="Gemeindebüro", pillar=Pillar.OTHER
    )


class TestDatabase:
    def test_a_body_without_a_link_is_refused(self, town: Town, other_town: Town) -> None:
        """The route is that of another town: the database sees that nothing links the two."""
        make_report(other_town)  # the control: at home it is taken
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            make_report(other_town, concerns=town.municipality.pk)
        assert getattr(caught.value.__cause__, "sqlstate", "") == "KM008"

    def test_somebody_of_the_own_house_is_refused_outside(
        self, district: Town, village: Town
    ) -> None:
        """Past the routing, with a route made before the person joined the town hall."""
        early = route(village.municipality, pillar=Pillar.ASSAULT)
        make_report(village, found=early)
        with as_owner():
            make_member(make_served_unit(village), district.one(Pillar.ASSAULT))
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            make_report(village, found=early)
        assert getattr(caught.value.__cause__, "sqlstate", "") == "KM008"

    def test_nobody_of_the_town_hall_has_a_row(self, town: Town) -> None:
        found = route(town.municipality, pillar=Pillar.ASSAULT, leaves_house=True)
        make_report(town, found=found)
        with as_owner():
            (case,) = Case.objects.all()
            holders = set(CaseKey.objects.values_list("person_id", flat=True))
            house = set(
                Membership.objects.filter(organisation_id=town.municipality.pk).values_list(
                    "person_id", flat=True
                )
            )
        assert holders
        assert not holders & house
        assert case.concerns_id == town.municipality.pk
        for members in town.members.values():
            for account in members:
                with rows.acting_as(account.id):
                    assert not Case.objects.exists()
        with as_owner():
            active = CaseKey.objects.filter(is_reserve=False)[0].person_id
        with rows.acting_as(active):
            assert Case.objects.exists()  # the control

    @pytest.mark.parametrize(
        "change",
        [
            "municipalities_organisation SET kind = 'fallback', land = ''",
            "municipalities_organisation SET name = 'Bundesweite Anlaufstelle'",
            "municipalities_municipality SET successor_id = organisation_ptr_id",
            "municipalities_municipality SET district_id = NULL",
            "municipalities_municipality SET ags = '05999'",
        ],
    )
    def test_no_administration_puts_its_house_into_the_chain_of_others(
        self, town: Town, other_town: Town, change: str
    ) -> None:
        """Past all pages, with SQL of its own; as the owner the same puts it there."""
        with (
            acting_as(other_town.one(Pillar.ADMINISTRATION).id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {change}")  # constants above
        intruder = other_town.municipality.pk
        assert intruder not in {each.organisation.pk for each in chain(town.municipality)}
        with as_owner():
            Organisation.objects.filter(pk=intruder).update(kind=OrganisationKind.FALLBACK, land="")
        assert intruder in {each.organisation.pk for each in chain(town.municipality)}
