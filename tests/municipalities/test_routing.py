"""Who gets a report: holders, reserve, exclusions, fallback, and nobody whose row is forged."""

from __future__ import annotations

import pytest
from django.db import connection

from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.vault.keys import new_key_pair
from komma.municipalities.codes import Pillar, Role
from komma.municipalities.models import Membership, Municipality, Unit
from komma.municipalities.queries import exclusion_choices, intake_is_open, receivers
from komma.municipalities.routing import route
from komma.people.models import PersonKey
from tests.factories import as_owner
from tests.factories.people import Account, make_account
from tests.factories.towns import Town, make_member, without_fallback

pytestmark = pytest.mark.django_db


def ids(accounts: list[Account]) -> set[object]:
    return {account.id for account in accounts}


def all_of(town: Town, pillar: str) -> frozenset:
    return frozenset(account.id for account in town.members[pillar])


def found(receivers_: list) -> set[object]:
    return {receiver.person for receiver in receivers_}


def candidates_of_the_database(unit: Unit) -> set[object]:
    """What the database alone would accept: the negative control of the proofs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM komma_receivers(%s)", [unit.pk])
        return {person for (person,) in cursor.fetchall()}


def give_fallback(town: Town, to: Town) -> None:
    with as_owner():
        Municipality.objects.filter(pk=town.municipality.pk).update(
            fallback_unit=to.units[Pillar.SUPPORT]
        )
    town.municipality.refresh_from_db()


class TestRoute:
    @pytest.mark.parametrize("pillar", [Pillar.SUPPORT, Pillar.COMPLAINT, Pillar.ASSAULT])
    def test_members_hold_and_the_deputy_is_in_reserve(self, town: Town, pillar: str) -> None:
        way = route(town.municipality, pillar=pillar)
        assert way is not None
        assert way.unit == town.units[pillar]
        assert found(way.holders) == ids(town.members[pillar][:2])
        assert found(way.reserve) == ids(town.members[pillar][2:])
        assert not way.is_fallback

    def test_an_excluded_member_is_neither_holder_nor_reserve(self, town: Town) -> None:
        accused, other, deputy = town.members[Pillar.SUPPORT]
        way = route(town.municipality, pillar=Pillar.SUPPORT, excluded={accused.id})
        assert way is not None
        assert found(way.holders) == {other.id}
        assert found(way.reserve) == {deputy.id}

    def test_without_holders_the_deputies_step_in(self, town: Town) -> None:
        first, second, deputy = town.members[Pillar.SUPPORT]
        way = route(town.municipality, pillar=Pillar.SUPPORT, excluded={first.id, second.id})
        assert way is not None
        assert found(way.holders) == {deputy.id}
        assert way.reserve == []

    def test_with_nobody_left_the_fallback_body_gets_it(self, town: Town, other_town: Town) -> None:
        give_fallback(town, other_town)
        way = route(town.municipality, pillar=Pillar.SUPPORT, excluded=all_of(town, Pillar.SUPPORT))
        assert way is not None
        assert way.is_fallback
        assert way.unit == other_town.units[Pillar.SUPPORT]
        assert found(way.holders) == ids(other_town.members[Pillar.SUPPORT][:2])

    def test_people_are_excluded_at_the_fallback_body_too(
        self, town: Town, other_town: Town
    ) -> None:
        with as_owner():
            without_fallback(town)
        give_fallback(town, other_town)
        everybody = all_of(town, Pillar.SUPPORT) | all_of(other_town, Pillar.SUPPORT)
        assert route(town.municipality, pillar=Pillar.SUPPORT, excluded=everybody) is None

    def test_a_role_is_excluded_at_home_but_not_at_the_fallback_body(
        self, town: Town, other_town: Town
    ) -> None:
        give_fallback(town, other_town)
        way = route(town.municipality, pillar=Pillar.SUPPORT, excluded_roles={Role.CONTACT})
        assert way is not None
        assert way.is_fallback

    @pytest.mark.parametrize("number", [0, 2], ids=["regular", "deputy"])
    def test_an_excluded_role_excludes_the_person_in_every_other_role(
        self, town: Town, number: int
    ) -> None:
        leader = town.one(Pillar.ASSAULT, number)
        with as_owner():
            make_member(town.units[Pillar.LEADERSHIP], leader)
        way = route(
            town.municipality, pillar=Pillar.ASSAULT, excluded_roles=frozenset({Role.LEADERSHIP})
        )
        assert way is not None
        assert leader.id not in found(way.holders + way.reserve)
        assert len(way.holders + way.reserve) == 2

    def test_a_former_role_and_one_elsewhere_exclude_nobody(
        self, town: Town, other_town: Town
    ) -> None:
        """Negative control: only present roles in the same organisation count."""
        formerly, elsewhere = town.members[Pillar.ASSAULT][:2]
        with as_owner():
            make_member(other_town.units[Pillar.LEADERSHIP], elsewhere)
            ended = make_member(town.units[Pillar.LEADERSHIP], formerly)
            Membership.objects.filter(pk=ended.pk).update(ended_on=today())
        way = route(town.municipality, pillar=Pillar.ASSAULT, excluded_roles={Role.LEADERSHIP})
        assert way is not None
        assert found(way.holders) == {formerly.id, elsewhere.id}

    def test_without_fallback_nobody_is_left(self, town: Town) -> None:
        with as_owner():
            without_fallback(town)
        everybody = all_of(town, Pillar.COMPLAINT)
        assert route(town.municipality, pillar=Pillar.COMPLAINT, excluded=everybody) is None

    def test_a_missing_pillar_leads_to_support_before_complaint(self, town: Town) -> None:
        with as_owner():
            Membership.objects.filter(unit=town.units[Pillar.ASSAULT]).delete()
            town.units[Pillar.ASSAULT].delete()
            without_fallback(town)  # nobody else is open, so that it stays in the house
        way = route(town.municipality, pillar=Pillar.ASSAULT)
        assert way is not None
        assert way.unit == town.units[Pillar.SUPPORT]

    def test_routing_takes_eleven_queries_at_most(
        self, town: Town, django_assert_max_num_queries: object
    ) -> None:
        with django_assert_max_num_queries(11):  # type: ignore[operator]
            route(town.municipality, pillar=Pillar.SUPPORT)


class TestProofs:
    def test_a_membership_slipped_into_the_database_receives_nothing(self, town: Town) -> None:
        unit = town.units[Pillar.SUPPORT]
        with as_owner():
            intruder = make_account()
            genuine = make_member(unit, intruder)
            Membership.objects.filter(pk=genuine.pk).update(mac=bytes(32))
        assert intruder.id in candidates_of_the_database(unit)
        assert intruder.id not in found(receivers(unit.pk))
        with as_owner():
            entries = AuditEntry.objects.filter(kind="key.rejected")
            assert [e.organisation_id for e in entries] == [town.municipality.pk]

    def test_the_proof_of_another_unit_does_not_count(self, town: Town) -> None:
        unit = town.units[Pillar.COMPLAINT]
        mover = town.one(Pillar.SUPPORT)
        with as_owner():
            Membership.objects.filter(person_id=mover.id).update(unit=unit, role=Role.COMPLAINTS)
        assert mover.id in candidates_of_the_database(unit)
        assert mover.id not in found(receivers(unit.pk))

    def test_a_deputy_cannot_be_made_a_holder_by_a_changed_row(self, town: Town) -> None:
        deputy = town.one(Pillar.SUPPORT, 2)
        with as_owner():
            Membership.objects.filter(person_id=deputy.id).update(is_deputy=False)
        assert deputy.id not in found(receivers(town.units[Pillar.SUPPORT].pk))

    def test_a_swapped_public_key_receives_nothing(self, town: Town) -> None:
        unit = town.units[Pillar.ASSAULT]
        robbed = town.one(Pillar.ASSAULT)
        thief = new_key_pair()
        with as_owner():
            PersonKey.objects.filter(person_id=robbed.id).update(public=thief.public)
        assert robbed.id in candidates_of_the_database(unit)
        kept = receivers(unit.pk)
        assert robbed.id not in found(kept)
        assert thief.public not in {receiver.public for receiver in kept}

    def test_a_role_of_another_procedure_receives_nothing(self, town: Town) -> None:
        unit = town.units[Pillar.SUPPORT]
        with as_owner():
            stranger = make_account()
            make_member(unit, stranger, role=Role.COMPLAINTS)
        assert stranger.id not in found(receivers(unit.pk))

    def test_strangers_cannot_fill_the_log(self, town: Town) -> None:
        with as_owner():
            Membership.objects.filter(person_id=town.one(Pillar.SUPPORT).id).update(mac=b"x")
        from django.core.cache import cache

        membership = None
        with as_owner():
            membership = Membership.objects.get(person_id=town.one(Pillar.SUPPORT).id)
        cache.set(f"key.rejected:{membership.pk}", 1)
        receivers(town.units[Pillar.SUPPORT].pk)
        with as_owner():
            assert not AuditEntry.objects.filter(kind="key.rejected").exists()


class TestIntake:
    def test_open_when_each_receiving_unit_has_somebody(self, town: Town) -> None:
        assert intake_is_open(town.municipality.pk)

    def test_closed_when_one_unit_has_no_proven_receiver(self, town: Town) -> None:
        with as_owner():
            Membership.objects.filter(unit=town.units[Pillar.COMPLAINT]).update(mac=b"forged")
        assert not intake_is_open(town.municipality.pk)

    def test_closed_without_any_receiving_unit(self, town: Town) -> None:
        with as_owner():
            Membership.objects.all().delete()
            Unit.objects.all().delete()
        assert not intake_is_open(town.municipality.pk)

    def test_exclusion_offers_each_person_once_with_all_functions(self, town: Town) -> None:
        double = town.one(Pillar.SUPPORT)
        with as_owner():
            make_member(town.units[Pillar.COMPLAINT], double, title="Beschwerdestelle B")
        choices = exclusion_choices(town.municipality.pk)
        assert len(choices) == len({choice.person for choice in choices}) == 9
        (mine,) = [choice for choice in choices if choice.person == double.id]
        assert mine.title == "Ansprechperson 1, Beschwerdestelle B"
        assert mine.name == ""
