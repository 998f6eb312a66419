"""One's tasks in the own calendar: the page to switch it on, and the file that calendars read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases.actions.calendar import make_feed, stop_feed
from komma.cases.calendar import due_dates, feed_of, written
from komma.municipalities.current import current_organisation, signed_in

_LONGEST_TOKEN = 60


@require_http_methods(["GET", "POST"])
@login_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """Switch the calendar on or off; its address is shown once."""
    person = signed_in(request)
    if current_organisation(request) is None:
        raise Http404
    address = ""
    if request.method == "POST" and "stop" in request.POST:
        stop_feed(person)
        return redirect("tasks:calendar")
    if request.method == "POST":
        path = reverse("calendar", args=[make_feed(person)])
        address = request.build_absolute_uri(path)
    return render(request, "tasks/calendar.html", {"feed": feed_of(person), "address": address})


@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Hand out the calendar of a secret address; a wrong one looks like an empty calendar."""
    found = due_dates(token) if len(token) <= _LONGEST_TOKEN else []
    url = request.build_absolute_uri(reverse("tasks:mine"))
    return HttpResponse(written(found, url=url), content_type="text/calendar; charset=utf-8")
