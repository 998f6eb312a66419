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
from komma.municipalities.emergency import emergency_key_mac, is_authentic
from komma.municipalities.models import EmergencyKey

if TYPE_CHECKING:
    from uuid import UUID

PARTS = ("A", "B")


def make_emergency_key(*, organisation_id: UUID, part: str, by: UUID) -> str:
    """Make key ``A`` or ``B`` in place of the one before and return its secret half.

    The secret is kept nowhere: it is for paper. Nothing is sealed to the key before
    ``verify_emergency_key``. Cases sealed to the key before still need that one.
    """
    demand_administration(organisation_id, by)
    if part not in PARTS:
        raise ValueError(part)
    pair = new_key_pair()
    with transaction.atomic():
        EmergencyKey.objects.filter(organisation_id=organisation_id, part=part).delete()
        EmergencyKey(
            organisation_id=organisation_id,
            part=part,
            public=pair.public,
            mac=emergency_key_mac(organisation_id, part, pair.public),
        ).save(force_insert=True)
        note("emergency.made", organisation_id=organisation_id, by=by)
    return pair.secret


def verify_emergency_key(*, organisation_id: UUID, part: str, typed: str, by: UUID) -> None:
    """Note that the paper was read today; from then on cases are sealed to the key.

    ``typed``: the secret half in any case and with any blanks; it is compared and forgotten.
    Raises Refused if it is not the secret of the stored, proven key.
    """
    demand_administration(organisation_id, by)
    key = EmergencyKey.objects.filter(organisation_id=organisation_id, part=part).first()
    if key is None:
        raise Refused(_("Diesen Schlüssel gibt es noch nicht."))
    try:
        public = public_of("".join(typed.split()).upper())
    except VaultError as error:
        raise Refused(
            _("Da ist ein Tippfehler. Bitte vergleichen Sie Zeichen für Zeichen.")
        ) from error
    if public != key.public or not is_authentic(key):
        raise Refused(_("Das ist ein anderer Schlüssel. Gehört das Blatt zu diesem Teil?"))
    with transaction.atomic():
        EmergencyKey.objects.filter(pk=key.pk).update(verified_on=today())
        note("emergency.verified", organisation_id=organisation_id, by=by)
