"""Telling the next body in the chain of responsibility that somebody waits longer than promised."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from komma.cases.silence import mail_address
from komma.core import mail
from komma.municipalities.chain import chain
from komma.municipalities.queries import municipality_by_id


def tell_next_body(body: UUID, town: UUID) -> bool:
    """Send that mail; False where the body is not in the chain any more, or has no address."""
    municipality = municipality_by_id(town)
    if municipality is None:
        return False
    found = next((b for b in chain(municipality) if b.organisation.pk == body), None)
    address = mail_address(found) if found else ""
    if not address:
        return False
    text = _(
        "Guten Tag,\n\nin %(town)s wartet eine Person länger als zugesagt auf eine Antwort auf "
        "ihre Meldung. Sie hat uns gebeten, es Ihnen zu sagen, und wendet sich vielleicht selbst "
        "an Sie: Ihre Stelle steht dort als die nächste.\n\nWer es ist und was gemeldet wurde, "
        "steht in dieser Nachricht nicht. Bitte fragen Sie in %(town)s nach, ob jede Meldung "
        "beantwortet ist.\n\nDiese Nachricht wurde automatisch verschickt.\n"
    )
    subject = _("KommA: Jemand wartet auf eine zugesagte Antwort")
    mail.send(mail.NeutralMail(subject, text % {"town": municipality.name}), to=address)
    return True
