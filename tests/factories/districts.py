"""A Landkreis with a town that has no intake of its own."""

from __future__ import annotations

from django.utils.text import slugify

from komma.municipalities.models import Municipality
from tests.factories.towns import Town, make_town


def make_district(name: str = "Landkreis Musterkreis", ags: str = "05998") -> Town:
    """Create a Landkreis that takes reports; inside ``as_owner()``."""
    district = make_town(name, ags)
    Municipality.objects.filter(pk=district.municipality.pk).update(
        municipality_kind="district", address="Kreishaus 1\n59999 Musterkreis", answer_days=5
    )
    district.municipality.refresh_from_db()
    return district


def make_served(name: str, ags: str, district: Town | None = None) -> Town:
    """Create a town of 800 inhabitants without units, in a Landkreis; inside ``as_owner()``."""
    return Town(
        Municipality.objects.create(
            slug=slugify(name),
            name=name,
            kind="municipality",
            land="NW",
            ags=ags,
            municipality_kind="commune",
            population=800,
            district=district.municipality if district else None,
        )
    )
