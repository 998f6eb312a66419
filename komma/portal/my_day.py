"""What awaits somebody today in one organisation: counts, and whether somebody is in danger."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from komma.cases import my_tasks
from komma.cases.codes import Status
from komma.cases.facts import Danger
from komma.cases.handovers import count_offers
from komma.cases.listing import Counts, counts, listed
from komma.cases.quarantine import in_danger as danger_in_quarantine
from komma.cases.queries import in_danger
from komma.core.dates import today
from komma.core.vault.session import vault_secret
from komma.municipalities.codes import Role
from komma.municipalities.current import my_roles, signed_in
from komma.municipalities.emergency import drill_due_on
from komma.municipalities.queries import agreements_of, leaving_members
from komma.municipalities.rules import may_be_granted
from komma.portal.day import Day, Task
from komma.portal.intake import Intake, intake_of
from komma.portal.my_day_rules import deadlines_of_law, missing_roles
from komma.prevention import queries as prevention

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from komma.municipalities.models import Organisation

MOST_READ = 50  # reports that are opened to look for danger
SOON = dt.timedelta(days=3)
A_MONTH = dt.timedelta(days=30)


def day_of(request: HttpRequest, organisation: Organisation | None) -> Day:
    """Return the day of whoever is signed in.

    One query for deadlines of law, two for tasks, three for cases (with an open vault four more
    for danger), eight for the intake, two for the emergency keys, one for people who leave, one
    for agreements; for coordination and leadership three for procedures and at most six for
    prevention.
    """
    if organisation is None:
        return Day()
    roles = my_roles(request, organisation.pk)
    tasks: list[Task] = []
    open_cases, open_tasks = None, 0
    if any(map(may_be_granted, roles)):
        person = signed_in(request)
        found = counts(person, organisation.pk)
        mine = my_tasks.counts(person, organisation.pk)
        open_cases, open_tasks = found.open, mine.mine
        if found.received:
            tasks += _danger(person, vault_secret(request), organisation.pk)
        tasks += [
            *deadlines_of_law(organisation.pk),
            *_due(mine),
            *_cases(found, organisation.pk),
            *_offers(),
        ]
        if found.held:
            tasks += _quarantine(found.held, person, vault_secret(request), organisation.pk)
    intake = intake_of(organisation, roles)
    tasks = _mending(intake) + tasks
    if Role.ADMINISTRATION in roles:
        tasks += [*_proposals(organisation), *_leaving(organisation), *_drill(organisation)]
    if Role.COORDINATION in roles or Role.LEADERSHIP in roles:
        tasks += [*missing_roles(organisation.pk), *_prevention(organisation)]
    return Day(open_cases, open_tasks, tasks, intake)


def _danger(person: UUID, secret: str | None, organisation_id: UUID) -> list[Task]:
    """Say which of the newest reports that nobody has taken over tell of danger.

    The answer is sealed: with a locked vault the line asks to open it.
    """
    if secret is None:
        url = (
            f"{reverse(settings.KOMMA_UNLOCK_URL)}?{urlencode({'next': reverse('portal:my_day')})}"
        )
        title = _("Ob eine neue Meldung Gefahr nennt, zeigt sich, sobald Ihr Tresor offen ist")
        return [Task(title, _("Tresor öffnen"), "warning", url)]
    received = listed(organisation_id).filter(status=Status.RECEIVED)
    found = in_danger(person, secret, list(received.order_by("-received_on", "number")[:MOST_READ]))
    acute = [case for case, code in found.items() if code == Danger.YES]
    unsure = [case for case, code in found.items() if code == Danger.UNSURE]
    text_acute = ngettext(
        "%d Meldung nennt akute Gefahr", "%d Meldungen nennen akute Gefahr", len(acute)
    )
    text_unsure = ngettext(
        "%d Meldung nennt vielleicht akute Gefahr",
        "%d Meldungen nennen vielleicht akute Gefahr",
        len(unsure),
    )
    return [
        Task(text % len(cases), _("sofort"), "danger", _way_to(cases))
        for cases, text in ((acute, text_acute), (unsure, text_unsure))
        if cases
    ]


def _due(found: my_tasks.TaskCounts) -> list[Task]:
    """Say how many of one's tasks are late, and how many are due today."""
    text_late = ngettext("%d Aufgabe ist überfällig", "%d Aufgaben sind überfällig", found.late)
    text_today = ngettext(
        "%d Aufgabe ist heute fällig", "%d Aufgaben sind heute fällig", found.today
    )
    url = reverse("tasks:mine")
    lines = (
        (found.late, text_late, _("überfällig"), "danger", f"{url}?zeigen={my_tasks.LATE}"),
        (found.today, text_today, _("heute"), "warning", url),
    )
    return [
        Task(text % count, status, kind, to) for count, text, status, kind, to in lines if count
    ]


def _offers() -> list[Task]:
    """Say whether other bodies ask to take cases; those of all one's organisations."""
    count = count_offers()
    if not count:
        return []
    title = ngettext(
        "Eine andere Stelle fragt, ob Sie %d Fall übernehmen",
        "Andere Stellen fragen, ob Sie %d Fälle übernehmen",
        count,
    )
    return [Task(title % count, _("offen"), "info", reverse("cases:offers"))]


