"""Members and their cases: access ends with the role, and no case is left without a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from komma.cases.models import Case, CaseKey
from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as
from komma.municipalities import actions
from komma.municipalities.codes import Pillar, Role
from komma.municipalities.models import Membership, Municipality, Unit
from komma.municipalities.queries import grantable, memberships_of, opens_cases, receivers
from komma.people.models import Invitation, PersonKey
from tests.factories import as_owner
from tests.factories.people import Account, make_account
from tests.factories.reports import make_report
from tests.factories.towns import ROLE_OF, Town, make_member
from tests.people.test_invitations import queued

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db


def end(town: Town, pillar: str, number: int) -> None:
    by = town.one(Pillar.ADMINISTRATION).id
    with acting_as(by):
        membership = Membership.objects.get(
            person_id=town.one(pillar, number).id, unit=town.units[pillar]
        )
        actions.end_membership(membership=membership, by=by)


def holders() -> set[UUID]:
    with as_owner():
        return set(CaseKey.objects.values_list("person_id", flat=True))


class TestEnding:
    def test_ends_access_to_the_cases_of_the_unit(self, town: Town) -> None:
        make_report(town, pillar=Pillar.SUPPORT)
        leaver = town.one(Pillar.SUPPORT)
        with acting_as(leaver.id):
            assert Case.objects.count() == 1
        end(town, Pillar.SUPPORT, 0)
        assert leaver.id not in holders()
        with acting_as(leaver.id):
            assert Case.objects.count() == 0

    def test_never_leaves_a_case_without_a_reader(self, town: Town) -> None:
        make_report(town, pillar=Pillar.SUPPORT)
        end(town, Pillar.SUPPORT, 0)
        end(town, Pillar.SUPPORT, 1)
        with pytest.raises(actions.Refused, match="weitere Person mit Schlüssel"):
            end(town, Pillar.SUPPORT, 2)
        assert holders() == {town.one(Pillar.SUPPORT, 2).id}

    def test_a_refusal_says_nothing_of_cases(self, town: Town) -> None:
        """With a case, without one, and where only an exclusion leaves one reader: one answer."""
        make_report(town, pillar=Pillar.SUPPORT)
        make_report(
            town,
            pillar=Pillar.ASSAULT,
            excluded={town.one(Pillar.ASSAULT, number).id for number in (1, 2)},
        )
        answers = set()
        for pillar in (Pillar.SUPPORT, Pillar.COMPLAINT):
            end(town, pillar, 0)
            end(town, pillar, 1)
            with pytest.raises(actions.Refused) as refused:
                end(town, pillar, 2)
            answers.add(str(refused.value))
        with pytest.raises(actions.Refused) as refused:
            end(town, Pillar.ASSAULT, 0)
        answers.add(str(refused.value))
        assert len(answers) == 1
        assert "Fall" not in answers.pop()

    def test_somebody_without_a_key_may_go(self, town: Town) -> None:
        """Negative control: it is the key of the unit that must stay, not the row."""
        by = town.one(Pillar.ADMINISTRATION).id
        with as_owner():
            PersonKey.objects.filter(person_id=town.one(Pillar.COMPLAINT, 2).id).delete()
        end(town, Pillar.COMPLAINT, 2)
        end(town, Pillar.COMPLAINT, 1)
        with acting_as(by):
            assert len(receivers(town.units[Pillar.COMPLAINT].pk)) == 1

    def test_of_the_own_administration_is_possible_while_another_stays(self, town: Town) -> None:
        with as_owner():
            make_member(town.units[Pillar.ADMINISTRATION], make_account())
        end(town, Pillar.ADMINISTRATION, 0)
        with acting_as(town.one(Pillar.ADMINISTRATION).id):
            assert memberships_of(town.one(Pillar.ADMINISTRATION).id) == []

    def test_a_forged_administration_does_not_count_as_another(self, town: Town) -> None:
        with as_owner():
            forged = make_member(town.units[Pillar.ADMINISTRATION], make_account())
            Membership.objects.filter(pk=forged.pk).update(mac=b"forged")
        with pytest.raises(actions.Refused, match="letzte Verwaltung"):
            end(town, Pillar.ADMINISTRATION, 0)

    def test_a_unit_with_cases_cannot_be_removed(self, town: Town) -> None:
        make_report(town, pillar=Pillar.SUPPORT)
        by = town.one(Pillar.ADMINISTRATION).id
        with as_owner():
            Membership.objects.filter(unit=town.units[Pillar.SUPPORT]).delete()
        with acting_as(by), pytest.raises(actions.Refused) as with_case:
            actions.remove_unit(unit=town.units[Pillar.SUPPORT], by=by)
        with acting_as(by), pytest.raises(actions.Refused) as with_people:
            actions.remove_unit(unit=town.units[Pillar.COMPLAINT], by=by)
        assert str(with_case.value) == str(with_people.value)
        assert Unit.objects.filter(pk=town.units[Pillar.SUPPORT].pk).exists()


class TestAuthority:
    @pytest.mark.parametrize("pillar", [Pillar.OTHER, Pillar.SUPPORT, Pillar.LEADERSHIP])
    def test_nobody_else_adds_members(self, town: Town, pillar: str) -> None:
        by = town.one(pillar).id
        with acting_as(by), pytest.raises(PermissionDenied):
            actions.add_member(
                unit=town.units[Pillar.SUPPORT],
                email="x@stadt.example",
                name="X",
                role=Role.CONTACT,
                title="X",
                is_deputy=False,
                by=by,
            )

    def test_the_database_refuses_as_well(self, town: Town) -> None:
        """Negative control: without the action's check the row policy still stands."""
        stranger = town.one(Pillar.OTHER).id
        row = Membership(
            person_id=stranger,
            organisation_id=town.municipality.pk,
            unit=town.units[Pillar.SUPPORT],
            role=Role.CONTACT,
            title="X",
            mac=b"x",
        )
        with (
            acting_as(stranger),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            row.save(force_insert=True)

    def test_another_town_is_out_of_reach(self, town: Town, other_town: Town) -> None:
        by = other_town.one(Pillar.ADMINISTRATION).id
        with acting_as(by), pytest.raises(PermissionDenied):
            actions.create_unit(
                organisation_id=town.municipality.pk, name="X", pillar="other", about="", by=by
            )

    def test_changes_are_in_the_log_with_function_and_without_names(self, town: Town) -> None:
        by = town.one(Pillar.ADMINISTRATION)
        with acting_as(by.id):
            actions.create_unit(
                organisation_id=town.municipality.pk, name="X", pillar="other", about="", by=by.id
            )
        with as_owner():
            entry = AuditEntry.objects.get(kind="unit.created")
        assert (entry.person_id, entry.function) == (by.id, "Verwaltung 1")

    def test_a_municipality_is_founded_by_the_owner_only(self, town: Town) -> None:
        with (
            acting_as(town.one(Pillar.ADMINISTRATION).id),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            actions.create_municipality(
                name="Neu", ags="05999009", land="NW", municipality_kind="city"
            )


def add(town: Town, email: str, pillar: str, *, by: UUID, role: str = "") -> None:
    with acting_as(by):
        actions.add_member(
            unit=town.units[pillar],
            email=email,
            name="",
            role=role or ROLE_OF[Pillar(pillar)],
            title="Neue Aufgabe",
            is_deputy=False,
            by=by,
        )


def told() -> set[str]:
    """Return the people who get a mail that their unit has changed."""
    return {job["person"] for job in queued("people.mail_hint") if job["kind"] == "colleague"}


def ids(*accounts: Account) -> set[str]:
    return {str(account.id) for account in accounts}


class TestAdministrationStaysOutOfCases:
    @pytest.mark.parametrize("pillar", [Pillar.SUPPORT, Pillar.COMPLAINT, Pillar.ASSAULT])
    def test_it_cannot_give_itself_a_role_with_cases(self, town: Town, pillar: str) -> None:
        administrator = town.one(Pillar.ADMINISTRATION)
        address = administrator.person.email.upper()
        with pytest.raises(actions.Refused, match="nicht selbst"):
            add(town, address, pillar, by=administrator.id)
        assert told() == set()
        with as_owner():
            assert Membership.objects.filter(person_id=administrator.id).count() == 1

    def test_a_role_without_cases_it_can(self, town: Town) -> None:
        """Negative control: only cases are out of reach."""
        administrator = town.one(Pillar.ADMINISTRATION)
        add(town, administrator.person.email, Pillar.OTHER, by=administrator.id, role=Role.STAFF)
        with as_owner():
            assert Membership.objects.filter(person_id=administrator.id).count() == 2
        assert told() == set()

    def test_its_own_deputyship_does_not_become_more(self, town: Town) -> None:
        administrator = town.one(Pillar.ADMINISTRATION)
        with as_owner():
            mine = make_member(town.units[Pillar.ASSAULT], administrator, is_deputy=True)
        change = {"membership": mine, "role": Role.CASE_LEAD, "by": administrator.id}
        with acting_as(administrator.id):
            actions.change_member(title="Anders genannt", is_deputy=True, **change)
            with pytest.raises(actions.Refused, match="nicht selbst"):
                actions.change_member(title="Fallführung", is_deputy=False, **change)

    def test_the_others_of_the_unit_learn_of_a_new_colleague(self, town: Town) -> None:
        by = town.one(Pillar.ADMINISTRATION).id
        add(town, "neu@stadt.example", Pillar.ASSAULT, by=by)
        assert told() == ids(*town.members[Pillar.ASSAULT])

    def test_they_learn_of_a_deputy_who_becomes_a_regular_member(self, town: Town) -> None:
        by = town.one(Pillar.ADMINISTRATION).id
        deputy = town.one(Pillar.ASSAULT, 2)
        with acting_as(by):
            membership = Membership.objects.get(person_id=deputy.id)
            change = {"membership": membership, "role": Role.CASE_LEAD, "by": by}
            actions.change_member(title="Umbenannt", is_deputy=True, **change)
            assert told() == set()
            actions.change_member(title="Fallführung", is_deputy=False, **change)
        assert told() == ids(*town.members[Pillar.ASSAULT][:2])


class TestChanging:
    def test_a_role_that_opens_nothing_ends_access(self, town: Town) -> None:
        """A coordinator to whom a case was handed on becomes staff."""
        reported = make_report(town, pillar=Pillar.SUPPORT)
        coordinator = town.one(Pillar.COORDINATION)
        with as_owner():
            key = CaseKey.objects.filter(case_id=reported.id, strand="mailbox").first()
            assert key is not None
            key.pk, key.person_id, key.is_reserve = uuid4(), coordinator.id, False
            key.save(force_insert=True)
        by = town.one(Pillar.ADMINISTRATION).id
        with acting_as(by):
            membership = Membership.objects.get(person_id=coordinator.id)
            change = {"membership": membership, "title": "K", "is_deputy": False, "by": by}
            actions.change_member(role=Role.LEADERSHIP, **change)
        assert coordinator.id in holders()
        with acting_as(by):
            actions.change_member(role=Role.STAFF, **change)
        assert coordinator.id not in holders()


class TestGrantable:
    def test_offers_colleagues_who_may_open_cases(self, town: Town, other_town: Town) -> None:
        with acting_as(town.one(Pillar.SUPPORT).id):
            found = grantable(town.municipality.pk)
            assert grantable(other_town.municipality.pk) == []
        people = {receiver.person for receiver in found}
        assert town.one(Pillar.COORDINATION).id in people
        assert town.one(Pillar.ADMINISTRATION).id not in people
        assert town.one(Pillar.OTHER).id not in people
        assert len(people) == len(found) == 11

    def test_names_all_roles_of_a_colleague(self, town: Town) -> None:
        both = town.one(Pillar.COORDINATION)
        with as_owner():
            make_member(town.units[Pillar.LEADERSHIP], both)
            make_member(town.units[Pillar.OTHER], both)
        with acting_as(town.one(Pillar.SUPPORT).id):
            found = {r.person: r.roles for r in grantable(town.municipality.pk)}
        assert found[both.id] == {Role.COORDINATION, Role.LEADERSHIP, Role.STAFF}
        assert found[town.one(Pillar.LEADERSHIP).id] == {Role.LEADERSHIP}

    def test_leaves_forged_ones_out(self, town: Town) -> None:
        robbed, forged = town.one(Pillar.COORDINATION), town.one(Pillar.LEADERSHIP)
        with as_owner():
            PersonKey.objects.filter(person_id=robbed.id).update(mac=bytes(32))
            Membership.objects.filter(person_id=forged.id).update(mac=bytes(32))
        with acting_as(town.one(Pillar.SUPPORT).id):
            people = {receiver.person for receiver in grantable(town.municipality.pk)}
        assert people.isdisjoint({robbed.id, forged.id})

    def test_a_second_factor_is_asked_of_exactly_those(self, town: Town) -> None:
        for pillar, expected in (
            (Pillar.SUPPORT, True),
            (Pillar.LEADERSHIP, True),
            (Pillar.ADMINISTRATION, False),
            (Pillar.OTHER, False),
        ):
            person = town.one(pillar).id
            with acting_as(person):
                assert opens_cases(person) is expected


class TestCommand:
    ARGUMENTS = {
        "ags": "05999010",
        "name": "Grünstadt an der Weser",
        "land": "NW",
        "kind": "city",
        "admin_name": "Ada Beispiel",
        "admin_email": "ada@gruenstadt.example",
    }

    def run(self, capsys: pytest.CaptureFixture[str], **changed: str) -> str:
        with as_owner():
            call_command("organisation", **self.ARGUMENTS | changed)
        return capsys.readouterr().out

    def test_founds_a_municipality_and_invites(self, capsys: pytest.CaptureFixture[str]) -> None:
        out = self.run(capsys)
        town = Municipality.objects.get(ags="05999010")
        assert town.slug == "gruenstadt-an-der-weser"
        assert "/einladung/" in out
        with as_owner():
            membership = Membership.objects.get(organisation_id=town.pk)
            assert membership.role == Role.ADMINISTRATION
            assert Invitation.objects.get().person_id == membership.person_id

    def test_again_gives_a_fresh_link_and_nothing_else(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        first = self.run(capsys)
        second = self.run(capsys)
        assert first != second
        with as_owner():
            assert Membership.objects.count() == 1
            assert Invitation.objects.count() == 1
            assert Unit.objects.count() == 1

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ({"name": "Andersdorf"}, "belongs to"),
            ({"admin_email": "zweite@gruenstadt.example"}, "has an account administration"),
        ],
    )
    def test_refuses_a_contradiction(
        self, capsys: pytest.CaptureFixture[str], changed: dict[str, str], message: str
    ) -> None:
        self.run(capsys)
        with pytest.raises(CommandError, match=message):
            self.run(capsys, **changed)

    @pytest.mark.parametrize(
        "changed", [{"ags": "123"}, {"ags": "0599901x"}, {"admin_email": "keine"}, {"name": ""}]
    )
    def test_says_what_is_wrong_and_leaves_nothing(
        self, capsys: pytest.CaptureFixture[str], changed: dict[str, str]
    ) -> None:
        with pytest.raises(CommandError):
            self.run(capsys, **changed)
        assert not Municipality.objects.exists()

    def test_needs_the_owner_role(self) -> None:
        with pytest.raises(CommandError, match="owner role"):
            call_command("organisation", **self.ARGUMENTS)


def test_the_komma_command_runs_it_as_owner() -> None:
    from komma.config.command import _OWNER_COMMANDS

    assert "organisation" in _OWNER_COMMANDS
