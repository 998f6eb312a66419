"""Template tags of accounts: `{% load people %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from komma.core.ui.nav import Crumb
from komma.people import queries, sso
from komma.people.rules import second_factor_required

if TYPE_CHECKING:
    from django.template.context import RequestContext

register = template.Library()
GROUP = 4


@register.simple_tag
def account_crumbs(label: str) -> list[Crumb]:
    """Return the path to a page of the account."""
    return [Crumb(_("Konto"), reverse("people:account")), Crumb(label)]


@register.simple_tag(takes_context=True)
def second_factor_missing(context: RequestContext) -> bool:
    """Tell whether the signed-in person may not go on without setting up a second factor."""
    person: Any = context["request"].user
    return second_factor_required(person.pk) and not queries.has_second_factor(person.pk)


@register.simple_tag
def sso_login_url() -> str:
    """Return where single sign-on begins, or ""."""
    return sso.login_url()


@register.simple_tag
def sso_name() -> str:
    """Return how the provider of single sign-on is called, or ""."""
    return sso.name()


@register.filter
def in_fours(code: str) -> str:
    """Return a long code in groups of four characters, for copying by hand."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