def _way_to(cases: list[UUID]) -> str:
    if len(cases) == 1:
        return reverse("cases:case", args=cases)
    return f"{reverse('cases:list')}?status=received"


def _cases(found: Counts, organisation_id: UUID) -> list[Task]:
    now = today()
    soon = (
        listed(organisation_id)
        .filter(status=Status.RECEIVED, answer_due_on__range=(now, now + SOON))
        .count()
    )
    text_overdue = ngettext(
        "%d Antwort ist überfällig", "%d Antworten sind überfällig", found.overdue
    )
    text_soon = ngettext(
        "%d Antwort ist in den nächsten Tagen fällig",
        "%d Antworten sind in den nächsten Tagen fällig",
        soon,
    )
    text_fresh = ngettext(
        "%d Meldung hat noch niemand übernommen",
        "%d Meldungen hat noch niemand übernommen",
        found.received,
    )
    text_news = ngettext(
        "In %d Fall steht etwas, das Sie noch nicht gelesen haben",
        "In %d Fällen steht etwas, das Sie noch nicht gelesen haben",
        found.news,
    )
    lines = (
        (found.overdue, text_overdue, _("überfällig"), "danger", "overdue=on"),
        (soon, text_soon, _("bald fällig"), "warning", "order=due"),
        (found.received, text_fresh, _("neu"), "info", "status=received"),
        (found.news, text_news, _("ungelesen"), "info", "status=all&news=on"),
    )
    url = reverse("cases:list")
    return [
        Task(text % count, status, kind, f"{url}?{query}")
        for count, text, status, kind, query in lines
        if count
    ]


def _mending(intake: Intake) -> list[Task]:
    """Lead to what opens the intake; once it has closed, the box above names what is missing."""
    if intake.closed and intake.url:
        return [Task(_("Die Annahme wieder öffnen"), _("dringend"), "danger", intake.url)]
    if intake.may_open:
        title = _("Alles ist bereit: Sie können die Annahme eröffnen")
        return [Task(title, _("nächster Schritt"), "info", intake.url)]
    return [Task(text, _("nötig"), "warning", intake.url) for text in intake.gaps]


def _quarantine(held: int, person: UUID, secret: str | None, organisation_id: UUID) -> list[Task]:
    """Say how many reports wait in quarantine; with an open vault, how many tell of danger."""
    danger = danger_in_quarantine(person, secret, organisation_id) if secret else 0
    text = ngettext("In Quarantäne: %d Meldung", "In Quarantäne: %d Meldungen", held) % held
    url = reverse("cases:quarantine")
    if not danger:
        return [Task(text, _("bitte ansehen"), "warning", url)]
    return [Task(_("%s, %d mit Gefahr") % (text, danger), _("sofort"), "danger", url)]


def _proposals(organisation: Organisation) -> list[Task]:
    """Name the agreements that wait for the word of this side."""
    found = []
    for each in agreements_of(organisation.pk):
        is_served = each.served_id == organisation.pk
        is_over = each.ends_on is not None and each.ends_on < today()
        if not is_over and not (each.served_agreed_on if is_served else each.body_agreed_on):
            other = each.body if is_served else each.served
            title = _("%s schlägt eine Vereinbarung vor") % other.name
            url = reverse("municipalities:responsibility", args=[organisation.slug])
            found.append(Task(title, _("offen"), "info", url))
    return found


def _leaving(organisation: Organisation) -> list[Task]:
    """Ask to end the roles of those who have told when they go."""
    title = _("%(name)s geht zum %(day)s: Rollen beenden")
    return [
        Task(
            title % {"name": each.person.name, "day": date_format(each.leaves_on, "d.m.Y")},
            _("fällig") if each.leaves_on <= today() else _("bald fällig"),
            "warning",
            reverse("municipalities:member_end_all", args=[organisation.slug, each.pk]),
        )
        for each in leaving_members(organisation.pk)
        if each.leaves_on
    ]


def _drill(organisation: Organisation) -> list[Task]:
    """Ask for the yearly drill of the emergency keys, a month before it is due and from then on."""
    due = drill_due_on(organisation.pk)
    if due is None or due > today() + A_MONTH:
        return []
    title = _("Übung mit den Notfallschlüsseln bis %s") % date_format(due, "d.m.Y")
    url = reverse("municipalities:emergency", args=[organisation.slug])
    if due <= today():
        return [Task(title, _("überfällig"), "danger", url)]
    return [Task(title, _("bald fällig"), "warning", url)]


def _prevention(organisation: Organisation) -> list[Task]:
    """Say what of prevention is due within a month or overdue."""
    title = _("%(title)s (bis %(day)s)")
    return [
        Task(
            title % {"title": line.title, "day": date_format(line.day, "d.m.Y")},
            _("überfällig") if line.day < today() else _("bald fällig"),
            "danger" if line.day < today() else "warning",
            reverse(line.url_name, args=line.url_args),
        )
        for line in prevention.due(organisation.pk, today())
    ]
