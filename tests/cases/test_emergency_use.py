"""Both emergency keys in use: two people, a third who gets access, and a reporter who is told."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
import time_machine
from django.db import Error, connection, transaction
from django.utils import timezone

from komma.cases import jobs
from komma.cases.actions import access, opening, writing
from komma.cases.actions.emergency import finish_use, start_use
from komma.cases.actions.errors import Refused
from komma.cases.codes import Strand
from komma.cases.models import Case, CaseEmergency, CaseKey, EmergencyUse
from komma.cases.queries import case_file
from komma.cases.strands import open_inner, open_outer
from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import VaultError
from komma.core.vault.server import open_for_server
from komma.municipalities.codes import Pillar
from komma.municipalities.emergency import emergency_key_mac
from komma.municipalities.models import EmergencyKey, Membership
from komma.people.models import PersonKey
from komma.people.rules import key_mac
from tests.factories import as_owner, as_worker
from tests.factories.people import Account, make_account
from tests.factories.reports import TEXT, Reported, box_of, case_of, make_report
from tests.factories.towns import Town, make_member

REASON = "Beide Zuständigen haben ihre Zugangsdaten verloren."


def new_vault(account: Account) -> Account:
    """Give somebody who lost everything a new key, as a fresh vault does."""
    pair = new_key_pair()
    with as_owner():
        PersonKey.objects.filter(person=account.person).update(
            public=pair.public, mac=key_mac(account.id, pair.public)
        )
    return Account(account.person, pair)


def lose_keys(town: Town) -> list[Account]:
    """Let everybody who handles assaults, the deputy too, lose their key; return them with new."""
    return [new_vault(account) for account in town.members[Pillar.ASSAULT]]


@pytest.fixture
def first(town: Town) -> Account:
    """An administrator who has seen no paper."""
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ADMINISTRATION], account, title="Verwaltung 2")
    return account


@pytest.fixture
def second(town: Town) -> Account:
    """The administrator who keeps paper A."""
    return town.one(Pillar.ADMINISTRATION)


def membership_of(account: Account) -> Membership:
    """Return the newest role of a person."""
    with as_owner():
        return Membership.objects.filter(person=account.person).latest("id")


def begin(town: Town, by: Account, recipient: Account, **options: str) -> EmergencyUse:
    given = {"number": "", "reason": REASON, "typed": town.emergency["B"].secret} | options
    with acting_as(by.id):
        start_use(
            organisation_id=town.municipality.pk,
            membership=membership_of(recipient).pk,
            by=by.id,
            **given,
        )
    with as_owner():
        return EmergencyUse.objects.get(organisation_id=town.municipality.pk)


def end(town: Town, by: Account, use: EmergencyUse, typed: str = "") -> tuple[int, int]:
    typed = typed or town.emergency["A"].secret
    with acting_as(by.id):
        opened = finish_use(
            organisation_id=town.municipality.pk, use_id=use.pk, typed=typed, by=by.id
        )
    return opened.count, opened.left_out


def reads(account: Account, reported: Reported) -> bool:
    with acting_as(account.id):
        try:
            file = case_file(account.id, account.secret, reported.id)
        except VaultError:
            return False
        return file is not None and file.report is not None and TEXT in str(file.report.body)


def uses() -> int:
    with as_owner():
        return EmergencyUse.objects.count()


def test_two_people_give_a_third_access(town: Town, first: Account, second: Account) -> None:
    reported = make_report(town)
    recipient = lose_keys(town)[0]
    assert not reads(recipient, reported)  # control
    use = begin(town, first, recipient)
    assert not reads(recipient, reported)
    assert end(town, second, use) == (1, 0)
    assert reads(recipient, reported)
    assert not reads(first, reported)
    assert not reads(second, reported)
    assert uses() == 0
    with acting_as(recipient.id):
        assert {*case_of(recipient, reported).strands} == {*Strand}
        assert case_of(recipient, reported).may_handle


def test_the_mailbox_and_the_log_tell_of_it(town: Town, first: Account, second: Account) -> None:
    reported = make_report(town)
    recipient = lose_keys(town)[0]
    end(town, second, begin(town, first, recipient))
    with transaction.atomic():
        entry = box_of(reported).entries[-1]
        assert entry.label == "Notfallzugang"
        for words in (REASON, "Verwaltung 2; Verwaltung 1", "Zugang hat jetzt: Fallführung 1."):
            assert words in entry.text
    with as_owner():
        case = Case.objects.get(pk=reported.id)
        assert case.news_for_reporter
        assert case.news_for_holders
        logged = AuditEntry.objects.filter(case_id=reported.id, kind="case.emergency_opened")
        assert {entry.person_id for entry in logged} == {first.id, second.id}
        kinds = set(AuditEntry.objects.values_list("kind", flat=True))
        assert {"emergency.use_started", "emergency.used"} <= kinds


def test_work_goes_on_and_older_generations_open(
    town: Town, first: Account, second: Account
) -> None:
    """After a rotation the newest secret is sealed to the emergency keys and leads back."""
    reported = make_report(town)
    lead, other = town.members[Pillar.ASSAULT][:2]
    with acting_as(lead.id):
        writing.note(case_of(lead, reported), "vor dem Wechsel")
        access.exclude(case_of(lead, reported), other.id)
        writing.note(case_of(lead, reported), "nach dem Wechsel")
    recipient = new_vault(lead)
    new_vault(town.one(Pillar.ASSAULT, 2))
    assert end(town, second, begin(town, first, recipient)) == (1, 0)
    with acting_as(recipient.id):
        file = case_of(recipient, reported)
        texts = [entry.text for entry in file.entries]
        assert {"vor dem Wechsel", "nach dem Wechsel"} <= set(texts)
        assert all(entry.readable for entry in file.entries)
        assert file.mailbox.generation == 2
        opening.renew_keys(file)
        writing.note(case_of(recipient, reported), "weiter")


def test_one_paper_and_the_whole_database_open_nothing(
    town: Town, first: Account, second: Account
) -> None:
    reported = make_report(town)
    use = begin(town, first, lose_keys(town)[0])
    with as_owner():
        row = CaseEmergency.objects.get(case_id=reported.id, strand=Strand.MAILBOX)
    a, b = town.emergency["A"].secret, town.emergency["B"].secret
    place = (reported.id, Strand.MAILBOX, 1)
    with pytest.raises(VaultError):  # paper A cannot begin
        open_outer(*place, bytes(row.sealed), a)
    layer = open_outer(*place, bytes(row.sealed), b)
    with pytest.raises(VaultError):  # paper B cannot end
        open_inner(*place, layer, b)
    # Within the hour: what waits is sealed to the server, and inside it to paper A.
    with pytest.raises(VaultError):
        open_inner(*place, bytes(use.half), a)
    content = json.loads(open_for_server(bytes(use.half), f"emergency use/{use.pk}"))
    waiting = bytes.fromhex(content["layers"][str(reported.id)][Strand.MAILBOX][1])
    with pytest.raises(VaultError):
        open_inner(*place, waiting, b)
    assert open_inner(*place, waiting, a).startswith("AGE-SECRET-KEY-1")  # control: both


def test_nobody_does_both_steps(town: Town, first: Account, second: Account) -> None:
    make_report(town)
    recipient = lose_keys(town)[0]
    use = begin(town, first, recipient)
    with pytest.raises(Refused, match="eine andere Person"):
        end(town, first, use)
    with as_owner():
        EmergencyUse.objects.all().delete()
    with pytest.raises(Refused, match="durch Ihre Hände"):
        begin(town, second, recipient)


def test_whoever_types_a_paper_gets_no_access(town: Town, first: Account, second: Account) -> None:
    make_report(town)
    lose_keys(town)
    unit = town.units[Pillar.ASSAULT]
    with as_owner():
        for account in (first, second):
            make_member(unit, account, title="Auch Fallführung")
    with pytest.raises(Refused, match="bekommt selbst keinen Zugang"):
        begin(town, first, first)
    use = begin(town, first, second)
    with pytest.raises(Refused, match="bekommt selbst keinen Zugang"):
        end(town, second, use)


@pytest.mark.parametrize("pillar", [Pillar.SUPPORT, Pillar.COMPLAINT])
def test_cases_stay_in_their_unit(
    town: Town, first: Account, second: Account, pillar: Pillar
) -> None:
    """Support and complaint never mix, not in an emergency either."""
    reported = make_report(town)
    lose_keys(town)
    with pytest.raises(Refused, match="keinen offenen Fall"):
        begin(town, first, town.one(pillar))
    with pytest.raises(Refused, match="Unter dieser Nummer"):
        begin(town, first, town.one(pillar), number=reported.number)


def test_leadership_and_administration_are_no_recipients(town: Town, first: Account) -> None:
    make_report(town)
    lose_keys(town)
    for pillar in (Pillar.LEADERSHIP, Pillar.ADMINISTRATION, Pillar.COORDINATION):
        with pytest.raises(Refused, match="gehört nicht mehr"):
            begin(town, first, town.one(pillar))


def test_an_excluded_person_gets_nothing(town: Town, first: Account, second: Account) -> None:
    excluded = town.one(Pillar.ASSAULT)
    closed = make_report(town, excluded={excluded.id})
    mine = make_report(town)
    recipient = lose_keys(town)[0]
    assert end(town, second, begin(town, first, recipient)) == (1, 1)
    assert reads(recipient, mine)  # control
    assert not reads(recipient, closed)
    with as_owner():
        assert not CaseKey.objects.filter(case_id=closed.id, person=recipient.person).exists()
    with pytest.raises(Refused, match="keinen Zugang"):
        end(town, second, begin(town, first, recipient, number=closed.number))


def test_a_declined_wrapping_stays_closed(town: Town, first: Account, second: Account) -> None:
    declined = make_report(town, emergency_declined=True)
    mine = make_report(town)
    recipient = lose_keys(town)[0]
    assert end(town, second, begin(town, first, recipient)) == (1, 1)
    assert reads(recipient, mine)
    assert not reads(recipient, declined)
    with pytest.raises(Refused, match="abgelehnt"):
        begin(town, first, recipient, number=declined.number)
    assert uses() == 0


def test_only_orphaned_cases_unless_one_is_named(
    town: Town, first: Account, second: Account
) -> None:
    before = make_report(town)
    lead = town.one(Pillar.ASSAULT)
    with pytest.raises(Refused, match="keinen offenen Fall"):
        begin(town, first, lead)
    assert end(town, second, begin(town, first, lead, number=before.number.lower())) == (1, 0)
    assert reads(lead, before)  # a key that works is left as it was
    new_vault(town.one(Pillar.ASSAULT, 1))
    new_vault(lead)
    with pytest.raises(Refused, match="keinen offenen Fall"):  # the deputy's reserve still opens it
        begin(town, first, lead)


def test_another_town_stays_closed(
    town: Town, other_town: Town, first: Account, second: Account
) -> None:
    reported = make_report(other_town)
    lose_keys(other_town)
    recipient = lose_keys(town)[0]
    with pytest.raises(Refused, match="Unter dieser Nummer"):
        begin(town, first, recipient, number=reported.number)
    with pytest.raises(Refused, match="gehört nicht mehr"):
        begin(town, first, other_town.one(Pillar.ASSAULT))


@pytest.mark.parametrize("wrong", ["A", "stranger", "nonsense"])
def test_a_wrong_paper_b_leaves_nothing(town: Town, first: Account, wrong: str) -> None:
    make_report(town)
    recipient = lose_keys(town)[0]
    typed = {"A": town.emergency["A"].secret, "stranger": new_key_pair().secret}.get(wrong, wrong)
    with pytest.raises(Refused):
        begin(town, first, recipient, typed=typed)
    assert uses() == 0


@pytest.mark.parametrize("wrong", ["B", "stranger"])
def test_a_wrong_paper_a_opens_nothing(
    town: Town, first: Account, second: Account, wrong: str
) -> None:
    reported = make_report(town)
    recipient = lose_keys(town)[0]
    use = begin(town, first, recipient)
    typed = {"B": town.emergency["B"].secret}.get(wrong, new_key_pair().secret)
    with pytest.raises(Refused):
        end(town, second, use, typed)
    assert not reads(recipient, reported)
    assert uses() == 1  # the right paper can still come


def test_the_papers_of_earlier_keys_open_cases_of_their_time(
    town: Town, first: Account, second: Account
) -> None:
    reported = make_report(town)
    former = dict(town.emergency)
    with as_owner():
        for part in "AB":
            pair = new_key_pair()
            EmergencyKey.objects.filter(part=part).update(public=pair.public, mac=b"")
            town.emergency[part] = pair
        for key in EmergencyKey.objects.filter(organisation_id=town.municipality.pk):
            key.mac = emergency_key_mac(key.organisation_id, key.part, key.public, key.seen_by)
            key.save()
    recipient = lose_keys(town)[0]
    with pytest.raises(Refused, match="aus ihrer Zeit"):
        begin(town, first, recipient)
    use = begin(town, first, recipient, typed=former["B"].secret)
    assert end(town, second, use, former["A"].secret) == (1, 0)
    assert reads(recipient, reported)
    with as_owner():
        seen = EmergencyKey.objects.get(organisation_id=town.municipality.pk, part="B").seen_by
    assert first.id in seen


def test_an_hour_later_it_is_over(town: Town, first: Account, second: Account) -> None:
    make_report(town)
    recipient = lose_keys(town)[0]
    with time_machine.travel(timezone.now() - dt.timedelta(minutes=61), tick=False):
        use = begin(town, first, recipient)
    with pytest.raises(Refused, match="Stunde ist vorbei"):
        end(town, second, use)
    with as_worker():
        jobs.forget_emergency_uses.func(0)
    assert uses() == 0


def test_the_job_leaves_what_is_under_way(town: Town, first: Account) -> None:
    """Negative control."""
    make_report(town)
    begin(town, first, lose_keys(town)[0])
    with as_worker():
        jobs.forget_emergency_uses.func(0)
    assert uses() == 1


# --- An administrator with raw SQL on the web role


def grant_by_sql(town: Town, by: Account, use: EmergencyUse, target: Account, case: object) -> int:
    """Call the database function past all actions, with made-up keys."""
    key = {"id": str(uuid4()), "strand": "mailbox", "generation": 1, "sealed": "00"}
    entry = {"id": str(uuid4()), "generation": 1, "body": "00"}
    cases = [{"id": str(case), "tags": [], "keys": [key], "entry": entry}]
    with acting_as(by.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT komma_emergency_grant(%s, %s, %s, '', %s)",
            [use.pk, target.id, target.keys.public, json.dumps(cases)],
        )
        return len(cursor.fetchall())


def test_raw_sql_needs_a_use_begun_by_somebody_else(
    town: Town, other_town: Town, first: Account, second: Account
) -> None:
    reported = make_report(town)
    recipient = lose_keys(town)[0]
    use = begin(town, first, recipient)
    outsider = other_town.one(Pillar.ADMINISTRATION)
    for caller, target in (
        (first, recipient),  # began it
        (outsider, recipient),
        (town.one(Pillar.SUPPORT), recipient),
        (second, second),  # for oneself
        (second, first),
    ):
        with pytest.raises(Error, match="by two people"):
            grant_by_sql(town, caller, use, target, reported.id)
    with pytest.raises(Error, match="by two people"):
        grant_by_sql(town, second, EmergencyUse(), recipient, reported.id)
    foreign = make_report(other_town)
    with pytest.raises(Error, match="no case of this organisation"):
        grant_by_sql(town, second, use, recipient, foreign.id)
    for stranger in (town.one(Pillar.SUPPORT), town.one(Pillar.LEADERSHIP)):
        with pytest.raises(Error, match="no member of the receiving unit"):
            grant_by_sql(town, second, use, stranger, reported.id)
    with as_owner():
        EmergencyUse.objects.update(started_at=timezone.now() - dt.timedelta(minutes=61))
    with pytest.raises(Error, match="by two people"):
        grant_by_sql(town, second, use, recipient, reported.id)
    with as_owner():
        EmergencyUse.objects.update(started_at=timezone.now())
    assert grant_by_sql(town, second, use, recipient, reported.id) == 1  # control
    assert not reads(recipient, reported)  # a made-up key opens nothing


def test_raw_sql_begins_in_nobody_elses_name(town: Town, first: Account, second: Account) -> None:
    row = {
        "organisation_id": town.municipality.pk,
        "started_at": timezone.now(),
        "half": b"",
    }
    with acting_as(second.id):
        with pytest.raises(Error, match="row-level security"), transaction.atomic():
            EmergencyUse(started_by=first.person, **row).save(force_insert=True)
        EmergencyUse(started_by=second.person, **row).save(force_insert=True)  # control


@pytest.mark.parametrize("pillar", [Pillar.SUPPORT, Pillar.LEADERSHIP])
def test_only_the_administration_is_handed_locked_boxes(town: Town, pillar: Pillar) -> None:
    make_report(town)
    lose_keys(town)
    statement = "SELECT count(*) FROM komma_emergency_layers(%s, '')"
    unit = town.units[Pillar.ASSAULT].pk
    with acting_as(town.one(Pillar.ADMINISTRATION).id), connection.cursor() as cursor:
        cursor.execute(statement, [unit])
        assert cursor.fetchone() == (3,)  # control
    with (
        acting_as(town.one(pillar).id),
        pytest.raises(Error, match="not the administration"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [unit])
