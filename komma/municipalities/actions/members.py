"""Members: adding by mail, changing, ending; each row carries the server's proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.core.dates import today
from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.codes import Role
from komma.municipalities.models import Membership, Unit
from komma.municipalities.queries import administrators, blurs_with, has_membership
from komma.municipalities.rules import (
    may_be_granted,
    membership_is_authentic,
    membership_mac,
    role_fits,
)
from komma.people.actions import add_person, invite, withdraw_invitation
from komma.people.queries import has_vault, person_by_id

if TYPE_CHECKING:
    from uuid import UUID

    from komma.people.models import Invitation

# SQLSTATE of komma_end_access: the last holder of a case.
_LAST_HOLDER = "KM005"
_HAS_IT = gettext_lazy("Diese Person hat diese Rolle in dieser Stelle schon.")


@dataclass(frozen=True)
class Added:
    """A new membership; whether an invitation was mailed, and whether two procedures blur."""

    membership: Membership
    invited: bool
    blurs: bool


def add_member(
    *,
    unit: Unit,
    email: str,
    name: str,
    role: str,
    title: str,
    is_deputy: bool,
    by: UUID,
    send_invitation: bool = True,
) -> Added:
    """Give somebody a role in a unit; whoever has no vault yet is invited by mail.

    ``title``: the function that reporters see. Raises Refused if the role does not fit the
    unit's pillar or the person has it already.
    """
    demand_administration(unit.organisation_id, by)
    with transaction.atomic():
        person = add_person(email=email, name=name)
        membership = appoint(
            unit=unit, person_id=person.pk, role=role, title=title, is_deputy=is_deputy
        )
        note("member.added", organisation_id=unit.organisation_id, by=by)
        invited = send_invitation and not has_vault(person.pk)
        if invited:
            _invite(person.pk, unit, by)
        return Added(membership, invited, blurs_with(person.pk, unit.organisation_id))


def appoint(
    *, unit: Unit, person_id: UUID, role: str, title: str, is_deputy: bool = False
) -> Membership:
    """Make and prove the membership row; private to the actions of this app."""
    if not role_fits(role, unit.pillar):
        raise Refused(
            _("Die Rolle „%(role)s“ passt nicht zur Aufgabe „%(pillar)s“.")
            % {"role": Role(role).label, "pillar": unit.get_pillar_display()}
        )
    if has_membership(person_id, unit.pk, role):
        raise Refused(_HAS_IT)
    membership = Membership(
        person_id=person_id,
        organisation_id=unit.organisation_id,
        unit=unit,
        role=role,
        title=title,
        is_deputy=is_deputy,
    )
    membership.mac = membership_mac(membership)
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:  # the same form sent twice
        raise Refused(_HAS_IT) from error
    return membership


def change_member(
    *, membership: Membership, role: str, title: str, is_deputy: bool, by: UUID
) -> None:
    """Change role, shown function and deputyship; ends access that the new role does not give.

    The row is proven anew, hence only if it was proven before.
    """
    demand_administration(membership.organisation_id, by)
    with transaction.atomic():
        kept = Membership.objects.select_for_update().get(pk=membership.pk)
        _demand_proof(kept)
        if not role_fits(role, kept.unit.pillar):
            raise Refused(_("Diese Rolle passt nicht zur Aufgabe der Stelle."))
        if role != kept.role and has_membership(kept.person_id, kept.unit_id, role):
            raise Refused(_HAS_IT)
        opened_cases = may_be_granted(kept.role)
        if role != kept.role:
            _keep_an_administrator(kept)
        kept.role, kept.title, kept.is_deputy = role, title, is_deputy
        kept.mac = membership_mac(kept)
        kept.save(update_fields=["role", "title", "is_deputy", "mac"])
        if opened_cases:
            _leave_cases(kept)
        note("member.changed", organisation_id=kept.organisation_id, by=by)


def end_membership(*, membership: Membership, by: UUID) -> None:
    """End a role. From now on the person opens no case of the unit.

    Raises Refused for the last administration, and where a case would be left that nobody can
    open any more.
    """
    demand_administration(membership.organisation_id, by)
    with transaction.atomic():
        kept = Membership.objects.select_for_update().get(pk=membership.pk)
        if kept.ended_on is not None:
            return
        _keep_an_administrator(kept)
        # Without its proof the row stays worthless even if somebody clears the date.
        kept.ended_on, kept.mac = today(), b""
        kept.save(update_fields=["ended_on", "mac"])
        if may_be_granted(kept.role):
            _leave_cases(kept)
        note("member.ended", organisation_id=kept.organisation_id, by=by)


def invite_again(*, invitation: Invitation, by: UUID) -> None:
    """Mail a fresh link; the earlier one stops working."""
    demand_administration(invitation.organisation_id, by)
    person = person_by_id(invitation.person_id)
    if person is None or not person.is_active:
        raise Refused(_("Dieses Konto gibt es nicht mehr."))
    invite(
        person=person,
        organisation_id=invitation.organisation_id,
        organisation_name=invitation.organisation_name,
        by=by,
    )


def withdraw(*, invitation: Invitation, by: UUID) -> None:
    """Make an invitation's link stop working; the memberships stay until they are ended."""
    demand_administration(invitation.organisation_id, by)
    withdraw_invitation(invitation, by=by)


def _invite(person_id: UUID, unit: Unit, by: UUID) -> None:
    person = person_by_id(person_id)
    if person is not None:
        invite(
            person=person,
            organisation_id=unit.organisation_id,
            organisation_name=unit.organisation.name,
            by=by,
        )


def _demand_proof(membership: Membership) -> None:
    if not membership_is_authentic(membership, membership.mac):
        raise Refused(
            _(
                "Diese Mitgliedschaft wurde nicht von KommA angelegt und wird nicht bestätigt. "
                "Bitte beenden Sie sie und nehmen Sie die Person neu auf."
            )
        )


def _keep_an_administrator(membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATION:
        return
    others = [a for a in administrators(membership.organisation_id) if a.pk != membership.pk]
    if not others:
        raise Refused(
            _(
                "Das ist die letzte Verwaltung der Konten. "
                "Bitte nehmen Sie zuerst eine weitere Person dafür auf."
            )
        )


def _leave_cases(membership: Membership) -> None:
    """Take away the case keys for which no role is left.

    The database knows which ones; the administration does not learn it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT komma_end_access(%s, %s, %s)",
                [membership.person_id, membership.organisation_id, membership.unit_id],
            )
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != _LAST_HOLDER:
            raise
        raise Refused(
            _(
                "Diese Person ist die letzte, die bestimmte Fälle öffnen kann. Bitte lassen Sie "
                "diese Fälle zuerst an eine Kollegin oder einen Kollegen weitergeben."
            )
        ) from error
