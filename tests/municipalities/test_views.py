"""The account administration as its owner, a colleague, an outsider and nobody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from komma.core.rows import acting_as
from komma.municipalities import actions
from komma.municipalities.actions import Refused
from komma.municipalities.codes import Module, Pillar, Role
from komma.municipalities.models import (
    Membership,
    Municipality,
    Unit,
)
from komma.people.models import Invitation, Person
from tests.factories import as_owner
from tests.factories.people import make_account
from tests.factories.towns import Town, make_member, make_town, outside_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client, town: Town) -> Client:
    """A browser in which the town's account administration is signed in."""
    client.force_login(town.one(Pillar.ADMINISTRATION).person)
    return client


def membership_of(town: Town, pillar: str, number: int = 0) -> Membership:
    with as_owner():
        return Membership.objects.get(
            person_id=town.one(pillar, number).id, unit=town.units[pillar]
        )


def make_invitation(town: Town) -> Invitation:
    from django.utils import timezone

    with as_owner():
        person = Person(email="neu@stadt.example", name="Neue Person")
        person.set_unusable_password()
        person.save(force_insert=True)
        return Invitation.objects.create(
            person=person,
            organisation_id=town.municipality.pk,
            organisation_name=town.municipality.name,
            token_hash=uuid.uuid4().hex,
            expires_at=timezone.now(),
            invited_by=person.pk,
        )


def addresses(town: Town) -> list[str]:
    """Every address of the administration, with primary keys of this town."""
    slug = town.municipality.slug
    unit = town.units[Pillar.SUPPORT].pk
    member = membership_of(town, Pillar.SUPPORT).pk
    invitation = make_invitation(town).pk
    plain = (
        "organisation",
        "units",
        "unit_add",
        "local_help",
        "local_help_add",
        "members",
        "invitations",
        "settings",
        "modules",
        "emergency",
    )
    return [
        *(reverse(f"municipalities:{name}", args=[slug]) for name in plain),
        reverse("municipalities:poster", args=[slug]),
        reverse("municipalities:poster_code", args=[slug]),
        reverse("municipalities:unit", args=[slug, unit]),
        reverse("municipalities:unit_remove", args=[slug, unit]),
        reverse("municipalities:member_add", args=[slug, unit]),
        reverse("municipalities:member", args=[slug, member]),
        reverse("municipalities:member_end", args=[slug, member]),
        reverse("municipalities:invitation_withdraw", args=[slug, invitation]),
        reverse("municipalities:module_switch", args=[slug, "reporting"]),
        reverse("municipalities:emergency_make", args=[slug, "a"]),
        reverse("municipalities:emergency_verify", args=[slug, "b"]),
    ]


class TestWhoMayEnter:
    def test_the_administration_sees_every_page(self, administrator: Client, town: Town) -> None:
        for address in addresses(town):
            assert administrator.get(address).status_code == 200, address

    def test_a_colleague_without_the_role_is_refused(self, client: Client, town: Town) -> None:
        client.force_login(town.one(Pillar.OTHER).person)
        for address in addresses(town):
            assert client.get(address).status_code == 403, address
            assert client.post(address).status_code in (403, 405), address

    def test_an_outsider_finds_nothing(self, client: Client, town: Town, other_town: Town) -> None:
        client.force_login(other_town.one(Pillar.ADMINISTRATION).person)
        for address in addresses(town):
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code in (404, 405), address

    def test_nobody_is_asked_to_sign_in(self, client: Client, town: Town) -> None:
        for address in [*addresses(town), reverse("municipalities:overview")]:
            response = client.get(address)
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/anmelden/"), address

    def test_primary_keys_of_another_town_are_not_found_under_ones_own(
        self, administrator: Client, town: Town, other_town: Town
    ) -> None:
        own, other = town.municipality.slug, other_town.municipality.slug
        for address in addresses(other_town):
            if uuid_in(address):
                moved = address.replace(f"/{other}/", f"/{own}/")
                assert administrator.get(moved).status_code == 404, moved

    def test_a_forged_role_administers_nothing(self, client: Client, town: Town) -> None:
        with as_owner():
            intruder = make_account()
            genuine = make_member(town.units[Pillar.ADMINISTRATION], intruder)
            Membership.objects.filter(pk=genuine.pk).update(mac=b"forged")
        client.force_login(intruder.person)
        address = reverse("municipalities:units", args=[town.municipality.slug])
        assert client.get(address).status_code == 403

    def test_the_entry_leads_to_the_own_organisation(
        self, administrator: Client, town: Town
    ) -> None:
        response = administrator.get(reverse("municipalities:overview"))
        assert response.headers["Location"] == f"/verwaltung/{town.municipality.slug}/"

    def test_the_entry_is_refused_without_the_role(self, client: Client, town: Town) -> None:
        client.force_login(town.one(Pillar.OTHER).person)
        assert client.get(reverse("municipalities:overview")).status_code == 403


