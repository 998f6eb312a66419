"""What the public page of an organisation tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from komma.municipalities.actions import save_profile
from komma.municipalities.forms import ProfileForm
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
@administration
def change(request: HttpRequest, office: Office) -> HttpResponse:
    """Change about, address and the ways to be reached."""
    initial = model_to_dict(office.organisation, fields=list(ProfileForm.base_fields))
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        save_profile(organisation_id=office.organisation.pk, by=office.by, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("organisations:organisation", office.organisation.slug)
    context = {"organisation": office.organisation, "form": form}
    return render(request, "municipalities/profile.html", context)
