"""The two emergency keys: making them once, and proving that the paper can still be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.core.vault.envelope import VaultError
from komma.core.vault.keys import new_key_pair, public_of
from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.emergency import emergency_key_mac, has_seen, is_authentic
from komma.municipalities.models import EmergencyKey

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

PARTS = ("A", "B")


def make_emergency_key(*, organisation_id: UUID, part: str, by: UUID) -> str:
    """Make key ``A`` or ``B`` in place of the one before and return its secret half.

    The secret is kept nowhere: it is for paper. Nothing is sealed to the key before
    ``verify_emergency_key``. Cases sealed to the key before still need that one. Raises Refused
    for somebody who has seen a paper of the other part.
    """
    demand_administration(organisation_id, by)
    if part not in PARTS:
        raise ValueError(part)
    pair = new_key_pair()
    with transaction.atomic():
        former = list(_locked(organisation_id, part))
        _demand_another_hand(organisation_id, part, by)
        seen_by = sorted({by}.union(*(key.seen_by for key in former)))
        EmergencyKey.objects.filter(organisation_id=organisation_id, part=part).delete()
        EmergencyKey(
            organisation_id=organisation_id,
            part=part,
            public=pair.public,
            seen_by=seen_by,
            mac=emergency_key_mac(organisation_id, part, pair.public, seen_by),
        ).save(force_insert=True)
        note("emergency.made", organisation_id=organisation_id, by=by)
    return pair.secret


def verify_emergency_key(*, organisation_id: UUID, part: str, typed: str, by: UUID) -> None:
    """Note that the paper was read today; from then on cases are sealed to the key.

    ``typed``: the secret half in any case and with any blanks; it is compared and forgotten.
    Raises Refused if it is not the secret of the stored, proven key, or for somebody who has seen
    a paper of the other part.
    """
    demand_administration(organisation_id, by)
    _demand_another_hand(organisation_id, part, by)
    with transaction.atomic():
        key = _locked(organisation_id, part).first()
        if key is None:
            raise Refused(_("Diesen Schlüssel gibt es noch nicht."))
        _demand_its_secret(key, typed)
        key.verified_on, key.seen_by = today(), sorted({by, *key.seen_by})
        key.mac = emergency_key_mac(organisation_id, part, key.public, key.seen_by)
        key.save(update_fields=["verified_on", "seen_by", "mac"])
        note("emergency.verified", organisation_id=organisation_id, by=by)


def _locked(organisation_id: UUID, part: str) -> QuerySet[EmergencyKey]:
    return EmergencyKey.objects.select_for_update().filter(
        organisation_id=organisation_id, part=part
    )


def _demand_its_secret(key: EmergencyKey, typed: str) -> None:
    try:
        public = public_of("".join(typed.split()).upper())
    except VaultError as error:
        raise Refused(
            _("Da ist ein Tippfehler. Bitte vergleichen Sie Zeichen für Zeichen.")
        ) from error
    if public != key.public or not is_authentic(key):
        raise Refused(_("Das ist ein anderer Schlüssel. Gehört das Blatt zu diesem Teil?"))


def _demand_another_hand(organisation_id: UUID, part: str, by: UUID) -> None:
    """Refuse that both papers go through one hand: together they open every case."""
    other = next(name for name in PARTS if name != part)
    if has_seen(by, organisation_id, other):
        raise Refused(
            _(
                "Schlüssel %(other)s ist durch Ihre Hände gegangen. Beide zusammen öffnen jeden "
                "Fall, deshalb übernimmt Schlüssel %(part)s eine andere Person der Verwaltung."
            )
            % {"other": other, "part": part}
        )
