"""Who can be named in a step is who can be given the key of its case, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from komma.cases.rules import may_receive_key
from komma.core.rows import acting_as
from komma.municipalities.codes import RECEIVING_PILLARS, Pillar, Role
from komma.municipalities.models import Membership
from komma.procedures.actions import Refused, save_step
from komma.procedures.checks import Fault, Problem, can_open, problems
from komma.procedures.shipped import shipped
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.towns import make_member
from tests.procedures.desk import begin, editor, found, on, published
from tests.procedures.test_shipped import changed

if TYPE_CHECKING:
    from komma.procedures.model import Procedure
    from tests.factories.towns import Town

AGG, IN_HOUSE, ASSAULT = (
    shipped()[slug] for slug in ("agg-beschwerde", "rassismus-im-haus", "uebergriff")
)
_KEYS = {Fault.TWO_PILLARS, Fault.NO_KEY, Fault.NO_CASES, Fault.NOBODY_THERE}


def about_keys(procedure: Procedure) -> list[Problem]:
    return [each for each in problems(procedure) if each.fault in _KEYS]


@pytest.mark.parametrize("pillar", RECEIVING_PILLARS)
@pytest.mark.parametrize("role", Role.values)
def test_the_check_says_what_the_keys_say(role: str, pillar: str) -> None:
    assert can_open(role, pillar) == may_receive_key(role, pillar)


@pytest.mark.parametrize("place", ["role", "deputy"])
@pytest.mark.parametrize(
    ("procedure", "role", "pillar"),
    [
        (AGG, Role.CONTACT, Pillar.COMPLAINT),
        (IN_HOUSE, Role.COMPLAINTS, Pillar.SUPPORT),
        (ASSAULT, Role.COMPLAINTS, Pillar.SUPPORT),
    ],
)
def test_support_and_examination_never_meet(
    procedure: Procedure, role: str, pillar: str, place: str
) -> None:
    broken = changed(procedure, 1, **{place: role})
    step = procedure.steps[1].id
    assert Problem(Fault.TWO_PILLARS, (step,), role, (pillar,)) in about_keys(broken)


def test_a_procedure_of_both_pillars_is_none() -> None:
    both = replace(AGG, pillars=frozenset({Pillar.COMPLAINT, Pillar.SUPPORT}))
    assert {each.fault for each in about_keys(both)} == {Fault.TWO_PILLARS}


@pytest.mark.parametrize("role", [Role.COORDINATION, Role.LEADERSHIP])
def test_who_opens_no_cases_is_responsible_but_no_deputy(role: str) -> None:
    """They can be given a key; until then somebody acts who has one."""
    step = AGG.steps[0].id
    assert about_keys(changed(AGG, 0, role=role)) == []
    assert about_keys(changed(AGG, 0, deputy=role)) == [Problem(Fault.NO_CASES, (step,), role)]


@pytest.mark.parametrize("role", [Role.ADMINISTRATION, Role.STAFF, Role.PROGRAMME, Role.CASE_LEAD])
@pytest.mark.parametrize("place", ["role", "deputy"])
def test_who_is_never_given_a_key_takes_no_step(role: str, place: str) -> None:
    step = AGG.steps[0].id
    assert about_keys(changed(AGG, 0, **{place: role})) == [Problem(Fault.NO_KEY, (step,), role)]


def test_each_unit_that_uses_it_can_open_its_cases() -> None:
    broken = changed(ASSAULT, 0, deputy=Role.CASE_LEAD)  # nobody of the support
    step = ASSAULT.steps[0].id
    assert about_keys(broken) == [Problem(Fault.NOBODY_THERE, (step,), "", (Pillar.SUPPORT,))]
    assert about_keys(replace(broken, pillars=frozenset({Pillar.ASSAULT})))[0].fault == Fault.NO_KEY
    lone = replace(broken, steps=broken.steps[:1], pillars=frozenset({Pillar.ASSAULT}))
    assert about_keys(lone) == []


def test_a_second_person_of_the_role_deputises_one_person_does_not() -> None:
    people: dict[str, Any] = {role: {uuid4(), uuid4()} for role in Role.values}
    assert problems(AGG, people=people) == []
    people[Role.COMPLAINTS] = {uuid4()}
    alone = {each.fault for each in problems(AGG, people=people)}
    assert alone == {Fault.ONE_PERSON}


@pytest.mark.django_db
@pytest.mark.parametrize("slug", shipped())
def test_a_fully_staffed_town_can_publish_each_as_it_is(town: Town, slug: str) -> None:
    assert published(town, slug) == 1


@pytest.mark.django_db
def test_what_the_keys_would_refuse_is_not_published(town: Town) -> None:
    """The page names step and role; the action refuses also who goes past the page."""
    slug = AGG.id
    before = begin(town, slug)
    step = replace(before.procedure.step("bewertung"), deputy=Role.CONTACT)
    with acting_as(editor(town).id):
        save_step(on(town, before.mark, slug=slug), step)
    page = signed_in(editor(town)).get(f"/verfahren/{slug}/bearbeiten/").content.decode()
    assert "„Ansprechperson“ kann keinen Fall der Stelle „Beschwerdestelle“ öffnen" in page
    listed = page.split("Das spricht noch gegen", 1)[1].split("</ul>", 1)[0]
    assert f"/verfahren/{slug}/bearbeiten/schritt/bewertung/" in listed
    with pytest.raises(Refused):
        published(town, slug)
    with acting_as(editor(town).id):  # control: it was the role
        mended = replace(step, deputy=Role.COMPLAINTS)
        save_step(on(town, found(town, slug).mark, slug=slug), mended)
    assert published(town, slug) == 1


@pytest.mark.django_db
def test_an_empty_role_is_named_with_who_can_fill_it(town: Town) -> None:
    begin(town)
    address = "/verfahren/uebergriff/bearbeiten/"
    coordination = signed_in(editor(town))
    assert "hat bei Ihnen niemand" not in coordination.get(address).content.decode()
    with as_owner():
        Membership.objects.filter(unit=town.units[Pillar.LEADERSHIP]).delete()
    page = coordination.get(address).content.decode()
    assert "Die Rolle „Leitung“ hat bei Ihnen niemand." in page
    assert town.one(Pillar.ADMINISTRATION).person.name in page
    members = f"/verwaltung/{town.municipality.slug}/personen/"
    assert members not in page
    with as_owner():
        make_member(town.units[Pillar.ADMINISTRATION], editor(town), role=Role.ADMINISTRATION)
    for each in (address, "/verfahren/uebergriff/"):
        assert members in signed_in(editor(town)).get(each).content.decode()
