"""Cases that belong together: linked by those who hold them, never across people's rights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from komma.cases.actions import work
from komma.cases.actions.errors import Refused, Stale
from komma.cases.actions.linking import link, reply_together, unlink
from komma.cases.actions.opening import record_opening
from komma.cases.linking import linked, suggestions
from komma.cases.listing import Filters, counts, filtered
from komma.cases.models import Case, CaseKey, Entry, ReadMark, ReporterView
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar, Role
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, box_of, case_of, make_report
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.people import Account
    from tests.factories.towns import Town

TOLD = (
    "Vor dem Rathaus beschimpfte ein Mann im roten Mantel die Kollegin vom Ordnungsamt",
    "Ein Mann im roten Mantel beschimpfte vor dem Rathaus unsere Kollegin, alle sahen weg",
    "Ich sah, wie der Mann im roten Mantel die Kollegin beschimpfte",
)
OTHER = "Im Briefkasten lag heute morgen ein Zettel mit einer Drohung gegen den Bürgermeister"


@pytest.fixture
def holder(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def client(holder: Account) -> Client:
    return signed_in(holder)


def told(town: Town, text: str, **options: Any) -> Reported:
    facts = {"description": text} | options.pop("facts", {})
    return make_report(town, facts=facts, **options)


@pytest.fixture
def witnesses(town: Town) -> list[Reported]:
    return [told(town, text) for text in TOLD]


def link_all(account: Account, reports: list[Reported], kind: str = "incident") -> None:
    with acting_as(account.id):
        link(case_of(account, reports[0]), [each.id for each in reports[1:]], kind)


def groups() -> dict[Any, Any]:
    with as_owner():
        return dict(Case.objects.values_list("pk", "group"))


def page(reported: Reported) -> str:
    return reverse("cases:case", args=[reported.id])


def link_page(reported: Reported) -> str:
    return reverse("cases:link", args=[reported.id])


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# --- Linking and letting go


def test_linked_cases_name_each_other(
    client: Client, holder: Account, witnesses: list[Reported]
) -> None:
    first, *others = witnesses
    assert others[0].number not in text_of(client, page(first))  # control
    data = {"cases": [str(each.id) for each in others], "kind": "incident"}
    assert client.post(link_page(first), data).status_code == 302
    shown = text_of(client, page(first))
    assert all(each.number in shown for each in others)
    assert "Derselbe Vorfall" in shown


def test_letting_go_leaves_the_others_together(holder: Account, witnesses: list[Reported]) -> None:
    link_all(holder, witnesses)
    with acting_as(holder.id):
        unlink(case_of(holder, witnesses[0]))
        assert linked(case_of(holder, witnesses[0]).case) == []
        assert [c.pk for c in linked(case_of(holder, witnesses[1]).case)] == [witnesses[2].id]


def test_two_groups_become_one(town: Town, holder: Account) -> None:
    one, two = [[told(town, OTHER) for _ in range(2)] for _ in range(2)]
    link_all(holder, one)
    link_all(holder, two, "series")
    assert len(set(groups().values())) == 2  # control
    with acting_as(holder.id):
        link(case_of(holder, one[0]), [two[0].id], "series")
    assert len(set(groups().values())) == 1


def test_what_the_actor_does_not_hold_is_never_touched(
    town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    """A member of the other group from which the actor is excluded stays where it was."""
    colleague = town.one(Pillar.ASSAULT, 1)
    hidden = told(town, OTHER, excluded={holder.id})
    link_all(colleague, [witnesses[1], hidden])
    before = groups()[hidden.id]
    link_all(holder, witnesses[:2])
    after = groups()
    assert after[hidden.id] == before
    assert after[witnesses[0].id] == after[witnesses[1].id]
    shown = text_of(signed_in(holder), page(witnesses[1]))
    assert hidden.number not in shown
    assert "verbunden: 2" in text_of(signed_in(holder), "/faelle/")
    # Control: who holds all three sees the hidden one too.
    assert hidden.number in text_of(signed_in(colleague), page(witnesses[0]))


def test_a_hidden_member_of_a_group_that_joins_another_stays_behind(
    town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    colleague = town.one(Pillar.ASSAULT, 1)
    hidden = told(town, OTHER, excluded={holder.id})
    link_all(colleague, [witnesses[2], hidden])
    link_all(holder, witnesses[:2])
    before = groups()
    with acting_as(holder.id):
        link(case_of(holder, witnesses[0]), [witnesses[2].id], "incident")
    after = groups()
    assert after[hidden.id] == before[hidden.id]
    assert {after[each.id] for each in witnesses} == {before[witnesses[0].id]}


def test_a_case_of_others_cannot_be_linked_or_found(
    client: Client, town: Town, other_town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    foreign, hidden = told(other_town, TOLD[0]), told(town, TOLD[0], excluded={holder.id})
    for each in (foreign, hidden):
        data = {"cases": [str(each.id)], "kind": "incident"}
        answer = client.post(link_page(witnesses[0]), data).content.decode()
        assert "Bitte wählen Sie mindestens einen Fall." in answer
        assert each.number not in client.post(
            link_page(witnesses[0]), {"suchen": "1", "text": each.number}
        ).content.decode().replace(f'value="{each.number}"', "")
    assert set(groups().values()) == {None}
    found = client.post(link_page(witnesses[0]), {"suchen": "1", "text": witnesses[1].number})
    assert f"fall-{witnesses[1].id}" in found.content.decode()  # control


def test_readers_do_not_link(town: Town, holder: Account, witnesses: list[Reported]) -> None:
    from komma.cases.actions import access

    reader = town.one(Pillar.COORDINATION)
    with acting_as(holder.id):
        for each in witnesses:
            access.grant(case_of(holder, each), reader.id, "")
    assert signed_in(reader).get(link_page(witnesses[0])).status_code == 302
    with pytest.raises(Refused):
        link_all(reader, witnesses)


def test_support_and_complaint_stay_apart(town: Town) -> None:
    both = town.one(Pillar.SUPPORT)
    with as_owner():
        make_member(town.units[Pillar.COMPLAINT], both, role=Role.COMPLAINTS)
    support = told(town, OTHER, pillar=Pillar.SUPPORT)
    complaint = told(town, OTHER, pillar=Pillar.COMPLAINT)
    with pytest.raises(Refused, match="bleiben getrennt"):
        link_all(both, [support, complaint])
    link_all(both, [support, told(town, OTHER, pillar=Pillar.SUPPORT)])  # control


# --- Suggestions


def opened(account: Account, *reports: Reported) -> None:
    with acting_as(account.id):
        for each in reports:
            record_opening(case_of(account, each))


def suggested(account: Account, reported: Reported) -> dict[Any, list[str]]:
    with acting_as(account.id):
        found = suggestions(case_of(account, reported), account.secret)
        return {each.found.case.pk: each.reasons for each in found}


def test_the_same_incident_in_other_words_is_suggested(
    town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    unrelated = told(town, OTHER)
    opened(holder, *witnesses, unrelated)
    found = suggested(holder, witnesses[0])
    assert set(found) == {witnesses[1].id, witnesses[2].id}
    assert found[witnesses[1].id] == ["gleiche Formulierungen"]


def test_only_what_the_reader_has_opened_is_compared(
    holder: Account, witnesses: list[Reported]
) -> None:
    opened(holder, witnesses[1])
    assert set(suggested(holder, witnesses[0])) == {witnesses[1].id}


def test_what_is_not_held_is_never_suggested(town: Town, holder: Account) -> None:
    own, theirs = told(town, TOLD[0]), told(town, TOLD[1])
    opened(holder, own, theirs)
    assert suggested(holder, own)  # control
    with as_owner():
        CaseKey.objects.filter(case_id=theirs.id, person_id=holder.id).delete()
    assert suggested(holder, own) == {}


def test_the_sender_tells_and_the_day_alone_does_not(town: Town, holder: Account) -> None:
    sender, day = {"mail_sender": "Wut <wut@web.example>"}, {"day_from": "2026-02-03"}
    own = told(town, "Erster Brief", facts=sender | day)
    same_sender = told(town, "Ganz anderes", facts={"mail_sender": "WUT@web.example"})
    same_day = told(town, "Noch etwas", facts=day)
    opened(holder, same_sender, same_day)
    assert suggested(holder, own) == {same_sender.id: ["gleicher Absender"]}


def test_suggestions_count_as_opened_and_can_be_hidden(
    client: Client, holder: Account, witnesses: list[Reported]
) -> None:
    opened(holder, *witnesses)
    assert re.search(r'value="incident"[^>]*checked', text_of(client, link_page(witnesses[0])))
    with as_owner():
        ReporterView.objects.all().delete()
        ReadMark.objects.update(opened_on="2020-01-01")
    assert witnesses[1].number not in text_of(client, f"{link_page(witnesses[0])}?ohne=1")
    with as_owner():
        assert not ReporterView.objects.filter(case_id=witnesses[1].id).exists()
    assert witnesses[1].number in text_of(client, link_page(witnesses[0]))
    with as_owner():
        assert ReporterView.objects.filter(case_id=witnesses[1].id).exists()


def test_suggestions_ask_the_database_no_more_for_more_cases(
    town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    def queries() -> int:
        with acting_as(holder.id):
            file = case_of(holder, witnesses[0])
            with CaptureQueriesContext(
                connection,
            ) as caught:
                suggestions(file, holder.secret)
        return len(caught)

    opened(holder, witnesses[1])
    one = queries()
    opened(holder, *witnesses, told(town, TOLD[1]))
    assert queries() == one


# --- Answering together


def taken_over(account: Account, reports: list[Reported]) -> None:
    with acting_as(account.id):
        for each in reports:
            file = case_of(account, each)
            work.take_over(file, "frei", version=file.case.version)


def answers_in(reported: Reported) -> list[str]:
    from django.db import transaction

    from komma.core.rows import use_receipt

    with transaction.atomic():
        found = [entry.text for entry in box_of(reported).entries if entry.kind == "to_reporter"]
        use_receipt("")
    return found


def reply(client: Client, reported: Reported, **fields: str) -> Any:
    data = {"token": "t", "text": "Wir kümmern uns."} | fields
    return client.post(reverse("cases:reply", args=[reported.id]), data)


def test_three_witnesses_get_one_answer(
    client: Client, holder: Account, witnesses: list[Reported]
) -> None:
    link_all(holder, witnesses)
    taken_over(holder, witnesses)
    form = text_of(client, reverse("cases:reply", args=[witnesses[0].id]))
    assert "auch an 2 verbundene Meldungen" in form
    assert reply(client, witnesses[0], together="on").status_code == 302
    reply(client, witnesses[0], together="on")  # a second click
    for each in witnesses:
        assert answers_in(each) == ["Wir kümmern uns."]
        with as_owner():
            body = bytes(Entry.objects.filter(case_id=each.id).latest("sequence").body)
        assert b"Wir k" not in body


def test_without_the_tick_only_this_one_is_answered(
    client: Client, holder: Account, witnesses: list[Reported]
) -> None:
    link_all(holder, witnesses)
    taken_over(holder, witnesses)
    reply(client, witnesses[0])
    assert [len(answers_in(each)) for each in witnesses] == [1, 0, 0]


def test_what_nobody_took_over_is_not_answered_along(
    client: Client, holder: Account, witnesses: list[Reported]
) -> None:
    link_all(holder, witnesses)
    taken_over(holder, witnesses[:2])
    form = text_of(client, reverse("cases:reply", args=[witnesses[0].id]))
    assert "auch an 1 verbundene Meldung" in form
    reply(client, witnesses[0], together="on")
    assert [len(answers_in(each)) for each in witnesses] == [1, 1, 0]


def test_all_or_nothing(town: Town, holder: Account, witnesses: list[Reported]) -> None:
    taken_over(holder, witnesses[:1])
    hidden = told(town, OTHER, excluded={holder.id})
    others = [witnesses[1].id]  # not taken over
    for refused in (others, [hidden.id]):
        with acting_as(holder.id), pytest.raises((Refused, Stale)):
            reply_together(case_of(holder, witnesses[0]), holder.secret, refused, "Antwort")
    assert [answers_in(each) for each in witnesses] == [[], [], []]


def test_no_reporter_learns_of_the_others(
    client: Client, holder: Account, witnesses: list[Reported]
) -> None:
    from django.test import Client as Browser

    link_all(holder, witnesses)
    taken_over(holder, witnesses)
    reply(client, witnesses[0], together="on")
    from tests.factories.visitors import open_mailbox

    shown = open_mailbox(witnesses[0].code, Browser())
    assert "Wir kümmern uns." in shown  # control
    assert not any(each.number in shown for each in witnesses[1:])
    assert not re.search("verbunden|Serie|derselbe Vorfall", shown)


# --- The list


def test_a_group_is_one_line_when_folded(
    client: Client, town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    link_all(holder, witnesses)
    alone = told(town, OTHER)
    plain, shown = text_of(client, "/faelle/"), text_of(client, "/faelle/?fold=on")
    assert sum(each.number in plain for each in witnesses) == 3  # control
    assert sum(each.number in shown for each in witnesses) == 1
    assert alone.number in shown
    assert "verbunden: 3" in shown
    assert "2 Fälle" in shown
    with acting_as(holder.id):
        assert counts(holder.id, town.municipality.pk, Filters(fold=True)).shown == 2


def test_a_folded_group_stays_whatever_else_is_filtered(
    town: Town, holder: Account, witnesses: list[Reported]
) -> None:
    """The newest of a group may be filtered out; then the next one stands for it."""
    link_all(holder, witnesses)
    for number, each in enumerate(witnesses):
        with acting_as(holder.id):
            work.take_over(case_of(holder, each), "frei", version=0)
        with acting_as(holder.id):
            found = filtered(holder.id, town.municipality.pk, Filters(status="received", fold=True))
            assert found.count() == (1 if number < 2 else 0)


def test_the_list_asks_no_more_for_three_groups_than_for_one(
    client: Client, town: Town, holder: Account
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/faelle/?fold=on")
        return len(caught)

    link_all(holder, [told(town, OTHER), told(town, OTHER)])
    one = queries()
    for _ in range(2):
        link_all(holder, [told(town, OTHER), told(town, OTHER)])
    assert queries() == one