def uuid_in(address: str) -> bool:
    return any(len(part) == 36 for part in address.split("/"))


class TestOverview:
    def test_says_that_reports_are_taken(self, administrator: Client, town: Town) -> None:
        page = administrator.get(f"/verwaltung/{town.municipality.slug}/").content.decode()
        assert "Ihre Kommune nimmt Meldungen an" in page
        assert "Das fehlt" not in page

    def test_says_why_not(self, administrator: Client, town: Town) -> None:
        with as_owner():
            Membership.objects.filter(unit=town.units[Pillar.COMPLAINT]).update(mac=b"")
        page = administrator.get(f"/verwaltung/{town.municipality.slug}/").content.decode()
        assert "Im Moment werden keine Meldungen angenommen" in page
        assert "Noch niemand kann Meldungen öffnen" in page


class TestUnits:
    def test_adding_leads_to_the_first_member(self, administrator: Client, town: Town) -> None:
        slug = town.municipality.slug
        response = administrator.post(
            f"/verwaltung/{slug}/stellen/neu/",
            {"pillar": Pillar.OTHER, "name": "Personalrat", "about": ""},
        )
        unit = Unit.objects.get(name="Personalrat")
        assert response.headers["Location"] == f"/verwaltung/{slug}/stellen/{unit.pk}/person/"

    def test_a_second_complaint_body_is_not_offered(
        self, administrator: Client, town: Town
    ) -> None:
        response = administrator.post(
            f"/verwaltung/{town.municipality.slug}/stellen/neu/",
            {"pillar": Pillar.COMPLAINT, "name": "Noch eine", "about": ""},
        )
        assert response.status_code == 200
        assert not Unit.objects.filter(name="Noch eine").exists()

    def test_changing_keeps_the_pillar(self, administrator: Client, town: Town) -> None:
        unit = town.units[Pillar.SUPPORT]
        administrator.post(
            f"/verwaltung/{town.municipality.slug}/stellen/{unit.pk}/",
            {"name": "Vertrauensstelle", "about": "Wir hören zu.", "pillar": Pillar.OTHER},
        )
        unit.refresh_from_db()
        assert (unit.name, unit.pillar) == ("Vertrauensstelle", Pillar.SUPPORT)

    def test_an_empty_unit_can_be_removed(self, administrator: Client, town: Town) -> None:
        with as_owner():
            unit = Unit.objects.create(
                organisation_id=town.municipality.pk, name="Leer", pillar=Pillar.OTHER
            )
        administrator.post(f"/verwaltung/{town.municipality.slug}/stellen/{unit.pk}/entfernen/")
        assert not Unit.objects.filter(pk=unit.pk).exists()

    def test_a_unit_with_people_stays(self, administrator: Client, town: Town) -> None:
        unit = town.units[Pillar.OTHER]
        response = administrator.post(
            f"/verwaltung/{town.municipality.slug}/stellen/{unit.pk}/entfernen/", follow=True
        )
        assert Unit.objects.filter(pk=unit.pk).exists()
        assert "bleibt bestehen" in response.content.decode()


