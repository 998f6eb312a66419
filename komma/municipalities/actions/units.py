"""Units: adding, changing, removing while nothing hangs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.codes import RECEIVING_PILLARS
from komma.municipalities.models import Unit
from komma.municipalities.queries import receiving_unit

if TYPE_CHECKING:
    from uuid import UUID

_ONE_ONLY = gettext_lazy("Eine Stelle für diese Aufgabe gibt es schon. Bitte ändern Sie jene.")


def create_unit(
    *,
    organisation_id: UUID,
    name: str,
    pillar: str,
    about: str,
    by: UUID,
    phone: str = "",
    email: str = "",
    hours: str = "",
) -> Unit:
    """Add a unit; of each receiving pillar there is one at most.

    ``phone``, ``email`` and ``hours`` are public.
    """
    demand_administration(organisation_id, by)
    if pillar in RECEIVING_PILLARS and receiving_unit(organisation_id, pillar):
        raise Refused(_ONE_ONLY)
    unit = Unit(
        organisation_id=organisation_id,
        name=name,
        pillar=pillar,
        about=about,
        phone=phone,
        email=email,
        hours=hours,
    )
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
            note("unit.created", organisation_id=organisation_id, by=by)
    except IntegrityError as error:  # the same form sent twice
        raise Refused(_ONE_ONLY) from error
    return unit


def change_unit(
    *,
    unit: Unit,
    name: str,
    about: str,
    by: UUID,
    phone: str = "",
    email: str = "",
    hours: str = "",
) -> None:
    """Change how a unit presents itself. Its pillar stays: memberships are proven for it."""
    demand_administration(unit.organisation_id, by)
    with transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(
            name=name, about=about, phone=phone, email=email, hours=hours
        )
        note("unit.changed", organisation_id=unit.organisation_id, by=by)


def remove_unit(*, unit: Unit, by: UUID) -> None:
    """Remove a unit on which nothing hangs: no people, former ones included, and no cases.

    The account administration sees no cases, and the refusal does not tell of them: who has cases
    has, or had, people too.
    """
    demand_administration(unit.organisation_id, by)
    try:
        with transaction.atomic():
            # Past the ORM's cascade, which sees only what the row policies show.
            Unit.objects.filter(pk=unit.pk)._raw_delete(using=connection.alias)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            note("unit.removed", organisation_id=unit.organisation_id, by=by)
    except IntegrityError as error:
        raise Refused(
            _(
                "Diese Stelle bleibt bestehen: Zu ihr gehören Personen, auch frühere, oder eine "
                "andere Kommune verweist auf sie."
            )
        ) from error
