"""Filling the demonstration: everybody is there, cases have holders, twice is once."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Q
from django.test import Client, TestCase, override_settings

from komma.cases.models import Case, CaseKey, Entry, ReadMark
from komma.cases.queries import case_file, mailbox
from komma.core.audit.models import AuditEntry
from komma.core.audit.verify import broken_links, count_links
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.core.vault.receipts import derive, parse_receipt
from komma.core.vault.server import server_keys
from komma.demo import cases, prevention, told
from komma.demo.people import PASSWORD
from komma.municipalities.chain import chain, outside
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.models import Municipality
from komma.municipalities.queries import intake_is_open, municipality_by_slug
from komma.people.actions import open_with_password
from komma.people.models import Person
from komma.prevention.folder import STATEMENT, with_gaps
from komma.prevention.queries import (
    assessments_of,
    buildings_of,
    latest_sections,
    paper_in_force,
    records_of,
)
from tests.demo.conftest import TOWNS, fill
from tests.factories import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _counts() -> list[int]:
    with as_owner():
        return [model.objects.count() for model in (Person, Case, CaseKey, Entry)]


def _town(slug: str) -> Municipality:
    found = municipality_by_slug(slug)
    assert found is not None
    return found


def _case(key: str) -> UUID:
    return next(UUID(each.case) for each in told.all_told() if each.key == key)


class TestFilled(TestCase):
    """One network for all tests of the class, since making its keys takes seconds."""

    directory: Path

    @classmethod
    def setUpTestData(cls) -> None:
        cls.directory = Path(cls.enterClassContext(TemporaryDirectory()))
        with override_settings(KOMMA_DATA_DIR=cls.directory, KOMMA_DEMO=True):
            fill()

    def setUp(self) -> None:
        self.enterContext(override_settings(KOMMA_DATA_DIR=self.directory, KOMMA_DEMO=True))

    def test_acts_on_the_web_role(self) -> None:
        """Under the owner's role the tests below would prove nothing."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("komma_web",)

    def test_intake_is_open(self) -> None:
        for slug in TOWNS:
            municipality = municipality_by_slug(slug)
            assert municipality is not None
            assert intake_is_open(municipality.pk)

    def test_emergency_keys_come_from_two_hands(self) -> None:
        for slug in TOWNS:
            assert emergency_publics(_town(slug).pk) is not None

    def test_the_body_outside_can_be_reached(self) -> None:
        (unit,) = outside(chain(_town("jena")))[0].units
        assert unit.phone
        assert unit.email
        assert unit.hours

    def test_filling_again_changes_nothing(self) -> None:
        before = _counts()
        fill()
        assert _counts() == before

    def test_everybody_is_marked_as_invented(self) -> None:
        with as_owner():
            assert not Person.objects.filter(is_demo=False).exists()

    def test_keys_open_with_the_password(self) -> None:
        people = cases.People()
        for post in ("ansprechperson", "vertretung.fallfuehrung", "verwaltung", "leitung"):
            assert open_with_password(people.id_of(post, "jena"), PASSWORD)

    def test_each_case_has_an_active_holder_who_can_open_it(self) -> None:
        people = cases.People()
        for each in told.all_told():
            town, pillar, _ago = each.key.split("/")
            posts = [cases.LEADS[pillar], "anlaufstelle"]  # type: ignore[index]
            assert any(_opens(people, post, town, UUID(each.case)) for post in posts), each.key

    def test_dates_lie_in_the_past_and_in_order(self) -> None:
        with as_owner():
            found = list(Case.objects.all())
            for case in found:
                entry_days = list(
                    Entry.objects.filter(case=case)
                    .order_by("sequence")
                    .values_list("day", flat=True)
                )
                assert entry_days == sorted(entry_days)
                assert entry_days[0] == case.received_on
                assert entry_days[-1] <= today()
                assert case.closed_on is None or case.closed_on == entry_days[-1]
        assert len({case.received_on for case in found}) > len(found) // 2

    def test_who_worked_on_a_case_has_read_it(self) -> None:
        """Only what came after their last step is news."""
        with as_owner():
            case = Case.objects.get(pk=_case("jena/assault/16"))
            mark = ReadMark.objects.get(case=case)
        assert mark.sequence == case.last_sequence

    def test_old_cases_bring_no_mails(self) -> None:
        with as_owner():
            waiting = Case.objects.filter(Q(news_for_holders=True) | Q(news_for_reporter=True))
            assert {case.pk for case in waiting} == {
                _case("jena/support/1"),
                _case("kassel/assault/2"),
            }

    def test_audit_log_tells_the_same_days_and_its_chain_holds(self) -> None:
        with as_owner():
            received = AuditEntry.objects.get(
                case_id=_case("jena/assault/16"), kind="case.received"
            )
            case = Case.objects.get(pk=received.case_id)
            assert received.day == case.received_on
            with connection.cursor() as cursor:  # the chain is linked at the commit, or now
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            assert count_links() > 0
            assert not list(broken_links())

    def test_excluded_colleague_sees_nothing_of_the_case(self) -> None:
        people = cases.People()
        case = _case("jena/support/21")
        assert _opens(people, "ansprechperson", "jena", case)
        assert not _opens(people, "ansprechperson2", "jena", case)
        # control: the other case of the same unit is there for both
        assert _opens(people, "ansprechperson2", "jena", _case("jena/support/1"))

    def test_case_without_unbiased_people_is_with_the_fallback_body(self) -> None:
        people = cases.People()
        case = _case("vorpommern-greifswald/support/8")
        assert _opens(people, "anlaufstelle", "vorpommern-greifswald", case)
        assert not _opens(people, "ansprechperson", "vorpommern-greifswald", case)

    def test_jena_has_begun_with_prevention(self) -> None:
        """One of each, once, though the network was filled more than once."""
        organisation = _town("jena").pk
        prevention.fill(lambda line: None)
        with acting_as(cases.People().id_of("leitung", "jena")):
            (building,) = buildings_of(organisation)
            assert building.checked_on is not None
            assert not with_gaps(latest_sections(organisation, building.pk))
            (assessment,) = assessments_of(organisation)
            assert {each.kind for each in assessment.measures.all()} == set("STOP")
            assert {each.kind for each in records_of(organisation)} == {"instruction", "exercise"}
            assert paper_in_force(organisation, STATEMENT) is not None
        with acting_as(cases.People().id_of("leitung", "kassel")):
            assert not buildings_of(organisation)

    def test_demo_people_sign_in(self) -> None:
        """A sample, over the real page; no second factor is demanded in the demonstration."""
        for address in ("fallfuehrung@jena.example", "anlaufstelle@komma.example"):
            client = Client()
            wrong = client.post("/anmelden/", {"login": address, "password": "falsch"})
            assert wrong.status_code == 200
            right = client.post("/anmelden/", {"login": address, "password": PASSWORD})
            assert (right.status_code, right["Location"]) == (302, "/start/")

    def test_receipts_for_visitors_open_mailboxes(self) -> None:
        assert len(told.receipts()) == 3
        for _name, code in told.receipts():
            receipt = derive(parse_receipt(code), purpose="receipt", pepper=server_keys().pepper)
            use_receipt(receipt.lookup)
            found = mailbox(receipt.lookup, receipt.secret)
            assert found is not None
            assert len(found.entries) > 1
            assert found.openings


def _opens(people: cases.People, post: str, town: str, case: UUID) -> bool:
    person, secret = people.key_of(post, town)
    with acting_as(person):
        return case_file(person, secret, case) is not None


def test_production_is_refused(settings: object) -> None:
    settings.KOMMA_MODE = "production"  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="KOMMA_MODE=demo"):
        call_command("demo", stdout=io.StringIO())
    with as_owner():
        assert not Person.objects.exists()
