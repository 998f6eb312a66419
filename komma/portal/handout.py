"""The regional handout for office and mandate holders: one page with the real numbers on site.

The idea is one of the programme's instruments: people who are threatened look for a telephone
number, not for a brochure.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.core.documents import count_pages, render_pdf
from komma.municipalities.contacts import contacts
from komma.portal.helplines import helplines
from komma.procedures.deadlines import rule_on

if TYPE_CHECKING:
    from komma.municipalities.models import Municipality

_TEMPLATE = Path(__file__).parent / "documents" / "handout.typ"
# Points; the first size with which everything fits on one page is taken.
_SIZES = (12.5, 11, 9.5, 8.5, 7.5)


def handout(municipality: Municipality) -> bytes:
    """Return the handout of a municipality as PDF/UA, always a single A4 page."""
    data = _data(municipality)
    size = next(
        (size for size in _SIZES if count_pages(_TEMPLATE, data | {"size": size}) == 1), _SIZES[-1]
    )
    return render_pdf(_TEMPLATE, data | {"size": size})


def _data(municipality: Municipality) -> dict[str, Any]:
    address = settings.KOMMA_URL.rstrip("/") + reverse("reporting:entry", args=[municipality.slug])
    return {
        "title": _("Angefeindet oder bedroht? Das\N{NO-BREAK SPACE}hilft\N{NO-BREAK SPACE}jetzt."),
        "place": municipality.name,
        "intro": _(
            "Für alle, die in der Kommune ein Amt oder Mandat haben oder dort arbeiten. Was Ihnen "
            "passiert, ist nicht Ihre Schuld, und Sie sind damit nicht allein."
        ),
        "units": [contact._asdict() for contact in contacts(municipality)],
        "report": address,
        "code": _qr_code(address),
        "steps": _steps(),
        "lines": [
            {"name": line.name, "number": line.number, "hours": line.hours} for line in helplines()
        ],
        "stand": _("Stand: %(day)s.") % {"day": f"{today():%d.%m.%Y}"},
        "note": _("Zeiten können sich ändern. Orientierung, keine Rechtsberatung."),
        "words": _words(municipality.emergency_hint),
    }


def _steps() -> list[str]:
    months = rule_on("strafantrag", today()).length
    return [
        _("In Sicherheit bringen, bei Gefahr 110. Bleiben Sie nicht allein."),
        _("Beweise sichern: nichts löschen, Bildschirmfotos mit Datum und Internetadresse."),
        _("Einer Ansprechperson sagen, was passiert ist, auch ohne Namen."),
        _(
            "Anzeige erstatten. Für Beleidigung und Bedrohung: Strafantrag binnen %d Monaten "
            "(§ 77b StGB)."
        )
        % months,
        _("Privatadresse schützen: Auskunftssperre beim Bürgeramt (§ 51 BMG, kostenlos)."),
    ]


def _words(emergency_hint: str) -> dict[str, str]:
    danger = _("In Gefahr: 110")
    return {
        "danger": f"{danger} · {emergency_hint}" if emergency_hint else danger,
        "local": _("Wer hier für Sie da ist"),
        "none": _("Vor Ort ist noch keine Stelle eingetragen. Die Telefone unten sind für Sie da."),
        "report": _("Online melden oder Hilfe holen"),
        "how": _("Ohne Konto, ohne E-Mail-Adresse und, wenn Sie möchten, ohne Namen:"),
        "code": _("QR-Code mit der Internetadresse zum Melden"),
        "first": _("Die ersten Schritte"),
        "national": _("Am Telefon, bundesweit und kostenlos"),
    }


def _qr_code(address: str) -> str:
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2)
    return drawn.getvalue().decode()
