"""Finding a municipality by whatever people type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from komma.municipalities.codes import Pillar
from komma.municipalities.models import (
    FormerName,
    Municipality,
    Organisation,
    OrganisationModule,
    RoundPart,
    Unit,
)

if TYPE_CHECKING:
    from uuid import UUID

LONGEST_SEARCH: Final = 100  # characters
_POSTCODE_DIGITS: Final = 5
_ENDED = ExpressionWrapper(Q(valid_until__isnull=False), output_field=BooleanField())
_OPENED = ExpressionWrapper(Q(opened_on__isnull=False), output_field=BooleanField())


def find_municipalities(text: str) -> QuerySet[Municipality]:
    """Return municipalities by name, former name, official key or postcode of the seat.

    Umlauts, ß, "Sankt", hyphens, blanks and the small words of place names are forgiven
    (``komma_search_fold``). Exact names come first, then those that begin with it; among them
    those with an intake of their own, then the larger ones; ended ones last. Without a text: those
    that take part, by name.
    """
    text = " ".join(text.replace("\x00", "").split())[:LONGEST_SEARCH]
    found = Municipality.objects.select_related("district", "successor")
    if not text:
        return participating().order_by("sort_key", "ags")
    digits = re.sub(r"\s", "", text)
    if digits.isdecimal() and digits.isascii():
        return _ranked(found.filter(_by_number(digits)), _rank_of_number(digits))
    folded = _fold(text)
    if not folded:
        return found.none()
    return _ranked(found.filter(_by_name(folded)), _rank_of_name(text, folded))


def participating() -> QuerySet[Municipality]:
    """Return the municipalities with a part in a programme round, or a Baustein and units.

    A Baustein alone is on from the beginning, also where nobody has come yet.
    """
    modules = OrganisationModule.objects.filter(organisation_id=OuterRef("pk"))
    units = Unit.objects.filter(organisation_id=OuterRef("pk")).exclude(
        pillar=Pillar.ADMINISTRATION
    )
    parts = RoundPart.objects.filter(organisation_id=OuterRef("pk"))
    found = Municipality.objects.select_related("district", "successor")
    return found.filter(Exists(parts) | Exists(modules) & Exists(units))


def towns_of(district_id: UUID) -> QuerySet[Municipality]:
    """Return the present municipalities of a Kreis, by name."""
    found = Municipality.objects.select_related("district", "successor")
    return found.filter(district_id=district_id, valid_until__isnull=True).order_by(
        "sort_key", "ags"
    )


def _ranked(found: QuerySet[Municipality], rank: Case) -> QuerySet[Municipality]:
    return found.annotate(ended=_ENDED, opened=_OPENED, rank=rank).order_by(
        "ended", "rank", "-opened", F("population").desc(nulls_last=True), "sort_key", "ags"
    )


def _by_number(digits: str) -> Q:
    numbered = Q(ags__startswith=digits)
    if len(digits) == _POSTCODE_DIGITS:
        numbered |= Q(seat_postcode=digits)
    present = Municipality.objects.filter(numbered).values("pk")
    former = FormerName.objects.filter(text__startswith=digits).values("municipality")
    return Q(pk__in=present.union(former))


def _rank_of_number(digits: str) -> Case:
    return Case(When(Q(ags=digits) | Q(seat_postcode=digits), then=0), default=1)


def _by_name(folded: str) -> Q:
    """Collect the keys first: with OR across tables the planner would join all of them."""
    written = Q(search_key__contains=folded) | Q(search_key__contains=_shortened(folded))
    present = Organisation.objects.filter(written).values("pk")
    former = FormerName.objects.filter(search_key__contains=folded).values("municipality")
    return Q(pk__in=present.union(former))


def _rank_of_name(text: str, folded: str) -> Case:
    # "Halle (Saale)" is called Halle, and is not to stand behind a village of that name.
    exact = Q(search_key__contains=f"|{folded}|") | Q(name__istartswith=f"{text} (")
    district = Q(search_key__contains=f"|landkreis{folded}|")
    district |= Q(search_key__contains=f"|kreis{folded}|")
    begins = Q(search_key__contains=f"|{folded}")
    return Case(
        When(exact, then=Value(0)),
        When(district | begins, then=Value(1)),
        When(Q(search_key__contains=folded), then=Value(2)),
        default=Value(3),
    )


def _fold(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_search_fold(normalize(%s::text))", [text])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _shortened(folded: str) -> str:
    """Return it as in the third part of a search key."""
    for written, short in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        folded = folded.replace(written, short)
    return folded.upper()
