"""What the affected person can do now, for those who accompany them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from komma.cases.actions.opening import record_opening
from komma.cases.deadlines import facts_of, of_case
from komma.cases.views.access import case_page, with_case
from komma.core.ui.nav import Crumb
from komma.municipalities.contacts import local_contacts
from komma.procedures.guidance import compose
from komma.procedures.incidents import Incident

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from komma.cases.queries import CaseFile


@require_GET
@with_case
def advice(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Show the same as the mailbox does; it tells of the report, so it counts as opening."""
    record_opening(file)
    case = file.case
    context = {
        "guidance": compose(Incident.of(facts_of(case, file.entries))),
        "contacts": local_contacts(case.concerns),
        "deadlines": of_case(case, file.entries),
        "crumbs": [
            Crumb(_("Fälle"), reverse("cases:list")),
            Crumb(case.number, reverse("cases:case", args=[case.pk])),
            Crumb(_("Was die Person tun kann")),
        ],
    }
    return case_page(request, "cases/advice.html", file, context)
