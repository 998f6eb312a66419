"""What the levels of danger mean: to read, to set, and how it came to be so."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.procedures.actions import Refused, Stale, set_levels
from komma.procedures.compare import level_changes
from komma.procedures.forms import LevelsForm
from komma.procedures.queries import level_history, levels_in_force
from komma.procedures.views.access import Reader, coordination, members, names_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_CONFLICT = 409


@require_GET
@members
def levels(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show the four levels, and every earlier change of them."""
    found = level_history(reader.organisation.pk)
    names = names_of(each.set_by for each in found)
    context = {
        "held": found[0],
        "history": [
            (now, names.get(now.set_by, ""), level_changes(before.rows, now.rows))
            for now, before in pairwise(found)
        ],
        "may_edit": reader.may_edit,
    }
    return render(request, "procedures/levels.html", context)


@require_http_methods(["GET", "POST"])
@coordination
def change_levels(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Set all four levels, with a reason."""
    held = levels_in_force(reader.organisation.pk)
    initial = LevelsForm.initial_of(held.rows)
    initial |= {"number": held.number, "organisation": reader.organisation.pk}
    form = LevelsForm(request.POST or None, initial=initial)
    status, theirs = 200, None
    if form.is_valid() and form.cleaned_data["organisation"] != reader.organisation.pk:
        text = _("Sie handeln inzwischen für eine andere Kommune. Wählen Sie oben die richtige.")
        form.add_error(None, text)
    elif form.is_valid():
        try:
            set_levels(
                organisation_id=reader.organisation.pk,
                rows=form.rows(),
                reason=form.cleaned_data["reason"],
                number=form.cleaned_data["number"],
                by=reader.by,
            )
        except Stale as error:
            held = levels_in_force(reader.organisation.pk)
            theirs = level_changes(form.rows(), held.rows)
            form = _again(request, held.number)
            form.add_error(None, str(error))
            status = _CONFLICT
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _(
                    "Die Stufen sind gespeichert und gelten ab jetzt, auch in den Notfallordnern. "
                    "Passt dort noch, was auf den Verhaltenskarten zu tun ist?"
                ),
            )
            return redirect("procedures:levels")
    context = {"form": form, "theirs": theirs}
    return render(request, "procedures/edit/levels.html", context, status=status)


def _again(request: HttpRequest, number: int) -> LevelsForm:
    data = request.POST.copy()
    data["number"] = str(number)
    form = LevelsForm(data)
    form.is_valid()
    return form
