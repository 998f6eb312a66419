"""Of somebody's day: deadlines of law that end soon, and procedures that lack a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from komma.cases import my_tasks
from komma.cases.near import SOON, near_deadlines
from komma.municipalities.queries import roles_held, units_of
from komma.portal.day import Task
from komma.procedures.checks import roles_of
from komma.procedures.queries import in_force
from komma.procedures.wording import role_label

if TYPE_CHECKING:
    from uuid import UUID


def deadlines_of_law(organisation_id: UUID) -> list[Task]:
    """Say in how many cases a deadline of law ends soon; the day itself would tell the event's."""
    found = near_deadlines(organisation_id, SOON)
    if not found:
        return []
    text = ngettext(
        "In %(number)d Fall endet binnen %(days)d Tagen eine Frist im Gesetz",
        "In %(number)d Fällen endet binnen %(days)d Tagen eine Frist im Gesetz",
        len(found),
    )
    title = text % {"number": len(found), "days": SOON}
    url = f"{reverse('tasks:mine')}?zeigen={my_tasks.LAW}"
    if found[0].is_urgent:
        return [Task(title, _("dringend"), "danger", url)]
    return [Task(title, _("bald fällig"), "warning", url)]


def missing_roles(organisation_id: UUID) -> list[Task]:
    """Name the procedures of one's own units that need a role which nobody has any more."""
    held, pillars = roles_held(organisation_id), {u.pillar for u in units_of(organisation_id)}
    lines = []
    for slug, found in in_force(organisation_id).items():
        empty = [role for role in roles_of(found.procedure) if role not in held]
        if empty and pillars & found.procedure.pillars:
            title = _("Verfahren „%(procedure)s“: niemand hat die Rolle %(roles)s")
            names = {
                "procedure": found.procedure.title,
                "roles": ", ".join(map(role_label, empty)),
            }
            url = reverse("procedures:procedure", args=[slug])
            lines.append(Task(title % names, _("bitte klären"), "warning", url))
    return lines