class TestMembers:
    def add(self, client: Client, town: Town, pillar: str, **changed: str) -> object:
        unit = town.units[pillar]
        answers = {
            "name": "Ada Beispiel",
            "email": "Ada@Stadt.Example",
            "title": "Ansprechperson Ost",
        }
        return client.post(
            f"/verwaltung/{town.municipality.slug}/stellen/{unit.pk}/person/", answers | changed
        )

    def test_a_new_person_is_invited_and_not_yet_a_receiver(
        self, administrator: Client, town: Town
    ) -> None:
        from komma.municipalities.queries import receivers

        before = len(receivers(town.units[Pillar.SUPPORT].pk))
        self.add(administrator, town, Pillar.SUPPORT)
        with as_owner():
            membership = Membership.objects.get(title="Ansprechperson Ost")
            assert membership.role == Role.CONTACT
            assert membership.person.email == "ada@stadt.example"
            assert Invitation.objects.filter(person=membership.person).count() == 1
        assert len(receivers(town.units[Pillar.SUPPORT].pk)) == before

    def test_somebody_known_gets_the_role_and_no_mail(
        self, administrator: Client, town: Town
    ) -> None:
        known = town.one(Pillar.OTHER)
        self.add(administrator, town, Pillar.SUPPORT, email=known.person.email)
        with as_owner():
            assert Membership.objects.filter(
                person_id=known.id, unit=town.units[Pillar.SUPPORT]
            ).exists()
            assert not Invitation.objects.filter(person_id=known.id).exists()

    def test_the_same_role_twice_is_refused(self, administrator: Client, town: Town) -> None:
        response = self.add(
            administrator, town, Pillar.SUPPORT, email=town.one(Pillar.SUPPORT).person.email
        )
        assert "diese Rolle in dieser Stelle schon" in response.content.decode()  # type: ignore[attr-defined]

    def test_support_and_complaint_in_one_person_is_warned_about(
        self, administrator: Client, town: Town
    ) -> None:
        email = town.one(Pillar.SUPPORT).person.email
        response = self.add(administrator, town, Pillar.COMPLAINT, email=email)
        page = administrator.get(response.headers["Location"]).content.decode()  # type: ignore[attr-defined]
        assert "nie für denselben Fall" in page

    def test_a_role_with_cases_cannot_be_slipped_into_another_unit(
        self, administrator: Client, town: Town
    ) -> None:
        self.add(administrator, town, Pillar.OTHER, role=Role.CONTACT)
        with as_owner():
            assert not Membership.objects.filter(title="Ansprechperson Ost").exists()

    def test_changing_is_proven_anew(self, administrator: Client, town: Town) -> None:
        from komma.municipalities.queries import receivers

        membership = membership_of(town, Pillar.SUPPORT)
        administrator.post(
            f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/",
            {"title": "Ansprechperson West", "is_deputy": "on", "schliesst": "ja"},
        )
        found = {r.person: r for r in receivers(town.units[Pillar.SUPPORT].pk)}
        assert found[membership.person_id].title == "Ansprechperson West"
        assert found[membership.person_id].is_deputy

    def test_a_forged_row_is_never_proven_by_changing_it(
        self, administrator: Client, town: Town
    ) -> None:
        from komma.municipalities.queries import receivers

        membership = membership_of(town, Pillar.SUPPORT)
        with as_owner():
            Membership.objects.filter(pk=membership.pk).update(mac=b"forged")
        response = administrator.post(
            f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/",
            {"title": "Ansprechperson West"},
        )
        assert "nehmen Sie die Person neu auf" in response.content.decode()
        found = {r.person for r in receivers(town.units[Pillar.SUPPORT].pk)}
        assert membership.person_id not in found

    def test_ending_takes_the_role_and_its_proof(self, administrator: Client, town: Town) -> None:
        membership = membership_of(town, Pillar.SUPPORT)
        address = f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/beenden/"
        assert (
            "kann die Person dann nicht mehr öffnen" in administrator.get(address).content.decode()
        )
        administrator.post(address, {"schliesst": "ja"})
        with as_owner():
            membership.refresh_from_db()
        assert membership.ended_on is not None
        assert bytes(membership.mac) == b""
        assert administrator.get(address).status_code == 404

    def test_the_last_administration_cannot_end(self, administrator: Client, town: Town) -> None:
        membership = membership_of(town, Pillar.ADMINISTRATION)
        response = administrator.post(
            f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/beenden/", follow=True
        )
        assert "die letzte Verwaltung der Konten" in response.content.decode()
        with as_owner():
            membership.refresh_from_db()
        assert membership.ended_on is None

    def test_search_forgives_umlauts(self, administrator: Client, town: Town) -> None:
        with as_owner():
            account = make_account("Jörg Müßig")
            make_member(town.units[Pillar.OTHER], account)
        page = administrator.get(
            f"/verwaltung/{town.municipality.slug}/personen/", {"suche": "jorg mussig"}
        ).content.decode()
        assert "Jörg Müßig" in page
        assert town.one(Pillar.SUPPORT).person.name not in page

    @pytest.mark.parametrize("part", ["stellen", "personen", "einladungen"])
    def test_lists_take_as_many_queries_for_one_row_as_for_three(
        self, administrator: Client, town: Town, part: str, count_queries: Callable
    ) -> None:
        address = f"/verwaltung/{town.municipality.slug}/{part}/"
        make_invitation(town)
        one = count_queries(administrator, address)
        with as_owner():
            for _ in range(2):
                make_member(town.units[Pillar.OTHER], make_account())
            for number in range(2):
                person = Person.objects.create(email=f"weitere{number}@stadt.example", name="W")
                Invitation.objects.create(
                    person=person,
                    organisation_id=town.municipality.pk,
                    organisation_name="x",
                    token_hash=uuid.uuid4().hex,
                    expires_at="2026-01-01T00:00Z",
                    invited_by=person.pk,
                )
        assert count_queries(administrator, address) == one


