"""A paper with an emergency key, typed by somebody: which key it is, and through whose hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from komma.core.vault.keys import public_of
from komma.core.vault.paper import PaperError, typed_secret
from komma.municipalities.actions.errors import Refused
from komma.municipalities.emergency import (
    PARTS,
    emergency_key_mac,
    has_seen,
    is_authentic,
)
from komma.municipalities.models import EmergencyKey

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def take_paper(*, organisation_id: UUID, part: str, typed: str, by: UUID) -> tuple[str, bool]:
    """Return the secret on a paper, and whether it is that of the present, proven key.

    A paper of an earlier key is none of the present ones, and still opens what was sealed to it:
    where it did, the caller notes it with `note_paper`. For a present one it is done here; then
    the other part is closed to ``by``, whose hands the paper has gone through. Raises
    Refused for a typo (naming the group), for the other part, and for somebody who has seen that.
    """
    with transaction.atomic():
        keys = {key.part: key for key in locked(organisation_id)}
        demand_another_hand(organisation_id, part, by)
        secret = read(typed)
        public = public_of(secret)
        if any(key.public == public for name, key in keys.items() if name != part):
            raise Refused(
                _("Das ist Blatt %(other)s. Hier wird Blatt %(part)s gebraucht.")
                % {"other": other(part), "part": part}
            )
        key = keys.get(part)
        if key is None:
            raise Refused(_("Diesen Schlüssel gibt es noch nicht."))
        if not is_authentic(key):
            raise Refused(_other_key())
        if key.public == public:
            note_hand(key, by)
    return secret, key.public == public


def read(typed: str) -> str:
    """Return the secret that was copied from a paper; raises Refused and names the groups."""
    try:
        return typed_secret(typed)
    except PaperError as error:
        raise Refused(_typo(error)) from error


def demand_present(is_present: bool) -> None:
    """Raise Refused unless the paper is that of the present key."""
    if not is_present:
        raise Refused(_other_key())


def note_paper(*, organisation_id: UUID, part: str, by: UUID) -> None:
    """Note that a paper of this part, also of an earlier key, has gone through somebody's hands."""
    with transaction.atomic():
        for key in locked(organisation_id).filter(part=part):
            note_hand(key, by)


def note_hand(key: EmergencyKey, by: UUID) -> None:
    """Note that the paper of a locked key has gone through somebody's hands."""
    key.seen_by = sorted({by, *key.seen_by})
    key.mac = emergency_key_mac(key.organisation_id, key.part, key.public, key.seen_by)
    key.save(update_fields=["seen_by", "mac"])


def locked(organisation_id: UUID) -> QuerySet[EmergencyKey]:
    """Lock the keys of an organisation; inside a transaction."""
    found = EmergencyKey.objects.select_for_update().filter(organisation_id=organisation_id)
    return found.order_by("part")


def other(part: str) -> str:
    """Return the name of the other part."""
    return next(name for name in PARTS if name != part)


def demand_another_hand(organisation_id: UUID, part: str, by: UUID) -> None:
    """Refuse that both papers go through one hand: together they open every case."""
    if has_seen(by, organisation_id, other(part)):
        raise Refused(
            _(
                "Schlüssel %(other)s ist durch Ihre Hände gegangen. Beide zusammen öffnen jeden "
                "Fall, deshalb übernimmt Schlüssel %(part)s eine andere Person der Verwaltung."
            )
            % {"other": other(part), "part": part}
        )


def _other_key() -> str:
    return _(
        "Das ist ein anderer Schlüssel. Trägt das Blatt die Kennung, die bei den Notfallschlüsseln "
        "steht?"
    )


def _typo(error: PaperError) -> str:
    if not error.groups:
        return _("Da ist ein Tippfehler. Bitte vergleichen Sie Zeichen für Zeichen.")
    if error.after is not None:
        text = _("Bitte vergleichen Sie ab Gruppe %(group)d.") % {"group": error.groups[0]}
        if error.after:
            before = ngettext(
                "Die erste Gruppe stimmt.", "Die ersten %(count)d Gruppen stimmen.", error.after
            )
            text = f"{before % {'count': error.after}} {text}"
        return text + " " + _("Am leichtesten geht es mit einem Leerzeichen nach jeder Gruppe.")
    return ngettext(
        "In Gruppe %(groups)s stimmt ein Zeichen nicht. Bitte vergleichen Sie sie mit dem Blatt.",
        "In den Gruppen %(groups)s stimmt etwas nicht. Bitte vergleichen Sie sie mit dem Blatt.",
        len(error.groups),
    ) % {"groups": ", ".join(map(str, error.groups))}
