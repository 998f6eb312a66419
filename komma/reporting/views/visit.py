"""What a request to /melden/ brings along: the municipality, the cookie, draft and receipt."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from komma.core.limits import hit
from komma.municipalities.queries import municipality_by_slug
from komma.reporting import cookies
from komma.reporting.forms.town import Town
from komma.reporting.queries import OpenDraft, open_draft, pending_receipt

if TYPE_CHECKING:
    from django.http import HttpRequest

# A whole town hall behind one address hands in 300 reports an hour; a machine would do more.
MOST_REPORTS, REPORTS_PERIOD = 600, dt.timedelta(hours=1)
TOO_OFTEN = gettext_lazy(
    "Von Ihrem Anschluss kommen gerade sehr viele Meldungen. Bitte senden Sie in einer Stunde noch"
    " einmal ab. Was Sie geschrieben haben, steht noch da."
)
SHOWN = "liest"  # in a form: which body the page named
OTHER_BODY = gettext_lazy(
    "Inzwischen liest eine andere Stelle Ihre Meldung. Noch ist nichts abgesendet. Bitte lesen Sie"
    " unten, wer es ist, und senden Sie dann noch einmal ab."
)


class Visit:
    """One request of somebody who reports."""

    def __init__(self, request: HttpRequest, slug: str) -> None:
        municipality = municipality_by_slug(slug)
        if municipality is None:
            raise Http404
        self.request = request
        self.municipality = municipality
        self.town = Town(municipality)
        self.entropy = cookies.draft_entropy(request)
        self.is_post = request.method == "POST"

    @cached_property
    def draft(self) -> OpenDraft | None:
        """The cookie's draft, locked where something is about to be changed."""
        return open_draft(self.entropy, lock=self.is_post) if self.entropy else None

    @cached_property
    def pending(self) -> dict[str, Any] | None:
        """What the receipt page would show."""
        return pending_receipt(self.entropy) if self.entropy else None

    @property
    def own_draft(self) -> OpenDraft | None:
        """The draft, if it is for this municipality."""
        return None if self.is_elsewhere else self.draft

    @property
    def is_elsewhere(self) -> bool:
        """Whether the cookie's draft is for another municipality."""
        return self.draft is not None and self.draft.organisation_id != self.municipality.pk

    def sends_too_often(self) -> bool:
        """Count a report about to be sent; tell whether its address has sent too many."""
        return hit("report", self.request, MOST_REPORTS, REPORTS_PERIOD)

    def cookie(self) -> bytes:
        """Return the cookie's randomness, a fresh one where there is none yet."""
        if self.entropy is None:
            self.entropy = cookies.new_entropy()
        return self.entropy

    def page(self, template: str, **context: Any) -> HttpResponse:
        """Render a page and see to it that the browser holds the cookie."""
        values = {"municipality": self.municipality, "town": self.town, **context}
        return self._with_cookie(render(self.request, f"reporting/{template}", values))

    def go(self, name: str, *args: Any) -> HttpResponse:
        """Redirect to a page of this municipality."""
        return self._with_cookie(redirect(f"reporting:{name}", self.municipality.slug, *args))

    def go_to_receipt(self) -> HttpResponse:
        """Redirect to the receipt of the report that was just sent."""
        return self._with_cookie(redirect("reporting:receipt"))

    def _with_cookie(self, response: HttpResponse) -> HttpResponse:
        known = cookies.draft_entropy(self.request)
        if self.entropy is not None and self.entropy != known:
            cookies.set_draft(response, self.entropy)
        return response