class TestInvitations:
    def test_sending_again_replaces_the_link(self, administrator: Client, town: Town) -> None:
        invitation = make_invitation(town)
        slug = town.municipality.slug
        administrator.post(f"/verwaltung/{slug}/einladungen/{invitation.pk}/erneut/")
        with as_owner():
            (fresh,) = Invitation.objects.filter(person_id=invitation.person_id)
        assert fresh.token_hash != invitation.token_hash

    def test_withdrawing_ends_the_link(self, administrator: Client, town: Town) -> None:
        invitation = make_invitation(town)
        slug = town.municipality.slug
        administrator.post(f"/verwaltung/{slug}/einladungen/{invitation.pk}/zurueckziehen/")
        with as_owner():
            assert not Invitation.objects.filter(pk=invitation.pk).exists()

    def test_sending_needs_a_post(self, administrator: Client, town: Town) -> None:
        invitation = make_invitation(town)
        slug = town.municipality.slug
        address = f"/verwaltung/{slug}/einladungen/{invitation.pk}/erneut/"
        assert administrator.get(address).status_code == 405


class TestSettings:
    def save(self, client: Client, town: Town, **changed: object) -> object:
        answers: dict[str, object] = {
            "answer_days": 5,
            "emergency_hint": "Pforte 0123",
            "fallback_unit": "",
            "mail_domains": "@Stadt.de, kreis.de",
        }
        return client.post(
            f"/verwaltung/{town.municipality.slug}/einstellungen/", answers | changed
        )

    def test_are_saved(self, administrator: Client, town: Town) -> None:
        with as_owner():
            unit = outside_unit()
        self.save(administrator, town, fallback_unit=str(unit.pk), names_shown="on")
        saved = Municipality.objects.get(pk=town.municipality.pk)
        assert saved.answer_days == 5
        assert saved.names_shown
        assert saved.mail_domains == ["stadt.de", "kreis.de"]
        assert saved.fallback_unit_id == unit.pk

    def test_another_town_is_no_body_outside_without_its_word(
        self, administrator: Client, town: Town, other_town: Town
    ) -> None:
        before = Municipality.objects.get(pk=town.municipality.pk).fallback_unit_id
        unit = other_town.units[Pillar.SUPPORT]
        self.save(administrator, town, fallback_unit=str(unit.pk))
        with (
            pytest.raises(Refused, match="Vereinbarung"),
            acting_as(town.one(Pillar.ADMINISTRATION).id),
        ):
            actions.save_settings(
                municipality=town.municipality,
                answer_days=3,
                names_shown=False,
                serves_towns=True,
                emergency_hint="",
                mail_domains=[],
                fallback_unit_id=unit.pk,
                by=town.one(Pillar.ADMINISTRATION).id,
            )
        assert Municipality.objects.get(pk=town.municipality.pk).fallback_unit_id == before

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("answer_days", "0"),
            ("answer_days", "31"),
            ("mail_domains", "kein ort"),
            ("fallback_unit", "00000000-0000-4000-8000-000000000000"),
        ],
    )
    def test_nonsense_is_refused(
        self, administrator: Client, town: Town, field: str, value: str
    ) -> None:
        response = self.save(administrator, town, **{field: value})
        assert response.status_code == 200  # type: ignore[attr-defined]
        assert Municipality.objects.get(pk=town.municipality.pk).answer_days == 3

    def test_a_unit_of_the_own_house_is_no_fallback(
        self, administrator: Client, town: Town
    ) -> None:
        self.save(administrator, town, fallback_unit=str(town.units[Pillar.COMPLAINT].pk))
        saved = Municipality.objects.get(pk=town.municipality.pk)
        assert saved.fallback_unit_id == town.municipality.fallback_unit_id


class TestModules:
    def test_switching_off_closes_the_intake_and_on_opens_it(
        self, administrator: Client, town: Town
    ) -> None:
        from komma.municipalities.queries import active_modules, intake_is_open

        address = f"/verwaltung/{town.municipality.slug}/bausteine/reporting/"
        administrator.post(address, {"an": "nein"})
        assert not intake_is_open(town.municipality.pk)
        administrator.post(address, {"an": "ja"})
        administrator.post(address, {"an": "ja"})
        assert intake_is_open(town.municipality.pk)
        assert active_modules(town.municipality.pk) == {Module.REPORTING}


def test_the_poster_carries_the_address_as_code(administrator: Client, town: Town) -> None:
    slug = town.municipality.slug
    page = administrator.get(f"/verwaltung/{slug}/aushang/").content.decode()
    assert f"/melden/{slug}/" in page
    drawn = administrator.get(f"/verwaltung/{slug}/aushang/code.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.content.lstrip().startswith(b"<?xml") or b"<svg" in drawn.content
    assert b"style=" not in drawn.content


def test_a_town_without_units_is_told_where_to_begin(client: Client) -> None:
    with as_owner():
        town = make_town("Neustadt", "05999003")
        keep = town.units[Pillar.ADMINISTRATION].pk
        Membership.objects.exclude(unit_id=keep).delete()
        Unit.objects.exclude(pk=keep).delete()
    client.force_login(town.one(Pillar.ADMINISTRATION).person)
    page = client.get("/verwaltung/neustadt/").content.decode()
    assert "Beginnen Sie mit der Ansprechstelle" in page
