"""The case pages over HTTP: as holder, reader, colleague, outsider, excluded person and nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from komma.cases.actions import access, work
from komma.cases.actions.mailbox import write_message
from komma.cases.codes import Outcome, Status
from komma.cases.forms import LONGEST_TEXT
from komma.cases.models import Attachment, Case, Entry
from komma.cases.queries import case_file
from komma.cases.steps import STEPS
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import TEXT, Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories.people import Account
    from tests.factories.towns import Town


@pytest.fixture
def holder(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def client(holder: Account) -> Client:
    return signed_in(holder)


def step(reported: Reported, slug: str) -> str:
    return reverse("cases:step", args=[reported.id, slug])


def page(reported: Reported) -> str:
    return reverse("cases:case", args=[reported.id])


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def case() -> Case:
    with as_owner():
        return Case.objects.get()


def take_over(client: Client, reported: Reported) -> None:
    version = case().version
    response = client.post(step(reported, "uebernehmen"), {"version": version, "free": "on"})
    assert response.status_code == 302, text_of(response)


# --- Who finds anything


def test_a_holder_reads_the_report(client: Client, reported: Reported) -> None:
    shown = text_of(client.get(page(reported)))
    assert "Euch kriegen wir auch noch" in shown
    assert "Fall übernehmen" in shown


def test_all_others_find_nothing(town: Town, other_town: Town, reported: Reported) -> None:
    addresses = [
        page(reported),
        reverse("cases:print", args=[reported.id]),
        reverse("cases:reply", args=[reported.id]),
        *(step(reported, each.slug) for each in STEPS),
    ]
    for account in (
        town.one(Pillar.ASSAULT, 2),
        town.one(Pillar.SUPPORT),
        town.one(Pillar.ADMINISTRATION),
        other_town.one(Pillar.ASSAULT),
    ):
        client = signed_in(account)
        for address in addresses:
            for response in (client.get(address), client.post(address)):
                assert response.status_code in (404, 405), address
        assert reported.number not in text_of(client.get(reverse("cases:list")))
    for address in addresses:
        assert reverse("account_login") in Client().get(address).headers["Location"]


def test_a_foreign_case_and_one_that_never_was_answer_alike(town: Town, reported: Reported) -> None:
    client = signed_in(town.one(Pillar.SUPPORT))
    foreign = client.get(page(reported))
    nowhere = client.get(reverse("cases:case", args=[uuid4()]))
    assert foreign.status_code == nowhere.status_code == 404


def test_an_excluded_person_finds_nothing_afterwards(
    town: Town, holder: Account, reported: Reported
) -> None:
    accused = town.one(Pillar.ASSAULT, 1)
    theirs = signed_in(accused)
    assert theirs.get(page(reported)).status_code == 200
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), accused.id)
    assert theirs.get(page(reported)).status_code == 404
    assert "Noch kein Fall" in text_of(theirs.get(reverse("cases:list")))


def test_readers_note_and_do_not_answer(town: Town, holder: Account, reported: Reported) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    with acting_as(holder.id):
        access.grant(case_of(holder, reported), leader.id)
    client = signed_in(leader)
    assert "Antworten" not in text_of(client.get(page(reported)))
    answer = client.post(step(reported, "abschliessen"), {"version": 0})
    assert answer.status_code == 200  # the form, with what is missing
    note = {"token": "n", "text": "Ich lese mit."}
    assert client.post(step(reported, "notiz"), note).status_code == 302


# --- The steps


def test_a_case_from_taking_over_to_deleting(client: Client, reported: Reported) -> None:
    take_over(client, reported)
    reply = {"token": "r1", "text": "Wie geht es Ihnen heute?"}
    for _twice in range(2):
        assert client.post(reverse("cases:reply", args=[reported.id]), reply).status_code == 302
    level = {"version": case().version, "level": 2, "reason": "Drohung"}
    client.post(step(reported, "einstufen"), level)
    status = {"version": case().version, "status": Status.WORKING, "reason": "Gespräch"}
    client.post(step(reported, "status"), status)
    close = {
        "version": case().version,
        "outcome": Outcome.HELPED,
        "message": "Es gab ein Hausverbot.",
        "reason": "Zeug:innen",
        "given_up": "on",
    }
    client.post(step(reported, "abschliessen"), close)
    assert (case().status, case().level) == (Status.CLOSED, 2)
    shown = text_of(client.get(page(reported)))
    for words in (
        "Es gab ein Hausverbot.",
        "Drohung",
        "Schutz und Begleitung geleistet",
        "Stufe 2",
    ):
        assert words in shown
    assert shown.count("Wie geht es Ihnen heute?") == 1
    with transaction.atomic():
        box = box_of(reported)
        assert "Zeug:innen" not in str(box.entries)
        use_receipt("")
    client.post(step(reported, "loeschen"), {"version": case().version, "sure": "on"})
    with as_owner():
        assert not Case.objects.exists()
        assert not Entry.objects.exists()
    with transaction.atomic():
        use_receipt(reported.receipt.lookup)
        assert not Case.objects.exists()


def test_every_offered_step_shows_its_form(client: Client, reported: Reported) -> None:
    take_over(client, reported)
    offered = [each for each in STEPS if f'/{each.slug}/"' in text_of(client.get(page(reported)))]
    assert len(offered) >= 8
    for each in offered:
        response = client.get(step(reported, each.slug))
        assert response.status_code == 200, each.slug
        assert str(each.title) in text_of(response)


def test_an_unknown_step_is_not_found(client: Client, reported: Reported) -> None:
    assert client.get(step(reported, "zaubern")).status_code == 404


def test_empty_forms_say_what_to_do(client: Client, reported: Reported) -> None:
    for each in STEPS:
        response = client.post(step(reported, each.slug), {})
        if each.slug in ("vertretung", "anfrage-zuruecknehmen"):  # nothing is required there
            continue
        assert response.status_code == 200, each.slug
        assert "Bitte prüfen Sie Ihre Angaben" in text_of(response), each.slug
    assert case().status == Status.RECEIVED


def test_a_stale_page_keeps_what_was_typed(town: Town, client: Client, reported: Reported) -> None:
    take_over(client, reported)
    second = town.one(Pillar.ASSAULT, 1)
    old = case().version
    with acting_as(second.id):
        file = case_of(second, reported)
        work.classify(file, 1, "Beleidigung", version=old)
    response = client.post(
        step(reported, "einstufen"), {"version": old, "level": 3, "reason": "Messer in der Hand"}
    )
    assert response.status_code == 409
    shown = text_of(response)
    assert f"Inzwischen hat {second.person.name} den Fall geändert" in shown
    assert "Messer in der Hand" in shown
    assert "Bitte prüfen Sie Ihre Angaben" not in shown  # said once
    assert shown.count("Inzwischen hat") == 1
    assert f'name="version" value="{case().version}"' in shown
    assert case().level == 1


def test_long_and_exotic_texts(client: Client, reported: Reported) -> None:
    address = step(reported, "notiz")
    response = client.post(address, {"token": "a", "text": "ä" * (LONGEST_TEXT + 1)})
    assert "20001 Zeichen" in text_of(response)
    assert "ä" * (LONGEST_TEXT + 1) in text_of(response)
    exotic = "👩🏾‍⚖️ \u202eאבג <script>alert(1)</script> \0Ende"
    assert client.post(address, {"token": "b", "text": exotic}).status_code == 302
    shown = text_of(client.get(page(reported)))
    assert "👩🏾‍⚖️" in shown
    assert "<script>alert" not in shown
    assert client.post(address, {"token": "c", "text": "x" * LONGEST_TEXT}).status_code == 302


def test_recusing_leads_away(client: Client, reported: Reported) -> None:
    response = client.post(step(reported, "befangen"), {"ground": "team", "text": ""})
    assert response.headers["Location"] == reverse("cases:list")
    assert client.get(page(reported)).status_code == 404


def test_a_locked_vault_gives_the_text_back(holder: Account, reported: Reported) -> None:
    client = signed_in(holder, vault=False)
    response = client.post(step(reported, "notiz"), {"token": "z", "text": "Nicht verlieren"})
    assert reverse("people:unlock") in response.headers["Location"]
    reopened = signed_in(holder, client=client)
    shown = text_of(reopened.get(step(reported, "notiz")))
    assert "Nicht verlieren" in shown
    assert "Ihr Text ist noch da" in shown


def test_the_timeline_begins_with_the_report(client: Client, reported: Reported) -> None:
    shown = text_of(client.get(page(reported)))
    assert "Meldung eingegangen" in shown
    assert "Hier steht noch nichts" not in shown
    assert shown.count("Euch kriegen wir auch noch") == 1
    take_over(client, reported)
    oldest_first = text_of(client.get(page(reported), {"folge": "alt"}))
    assert oldest_first.index("Meldung eingegangen") < oldest_first.index("Keine Befangenheit")


def test_another_lead_is_asked_to_declare(town: Town, client: Client, reported: Reported) -> None:
    take_over(client, reported)
    second = town.one(Pillar.ASSAULT, 1)
    form = text_of(client.get(step(reported, "zustaendig")))
    assert str(second.id) in form
    assert str(town.one(Pillar.ASSAULT).id) not in form  # leads already
    client.post(step(reported, "zustaendig"), {"version": case().version, "person": second.id})
    missing = f"{second.person.name} – Erklärung, nicht befangen zu sein, fehlt noch"
    assert missing in text_of(client.get(page(reported)))
    theirs = signed_in(second)
    shown = text_of(theirs.get(page(reported)))
    assert "Sie sollen diesen Fall führen" in shown
    assert "Antworten" not in shown
    take_over(theirs, reported)
    shown = text_of(theirs.get(page(reported)))
    assert "Sie sollen diesen Fall führen" not in shown
    assert "fehlt noch" not in shown


def test_the_outcome_is_told_unless_unticked(client: Client, reported: Reported) -> None:
    take_over(client, reported)
    form = text_of(client.get(step(reported, "abschliessen")))
    assert re.search(r'name="tell_outcome"[^>]*checked', form)
    close = {"outcome": Outcome.HELPED, "message": "Danke", "reason": "Zeug:innen"}
    ticked = {"version": case().version, "tell_outcome": "on", "given_up": "on"}
    client.post(step(reported, "abschliessen"), close | ticked)
    with transaction.atomic():
        assert "Ergebnis: Schutz und Begleitung geleistet." in box_of(reported).entries[-1].text
        use_receipt("")
    assert "mitgeteiltes Ergebnis: Schutz und Begleitung geleistet" in text_of(
        client.get(page(reported))
    )


def test_foreign_scripts_do_not_turn_the_page_around(client: Client, reported: Reported) -> None:
    client.post(step(reported, "notiz"), {"token": "n", "text": "\u202eאבג"})
    assert re.search(r'dir="auto"[^>]*>\u202eאבג', text_of(client.get(page(reported))))


def test_the_search_says_where_it_looks(client: Client, reported: Reported) -> None:
    assert "nicht in Nachrichten, Notizen und Dateien" in text_of(client.get(reverse("cases:list")))


def test_covering_is_remembered(client: Client, reported: Reported) -> None:
    assert "Wortlaut der Meldung zeigen" not in text_of(client.get(page(reported)))
    client.post(reverse("cases:cover", args=[reported.id]), {"covered": "1"})
    assert "Wortlaut der Meldung zeigen" in text_of(client.get(page(reported)))


def test_the_printed_case_warns(client: Client, reported: Reported) -> None:
    shown = text_of(client.get(reverse("cases:print", args=[reported.id])))
    assert "Streng vertraulich" in shown
    assert "Euch kriegen wir auch noch" in shown


# --- Files


@pytest.mark.django_db(transaction=True)
def test_files_of_an_answer_reach_the_mailbox_and_nobody_else(
    town: Town, client: Client, holder: Account, reported: Reported
) -> None:
    take_over(client, reported)
    file = SimpleUploadedFile("Brief \u202efdp.exe", b"Inhalt des Briefes" * 9, "text/html")
    data = {"token": "f", "text": "Anbei", "attached": file}
    response = client.post(reverse("cases:reply", args=[reported.id]), data)
    assert response.status_code == 302, text_of(response)
    with as_owner():
        attachment = Attachment.objects.get()
    address = reverse("cases:download", args=[reported.id, attachment.pk])
    download = client.get(address)
    assert b"".join(download.streaming_content) == b"Inhalt des Briefes" * 9
    assert download.headers["Content-Type"] == "application/octet-stream"
    assert download.headers["Content-Disposition"].startswith("attachment")
    with transaction.atomic():
        (found,) = box_of(reported).attachments
        assert "\u202e" not in found.name
        use_receipt("")
    assert signed_in(town.one(Pillar.SUPPORT)).get(address).status_code == 404
    other = make_report(town)
    assert client.get(reverse("cases:download", args=[other.id, attachment.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_answer_with_a_file_needs_the_csrf_token(
    client: Client, holder: Account, reported: Reported
) -> None:
    take_over(client, reported)
    strict = signed_in(holder, client=Client(enforce_csrf_checks=True))
    address = reverse("cases:reply", args=[reported.id])
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text_of(strict.get(address)))
    assert found is not None

    def answer(**more: str) -> int:
        file = SimpleUploadedFile("a.txt", b"Inhalt")
        data = {"token": "c", "text": "Anbei", "attached": file} | more
        return int(strict.post(address, data).status_code)

    assert answer() == 403
    with as_owner():
        assert not Attachment.objects.exists()
    # Sealed on its way in: had the middleware read the body first, the form would refuse it.
    assert answer(csrfmiddlewaretoken=found[1]) == 302
    with as_owner():
        assert Attachment.objects.count() == 1


def test_a_file_sent_to_a_locked_vault_is_asked_for_again(
    holder: Account, reported: Reported
) -> None:
    locked = signed_in(holder, vault=False)
    data = {"token": "l", "text": "Anbei", "attached": SimpleUploadedFile("a.txt", b"Inhalt")}
    response = locked.post(reverse("cases:reply", args=[reported.id]), data)
    assert reverse("people:unlock") in response.headers["Location"]
    with as_owner():
        assert not Attachment.objects.exists()


# --- The list and the search


def queries_of(client: Client, address: str) -> int:
    from django.db import connection

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_one_and_three_cases_take_the_same_queries(
    town: Town, client: Client, reported: Reported
) -> None:
    client.get(page(reported))
    once = [queries_of(client, address) for address in (reverse("cases:list"), page(reported))]
    for _more in range(2):
        make_report(town)
    with transaction.atomic():
        box = box_of(reported)
        for number in range(3):
            write_message(box, f"Nachricht {number}")
        use_receipt("")
    client.get(page(reported))
    again = [queries_of(client, address) for address in (reverse("cases:list"), page(reported))]
    assert again == once


def test_filters_and_nonsense_in_the_address(town: Town, client: Client) -> None:
    inside = make_report(town, side="inside")
    outside = make_report(town, side="outside")
    shown = text_of(client.get(reverse("cases:list"), {"side": "inside"}))
    assert inside.number in shown
    assert outside.number not in shown
    for query in (
        {"side": "quer", "level": "99", "unit": "x", "order": "'", "page": "zehn"},
        {"status": "closed", "order": "due", "overdue": "on", "news": "on", "level": "none"},
        {"level": "2", "order": "level"},
    ):
        assert client.get(reverse("cases:list"), query).status_code == 200


def test_news_go_away_by_reading(client: Client, reported: Reported) -> None:
    address = reverse("cases:list") + "?news=on"
    assert reported.number in text_of(client.get(address))
    client.get(page(reported))
    assert reported.number not in text_of(client.get(address))
    with transaction.atomic():
        write_message(box_of(reported), "Noch etwas")
        use_receipt("")
    assert reported.number in text_of(client.get(address))


def test_the_search_finds_words_and_shows_only_ones_own(
    town: Town, client: Client, holder: Account
) -> None:
    mine = make_report(town, facts={"description": "An der Straße stand „Müller muss weg“."})
    make_report(town, facts={"description": "Etwas ganz anderes"})
    foreign = make_report(
        town, facts={"description": "Auch hier: Müller muss weg"}, excluded={holder.id}
    )
    address = reverse("cases:search")
    for text in ("muller STRASSE", "müller", "uss w"):
        shown = text_of(client.post(address, {"text": text}))
        assert mine.number in shown, text
        assert foreign.number not in shown
    assert "Nichts gefunden" in text_of(client.post(address, {"text": "Drachen"}))
    assert "Bitte geben Sie ein Wort ein" in text_of(client.post(address, {"text": ""}))
    assert client.get(address).headers["Location"] == reverse("cases:list")
    with transaction.atomic():
        assert len(box_of(mine).openings) == 1
        use_receipt("")


def test_the_search_quotes_words_and_never_codes(town: Town, client: Client) -> None:
    reported = make_report(
        town,
        facts={"description": "Kurz am Schalter", "reachability": "mailbox", "side": "outside"},
    )
    address = reverse("cases:search")
    shown = text_of(client.post(address, {"text": "schalter"}))
    assert "Kurz am Schalter" in shown
    assert "mailbox" not in shown
    assert reported.number not in text_of(client.post(address, {"text": "outside"}))


def test_a_person_with_a_new_key_is_told(town: Town, reported: Reported) -> None:
    from komma.cases.models import CaseKey

    second = town.one(Pillar.ASSAULT, 1)
    client = signed_in(second)
    with as_owner():
        mine = CaseKey.objects.filter(person_id=second.id)
        other = CaseKey.objects.filter(person_id=town.one(Pillar.ASSAULT).id).first()
        assert other is not None
        mine.update(sealed=bytes(other.sealed))
    response = client.get(page(reported))
    assert response.status_code == 409
    assert "Ihr Schlüssel passt nicht mehr" in text_of(response)
    assert TEXT not in text_of(response)
    with acting_as(second.id), pytest.raises(Exception, match="other keys"):
        case_file(second.id, second.secret, reported.id)


def test_an_assault_from_outside_does_not_end_like_a_complaint(
    client: Client, reported: Reported, town: Town
) -> None:
    take_over(client, reported)
    form = text_of(client.get(step(reported, "abschliessen")))
    assert "Schutz und Begleitung geleistet" in form
    assert 'value="founded"' not in form
    complaint = make_report(town, facts={"side": "inside"}, pillar=Pillar.COMPLAINT)
    body = signed_in(town.one(Pillar.COMPLAINT))
    body.post(step(complaint, "uebernehmen"), {"version": 0, "free": "on"})
    form = text_of(body.get(step(complaint, "abschliessen")))
    assert 'value="founded"' in form
    assert "Schutz und Begleitung geleistet" not in form
