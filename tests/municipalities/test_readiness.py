"""The intake is open only while every condition holds; losing one closes it, and alarms once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from komma.cases.actions.opening import record_opening
from komma.cases.models import Case
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities import actions, jobs
from komma.municipalities.actions import watch
from komma.municipalities.codes import IntakeChange, OrganisationKind, Pillar, Role
from komma.municipalities.models import (
    Absence,
    EmergencyKey,
    IntakeEvent,
    Membership,
    Municipality,
    Organisation,
    OrganisationModule,
    ServiceAgreement,
    Unit,
)
from komma.municipalities.queries import intake_is_open, readiness_of
from komma.municipalities.readiness import CONDITIONS
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.districts import make_district
from tests.factories.people import make_account
from tests.factories.reports import case_of, make_report
from tests.factories.towns import (
    OUTSIDE,
    give_second_factors,
    make_member,
    without_emergency_keys,
    without_fallback,
)
from tests.people.test_invitations import queued

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def page_of(town: Town, part: str = "") -> str:
    return f"/verwaltung/{town.municipality.slug}/betriebsbereitschaft/{part}"


def is_open(town: Town) -> bool:
    return intake_is_open(town.municipality.pk)


def missing(town: Town) -> list[str]:
    return readiness_of(town.municipality.pk).missing


def memberships(town: Town, pillar: str) -> list[Membership]:
    return list(Membership.objects.filter(unit=town.units[pillar]).order_by("is_deputy", "title"))


def attested(town: Town, **values: object) -> None:
    Organisation.objects.filter(pk=town.municipality.pk).update(**values)


def away(town: Town, *numbers: int) -> None:
    for number in numbers:
        Absence.objects.create(
            person=town.one(Pillar.SUPPORT, number).person,
            organisation_id=town.municipality.pk,
            starts_on=today(),
            ends_on=today(),
        )


def end_row(town: Town, pillar: str, number: int) -> None:
    memberships(town, pillar)[number].delete()


def late_report(town: Town, *, held: str = "") -> None:
    """Hand in a report whose answer day was yesterday."""
    reported = make_report(town, held=held)
    with as_owner():
        yesterday = today() - dt.timedelta(days=1)
        Case.objects.filter(pk=reported.id).update(answer_due_on=yesterday)


def same_people_everywhere(town: Town) -> None:
    """The complaint body consists of the people of the support."""
    Membership.objects.filter(unit=town.units[Pillar.COMPLAINT]).delete()
    for number, account in enumerate(town.members[Pillar.SUPPORT]):
        make_member(town.units[Pillar.COMPLAINT], account, is_deputy=number == 2)


LOST: dict[str, tuple[str, Callable[[Town], object]]] = {
    "module": (
        "module",
        lambda town: OrganisationModule.objects.filter(
            organisation_id=town.municipality.pk
        ).delete(),
    ),
    "unit": (
        "units",
        lambda town: (
            Membership.objects.filter(unit=town.units[Pillar.ASSAULT]).delete(),
            Unit.objects.filter(pk=town.units[Pillar.ASSAULT].pk).delete(),
        ),
    ),
    "second person": ("people", lambda town: end_row(town, Pillar.SUPPORT, 0)),
    "second factor": (
        "people",
        lambda town: Authenticator.objects.filter(user_id=town.one(Pillar.COMPLAINT).id).delete(),
    ),
    "proof": (
        "people",
        lambda town: Membership.objects.filter(pk=memberships(town, Pillar.ASSAULT)[0].pk).update(
            mac=b"forged"
        ),
    ),
    "confidence": ("people", same_people_everywhere),
    "deputy": ("deputies", lambda town: end_row(town, Pillar.ASSAULT, 2)),
    "deputy's factor": (
        "deputies",
        lambda town: Authenticator.objects.filter(user_id=town.one(Pillar.ASSAULT, 2).id).delete(),
    ),
    "presence": ("present", lambda town: away(town, 0, 1, 2)),
    "emergency keys": ("emergency", without_emergency_keys),
    "read from paper": (
        "emergency",
        lambda town: EmergencyKey.objects.filter(
            organisation_id=town.municipality.pk, part="B"
        ).update(verified_on=None),
    ),
    "staff council": ("staff_council", lambda town: attested(town, staff_council_on=None)),
    "data protection": (
        "data_protection",
        lambda town: attested(town, data_protection_on=None),
    ),
}


class TestConditions:
    def test_with_all_of_them_the_intake_is_open(self, town: Town) -> None:
        """Negative control of everything below."""
        assert missing(town) == []
        assert is_open(town)

    @pytest.mark.parametrize("what", LOST)
    def test_without_one_it_is_closed(self, town: Town, what: str) -> None:
        code, lose = LOST[what]
        with as_owner():
            lose(town)
        assert code in missing(town)
        assert not is_open(town)

    def test_every_condition_is_tested_here(self) -> None:
        """The answer time always has a value; the two others have tests of their own."""
        tested = {code for code, _lose in LOST.values()}
        assert tested | {"answer", "outside", "in_time"} == {each.code for each in CONDITIONS}

    def test_nobody_has_opened_it(self, town: Town) -> None:
        with as_owner():
            attested(town, opened_on=None)
        assert missing(town) == []
        assert not is_open(town)

    def test_a_deputy_who_is_there_suffices_for_a_day(self, town: Town) -> None:
        with as_owner():
            away(town, 0, 1)
        assert is_open(town)

    def test_support_and_assault_may_have_the_same_people(self, town: Town) -> None:
        with as_owner():
            Membership.objects.filter(unit=town.units[Pillar.ASSAULT]).delete()
            for number, account in enumerate(town.members[Pillar.SUPPORT]):
                make_member(town.units[Pillar.ASSAULT], account, is_deputy=number == 2)
        assert is_open(town)

    def test_a_demonstration_asks_for_no_second_factor(self, town: Town, settings: object) -> None:
        with as_owner():
            Authenticator.objects.all().delete()
        assert not is_open(town)
        settings.KOMMA_DEMO = True  # type: ignore[attr-defined]
        assert is_open(town)
        page = signed_in(town.one(Pillar.ADMINISTRATION)).get(page_of(town)).content.decode()
        assert "In der Vorführung gilt weniger" in page

    def test_a_body_outside_needs_neither_all_units_nor_another_body(self, town: Town) -> None:
        body = Organisation.objects.get(slug=OUTSIDE)
        assert intake_is_open(body.pk)
        with as_owner():
            EmergencyKey.objects.filter(organisation=body, part="A").delete()
        assert not intake_is_open(body.pk)

    def test_takes_the_same_number_of_queries_for_more_people(self, town: Town) -> None:
        with CaptureQueriesContext(connection) as few:
            is_open(town)
        with as_owner():
            more = [make_account() for _ in range(3)]
            give_second_factors(more)
            for account in more:
                make_member(town.units[Pillar.SUPPORT], account)
        with CaptureQueriesContext(connection) as many:
            is_open(town)
        assert len(few) == len(many) <= MOST_QUERIES


MOST_QUERIES = 7


class TestLateReport:
    def test_closes_the_intake_until_somebody_opens_it(self, town: Town) -> None:
        reported = make_report(town)
        assert is_open(town)
        with as_owner():
            Case.objects.filter(pk=reported.id).update(answer_due_on=today() - dt.timedelta(days=1))
        assert missing(town) == ["in_time"]
        reader = town.one(Pillar.ASSAULT)
        with acting_as(reader.id):
            record_opening(case_of(reader, reported))
        assert is_open(town)

    def test_counts_for_the_body_that_has_it(self, town: Town, other_town: Town) -> None:
        late_report(town)
        assert not is_open(town)
        assert is_open(other_town)

    def test_a_flood_in_quarantine_closes_nothing(self, town: Town) -> None:
        for _ in range(3):
            late_report(town, held="crowd")
        assert is_open(town)
        late_report(town)
        assert not is_open(town)  # control

    def test_the_page_says_neither_where_nor_how_many(self, town: Town) -> None:
        late_report(town)
        page = signed_in(town.one(Pillar.COORDINATION)).get(page_of(town)).content.decode()
        assert "Die zugesagte Zeit wurde nicht eingehalten" in page
        line = page[page.index("Die zugesagte Zeit wurde") :][:200]
        assert town.units[Pillar.ASSAULT].name not in line

    def test_somebody_excluded_learns_only_that_it_is_closed(self, town: Town) -> None:
        accused = town.one(Pillar.ASSAULT, 1)
        reported = make_report(town, excluded={accused.id})
        with as_owner():
            Case.objects.filter(pk=reported.id).update(answer_due_on=today() - dt.timedelta(days=1))
        page = signed_in(accused).get("/start/").content.decode()
        assert "Die Annahme von Meldungen ist geschlossen" in page
        assert "zugesagte Zeit" not in page
        assert "betriebsbereitschaft" not in page
        other = signed_in(town.one(Pillar.COORDINATION)).get("/start/").content.decode()
        assert "Die zugesagte Zeit wurde nicht eingehalten" in other  # control


def events(town: Town) -> list[tuple[str, list[str]]]:
    with as_owner():
        found = IntakeEvent.objects.filter(organisation_id=town.municipality.pk).order_by("id")
        return [(each.kind, each.missing) for each in found]


def alarmed() -> list[str]:
    return [job["person"] for job in queued("people.mail_hint") if job["kind"] == "readiness"]


def run_watch() -> None:
    with as_worker():
        jobs.watch_intakes.func(0)


class TestWatch:
    def test_notes_each_change_once_and_alarms_once(self, town: Town) -> None:
        run_watch()
        assert events(town) == []
        with as_owner():
            end_row(town, Pillar.SUPPORT, 2)
        for _ in range(2):
            run_watch()
        assert events(town) == [(IntakeChange.CLOSED, ["deputies"])]
        told = alarmed()
        assert len(told) == len(set(told)) == 10
        assert str(town.one(Pillar.ADMINISTRATION).id) in told
        assert str(town.one(Pillar.COORDINATION).id) in told
        assert str(town.one(Pillar.ASSAULT).id) in told
        assert str(town.one(Pillar.LEADERSHIP).id) not in told
        with as_owner():
            deputy = make_account()
            give_second_factors([deputy])
            make_member(town.units[Pillar.SUPPORT], deputy, is_deputy=True)
        for _ in range(2):
            run_watch()
        assert is_open(town)
        assert [kind for kind, _codes in events(town)] == ["closed", "reopened"]
        assert len(alarmed()) == 10
        with as_owner():
            kinds = AuditEntry.objects.filter(kind__startswith="intake.").values_list("kind")
            assert sorted(kinds) == [("intake.closed",), ("intake.reopened",)]

    def test_an_intake_that_was_never_opened_is_left_alone(self, town: Town) -> None:
        with as_owner():
            attested(town, opened_on=None)
            end_row(town, Pillar.SUPPORT, 2)
        run_watch()
        assert events(town) == []

    def test_a_change_by_the_administration_calls_it_at_once(self, town: Town) -> None:
        by = town.one(Pillar.ADMINISTRATION).id
        with acting_as(by):
            actions.switch_module(
                organisation_id=town.municipality.pk, module="reporting", on=False, by=by
            )
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs")
            assert ("municipalities.watch_now", "{}") in cursor.fetchall()

    def test_old_events_go_but_the_state_stays(self, town: Town, other_town: Town) -> None:
        old = today() - watch.KEPT - dt.timedelta(days=1)
        with as_owner():
            # Keys in order: two of one millisecond would not be.
            for number, kind in enumerate(("opened", "closed")):
                row = IntakeEvent(organisation_id=town.municipality.pk, kind=kind, on=old)
                row.pk = UUID(int=number)
                row.save(force_insert=True)
        with as_worker():
            jobs.expire_events.func(0)
        assert events(town) == [("closed", [])]

    def test_nobody_writes_history_for_another_town(self, town: Town, other_town: Town) -> None:
        row = IntakeEvent(organisation_id=town.municipality.pk, kind="closed", on=today())
        with (
            acting_as(other_town.one(Pillar.ADMINISTRATION).id),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            row.save(force_insert=True)


WHO = {
    "administration": (200, lambda town, other: signed_in(town.one(Pillar.ADMINISTRATION))),
    "coordination": (200, lambda town, other: signed_in(town.one(Pillar.COORDINATION))),
    "leadership": (200, lambda town, other: signed_in(town.one(Pillar.LEADERSHIP))),
    "colleague": (403, lambda town, other: signed_in(town.one(Pillar.SUPPORT))),
    "outsider": (404, lambda town, other: signed_in(other.one(Pillar.ADMINISTRATION))),
    "nobody": (302, lambda town, other: Client()),
}


class TestPages:
    @pytest.mark.parametrize("who", WHO)
    @pytest.mark.parametrize("part", ["", "protokoll/"])
    def test_who_may_read(self, town: Town, other_town: Town, who: str, part: str) -> None:
        status, client = WHO[who]
        assert client(town, other_town).get(page_of(town, part)).status_code == status

    @pytest.mark.parametrize("who", [who for who in WHO if who != "administration"])
    def test_only_the_administration_opens(self, town: Town, other_town: Town, who: str) -> None:
        with as_owner():
            attested(town, opened_on=None)
        client = WHO[who][1](town, other_town)
        client.post(page_of(town, "eroeffnen/"))
        client.post(page_of(town, "nachweise/"), {"staff_council_on": ""})
        town.municipality.refresh_from_db()
        assert town.municipality.opened_on is None
        assert town.municipality.staff_council_on is not None

    def test_opening_is_refused_while_something_is_missing(self, town: Town) -> None:
        with as_owner():
            attested(town, opened_on=None, data_protection_on=None)
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        assert 'aria-disabled="true"' in client.get(page_of(town)).content.decode()
        page = client.post(page_of(town, "eroeffnen/"), follow=True).content.decode()
        assert "Noch fehlt etwas" in page
        assert not is_open(town)
        client.post(
            page_of(town, "nachweise/"),
            {"staff_council_on": "2025-01-15", "data_protection_on": "2025-01-15"},
        )
        assert "Alles ist bereit" in client.get("/start/").content.decode()
        for _ in range(2):
            page = client.post(page_of(town, "eroeffnen/"), follow=True).content.decode()
        assert "Die Annahme ist offen" in page
        assert is_open(town)
        assert events(town) == [("opened", [])]

    @pytest.mark.parametrize("day", ["1.1.1999", "1.1.2199"])
    def test_a_day_that_cannot_be_is_refused(self, town: Town, day: str) -> None:
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        answers = {"staff_council_on": day, "data_protection_on": "2025-01-15"}
        assert client.post(page_of(town, "nachweise/"), answers).status_code == 200
        town.municipality.refresh_from_db()
        assert town.municipality.staff_council_on == dt.date(2025, 1, 15)

    def test_a_day_is_not_taken_away_from_an_open_intake(self, town: Town) -> None:
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        page = client.post(page_of(town, "nachweise/"), {"staff_council_on": ""}).content.decode()
        assert "Danach nimmt Ihre Kommune keine Meldungen mehr an" in page
        assert is_open(town)

    def test_the_protocol_names_key_evidence_and_functions(self, town: Town) -> None:
        by = town.one(Pillar.ADMINISTRATION)
        with as_owner():
            attested(town, opened_on=None)
        client = signed_in(by)
        client.post(page_of(town, "eroeffnen/"))
        page = client.get(page_of(town, "protokoll/")).content.decode()
        for text in (town.municipality.ags, "15.01.2025", "beide geprüft", "Verwaltung 1"):
            assert text in page
        for accounts in town.members.values():
            assert not any(account.person.name + "<" in page for account in accounts)


class TestWarning:
    def test_ending_a_role_asks_before_it_closes(self, town: Town) -> None:
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        membership = memberships_as_owner(town)[0]
        address = f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/beenden/"
        page = client.post(address).content.decode()
        assert "Danach schließt die Annahme" in page
        assert is_open(town)
        assert client.post(address, {"schliesst": "ja"}).status_code == 302
        assert not is_open(town)

    def test_one_of_three_goes_without_a_question(self, town: Town) -> None:
        with as_owner():
            third = make_account()
            give_second_factors([third])
            make_member(town.units[Pillar.SUPPORT], third)
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        membership = memberships_as_owner(town)[0]
        address = f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/beenden/"
        assert client.post(address).status_code == 302
        assert is_open(town)

    def test_a_regular_member_becomes_deputy_only_when_confirmed(self, town: Town) -> None:
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        membership = memberships_as_owner(town)[0]
        address = f"/verwaltung/{town.municipality.slug}/personen/{membership.pk}/"
        answers = {"title": membership.title, "is_deputy": "on"}
        assert "Danach schließt die Annahme" in client.post(address, answers).content.decode()
        assert is_open(town)
        client.post(address, answers | {"schliesst": "ja"})
        assert missing(town) == ["people"]

    def test_the_body_outside_is_not_taken_away_while_open(self, town: Town) -> None:
        with as_owner():
            # In the chain only because the town chose it.
            Organisation.objects.filter(slug=OUTSIDE).update(kind=OrganisationKind.COUNSELLING)
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        answers = {"answer_days": 3, "fallback_unit": "", "mail_domains": ""}
        address = f"/verwaltung/{town.municipality.slug}/einstellungen/"
        page = client.post(address, answers).content.decode()
        assert "Danach nimmt Ihre Kommune keine Meldungen mehr an" in page
        assert is_open(town)
        with as_owner():  # control: with another body in the chain it may go
            Organisation.objects.filter(slug=OUTSIDE).update(kind=OrganisationKind.FALLBACK)
        assert client.post(address, answers).status_code == 302
        assert is_open(town)


def memberships_as_owner(town: Town) -> list[Membership]:
    with as_owner():
        return memberships(town, Pillar.SUPPORT)


def test_without_a_body_outside_it_is_closed(town: Town) -> None:
    with as_owner():
        without_fallback(town)
        Organisation.objects.filter(slug=OUTSIDE).update(opened_on=None)
        Membership.objects.filter(organisation__slug=OUTSIDE, role=Role.CONTACT).update(mac=b"")
    assert missing(town) == ["outside"]
    assert not is_open(town)


class TestBodyOutside:
    """Whoever stands in the chain of responsibility beyond the own house, if anybody reads there."""

    @pytest.fixture(autouse=True)
    def _nobody_else(self, town: Town) -> None:
        with as_owner():
            without_fallback(town)

    def test_nobody_in_the_chain(self, town: Town) -> None:
        """Negative control of the others."""
        assert missing(town) == ["outside"]

    @pytest.mark.parametrize("serves", [True, False])
    def test_its_landkreis_counts_if_it_serves_towns(self, town: Town, serves: bool) -> None:
        with as_owner():
            kreis = make_district()
            Municipality.objects.filter(pk=kreis.municipality.pk).update(serves_towns=serves)
            Municipality.objects.filter(pk=town.municipality.pk).update(district=kreis.municipality)
            # Made with the Kreis, and no body of the chain here.
            without_fallback(town)
        assert is_open(town) is serves
        assert missing(town) == ([] if serves else ["outside"])

    @pytest.mark.parametrize("agreed", [True, False])
    def test_an_agreement_counts_once_both_sides_agreed(
        self, town: Town, other_town: Town, agreed: bool
    ) -> None:
        with as_owner():
            without_fallback(town)
            ServiceAgreement.objects.create(
                served=town.municipality,
                body_id=other_town.municipality.pk,
                starts_on=today(),
                served_agreed_on=today(),
                body_agreed_on=today() if agreed else None,
            )
        assert is_open(town) is agreed

    def test_a_landkreis_without_anybody_to_read_does_not_count(self, town: Town) -> None:
        with as_owner():
            kreis = make_district()
            Municipality.objects.filter(pk=town.municipality.pk).update(district=kreis.municipality)
            without_fallback(town)
            Membership.objects.filter(organisation_id=kreis.municipality.pk).update(mac=b"")
        assert missing(town) == ["outside"]

    def test_the_chosen_unit_alone_counts_of_its_body(self, town: Town, other_town: Town) -> None:
        chosen = other_town.units[Pillar.COMPLAINT]
        with as_owner():
            without_fallback(town)
            Municipality.objects.filter(pk=town.municipality.pk).update(fallback_unit=chosen)
            Membership.objects.filter(unit=chosen).delete()
        assert missing(town) == ["outside"]
        with as_owner():
            Municipality.objects.filter(pk=town.municipality.pk).update(
                fallback_unit=other_town.units[Pillar.SUPPORT]
            )
        assert is_open(town)

    def test_as_many_queries_for_a_long_chain(self, town: Town, other_town: Town) -> None:
        with CaptureQueriesContext(connection) as none:
            is_open(town)
        with as_owner():
            kreis = make_district()
            Municipality.objects.filter(pk=town.municipality.pk).update(
                district=kreis.municipality, fallback_unit=other_town.units[Pillar.SUPPORT]
            )
        with CaptureQueriesContext(connection) as many:
            assert is_open(town)
        assert len(none) == len(many) <= MOST_QUERIES
