"""Editing drafts and putting them in force: what holds, and what two people do to each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied

from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from komma.procedures import actions
from komma.procedures.actions import Refused, Stale
from komma.procedures.data import to_data
from komma.procedures.model import Limit, Phase
from komma.procedures.models import ProcedureVersion
from komma.procedures.queries import SHIPPED, draft, in_force, version, versions
from komma.procedures.shipped import shipped
from tests.factories import as_owner
from tests.procedures.desk import SLUG, begin, editor, found, on, published

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def title_in_force(town: Town, slug: str = SLUG) -> str:
    with acting_as(town.one(Pillar.ASSAULT).id):
        return in_force(town.municipality.pk)[slug].procedure.title


def rename(town: Town, title: str, mark: str = "") -> None:
    with acting_as(editor(town).id):
        actions.save_procedure_head(on(town, mark or found(town).mark), title=title)


# --- From a draft to what is in force


def test_a_draft_changes_nothing_until_it_is_published(town: Town) -> None:
    before = title_in_force(town)
    begin(town)
    rename(town, "Unser Übergriffsmanagement")
    assert title_in_force(town) == before
    assert published(town) == 1
    assert title_in_force(town) == "Unser Übergriffsmanagement"
    with acting_as(editor(town).id):
        assert draft(town.municipality.pk, SLUG) is None
        assert in_force(town.municipality.pk)["agg-beschwerde"].number == SHIPPED


def test_versions_count_up_and_former_ones_stay_readable(town: Town) -> None:
    for title in ("Eins", "Zwei"):
        begin(town)
        rename(town, title)
        published(town, note=f"Jetzt {title}.")
    with acting_as(town.one(Pillar.ASSAULT).id):
        rows = versions(town.municipality.pk, SLUG)
        assert [(row.number, row.change_note) for row in rows] == [
            (2, "Jetzt Zwei."),
            (1, "Jetzt Eins."),
            (SHIPPED, ""),
        ]
        first = version(town.municipality.pk, SLUG, 1)
        assert first is not None
        assert first.title == "Eins"
        assert version(town.municipality.pk, SLUG, SHIPPED) == shipped()[SLUG]
        assert version(town.municipality.pk, SLUG, 9) is None


def test_an_older_version_is_taken_up_again(town: Town) -> None:
    for title in ("Eins", "Zwei"):
        begin(town)
        rename(town, title)
        published(town)
    person = editor(town).id
    with acting_as(person):
        actions.begin_draft(organisation_id=town.municipality.pk, slug=SLUG, by=person, number=1)
    assert found(town).procedure.title == "Eins"
    assert found(town).base == 1
    assert published(town) == 3
    with acting_as(person), pytest.raises(Refused):
        actions.begin_draft(organisation_id=town.municipality.pk, slug=SLUG, by=person, number=9)


def test_a_procedure_of_ones_own(town: Town) -> None:
    person, organisation = editor(town).id, town.municipality.pk
    with acting_as(person):
        slugs = [
            actions.begin_copy(organisation_id=organisation, source=SLUG, title=title, by=person)
            for title in ("Übergriffe im Freibad", "Übergriffe im Freibad", "Neu", "!!!")
        ]
        assert slugs == ["uebergriffe-im-freibad", "uebergriffe-im-freibad-2", "neu-2", "verfahren"]
        assert slugs[0] not in in_force(organisation)
        with pytest.raises(Refused):
            actions.begin_copy(
                organisation_id=organisation, source="gibt-es-nicht", title="X", by=person
            )
    assert published(town, slugs[0]) == 1
    assert title_in_force(town, slugs[0]) == "Übergriffe im Freibad"


def test_a_discarded_draft_leaves_what_is_in_force(town: Town) -> None:
    mark = begin(town).mark
    person = editor(town).id
    with acting_as(person):
        actions.discard_draft(organisation_id=town.municipality.pk, slug=SLUG, mark=mark, by=person)
        assert draft(town.municipality.pk, SLUG) is None
    assert title_in_force(town) == shipped()[SLUG].title


def test_there_is_one_draft_only(town: Town) -> None:
    begin(town)
    with pytest.raises(Refused, match="schon einen Entwurf"):
        begin(town)


def test_everything_is_in_the_audit_log(town: Town) -> None:
    begin(town)
    rename(town, "Anders")
    published(town)
    with as_owner():
        kinds = list(AuditEntry.objects.order_by("id").values_list("kind", flat=True))
    wanted = ["procedure.draft_begun", "procedure.draft_changed", "procedure.published"]
    assert sorted(kind for kind in kinds if kind.startswith("procedure.")) == sorted(wanted)


# --- Steps and phases


def test_a_step_is_added_changed_moved_and_removed(town: Town) -> None:
    begin(town)
    new = replace(shipped()[SLUG].step("einstufen"), id="schritt-1a", title="Tür abschließen")
    with acting_as(editor(town).id):
        actions.save_step(on(town, found(town).mark), new)
        assert found(town).procedure.step("schritt-1a").title == "Tür abschließen"
        longer = replace(new, limit=Limit.parse("2 weeks"))
        actions.save_step(on(town, found(town).mark), longer)
        actions.move_step(on(town, found(town).mark), "schritt-1a", -1)
        inside = [s.id for s in found(town).procedure.steps if s.phase == "akut"]
        assert inside.index("schritt-1a") == len(inside) - 2
        actions.remove_step(on(town, found(town).mark), "schritt-1a")
    assert found(town).procedure == shipped()[SLUG]


def test_what_waited_for_a_removed_step_waits_for_what_that_one_waited_for(town: Town) -> None:
    begin(town)
    with acting_as(editor(town).id):
        actions.remove_step(on(town, found(town).mark), "gespraech")
    assert found(town).procedure.step("schutzplan").after == ("einstufen",)


def test_a_phase_is_added_renamed_moved_and_only_removed_empty(town: Town) -> None:
    begin(town)
    with acting_as(editor(town).id):
        actions.save_phase(on(town, found(town).mark), Phase("abschnitt-1", "Vorher"))
        actions.move_phase(on(town, found(town).mark), "abschnitt-1", -1)
        actions.save_phase(on(town, found(town).mark), Phase("abschnitt-1", "Zuvor"))
        titles = [phase.title for phase in found(town).procedure.phases]
        assert titles.index("Zuvor") == len(titles) - 2
        with pytest.raises(Refused, match="noch Schritte"):
            actions.remove_phase(on(town, found(town).mark), "akut")
        actions.remove_phase(on(town, found(town).mark), "abschnitt-1")
    assert len(found(town).procedure.phases) == 3


def test_a_moved_phase_takes_its_steps_along(town: Town) -> None:
    begin(town)
    with acting_as(editor(town).id):
        actions.move_phase(on(town, found(town).mark), "stabil", -1)
    assert found(town).procedure.steps[0].phase == "stabil"


# --- Checks before publishing


def test_what_speaks_against_it_is_not_published(town: Town) -> None:
    begin(town)
    circular = replace(shipped()[SLUG].step("schutz"), after=("abschluss",))
    with acting_as(editor(town).id):
        actions.save_step(on(town, found(town).mark), circular)
    with pytest.raises(Refused, match="Noch spricht etwas"):
        published(town)


def test_a_role_that_nobody_has_stops_publishing(town: Town) -> None:
    begin(town)
    with as_owner():
        Membership.objects.filter(unit=town.units[Pillar.LEADERSHIP]).delete()
    with pytest.raises(Refused, match="Noch spricht etwas"):
        published(town)


def test_a_change_note_is_required(town: Town) -> None:
    begin(town)
    with pytest.raises(Refused, match="was sich ändert"):
        published(town, note="  ")


# --- Two editors


def test_the_second_of_two_editors_is_told(town: Town) -> None:
    old = begin(town).mark
    rename(town, "Die erste war schneller", old)
    with pytest.raises(Stale, match="Inzwischen hat sich der Entwurf geändert"):
        rename(town, "Der zweite", old)
    assert found(town).procedure.title == "Die erste war schneller"


@pytest.mark.parametrize("mark", ["", "x", "x.0", "00000000-0000-0000-0000-000000000000.0"])
def test_nonsense_names_no_draft(town: Town, mark: str) -> None:
    begin(town)
    with acting_as(editor(town).id), pytest.raises(Stale):
        actions.save_procedure_head(on(town, mark), title="X")


def test_a_draft_published_meanwhile_takes_no_change(town: Town) -> None:
    old = begin(town).mark
    published(town)
    with acting_as(editor(town).id), pytest.raises(Stale, match="nicht mehr"):
        actions.save_procedure_head(on(town, old), title="Zu spät")
    begin(town)  # as a new draft has the same number of changes
    with acting_as(editor(town).id), pytest.raises(Stale, match="nicht mehr"):
        actions.save_procedure_head(on(town, old), title="Zu spät")


# --- Whose it is


@pytest.mark.parametrize("pillar", [p for p in Pillar if p != Pillar.COORDINATION])
def test_only_the_coordination_writes(town: Town, pillar: Pillar) -> None:
    mark = begin(town).mark
    person, organisation = town.one(pillar).id, town.municipality.pk
    with acting_as(person):
        for action, options in (
            (actions.begin_draft, {"slug": "agg-beschwerde"}),
            (actions.begin_copy, {"source": SLUG, "title": "Neu"}),
            (actions.discard_draft, {"slug": SLUG, "mark": mark}),
            (actions.publish, {"slug": SLUG, "mark": mark, "change_note": "x"}),
        ):
            with pytest.raises(PermissionDenied):
                action(organisation_id=organisation, by=person, **options)  # type: ignore[operator]
        with pytest.raises(PermissionDenied):
            actions.save_procedure_head(on(town, mark, by=person), title="X")


def test_rows_of_drafts_and_versions(town: Town, other_town: Town) -> None:
    """The database decides too: nobody but the coordination sees or writes a draft."""
    published(town)
    begin(town)
    seen = {}
    for who, account in (
        ("coordination", editor(town)),
        ("colleague", town.one(Pillar.ASSAULT)),
        ("outsider", editor(other_town)),
    ):
        with acting_as(account.id):
            seen[who] = ProcedureVersion.objects.count()
            if who != "coordination":
                assert ProcedureVersion.objects.update(slug="x") == 0
                assert ProcedureVersion.objects.all()._raw_delete("default") == 0
    assert seen == {"coordination": 2, "colleague": 1, "outsider": 0}


def test_a_published_version_is_frozen(town: Town) -> None:
    published(town)
    body = to_data(shipped()["agg-beschwerde"])
    with acting_as(editor(town).id):
        rows = ProcedureVersion.objects.filter(number=1)
        assert rows.exists()
        assert rows.update(body=body) == 0
        assert rows.update(number=None, published_on=None) == 0
        assert rows._raw_delete("default") == 0
    assert title_in_force(town) == shipped()[SLUG].title
    with as_owner():  # negative control: without the policy it would change
        assert ProcedureVersion.objects.filter(number=1).update(body=body) == 1
    assert title_in_force(town) == shipped()["agg-beschwerde"].title
