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
from komma.municipalities.actions.readiness import closing_confirmed
from komma.municipalities.codes import Role
from komma.municipalities.models import Membership, Unit
from komma.municipalities.queries import (
    administrators,
    blurs_with,
    colleagues_in,
    has_membership,
    is_last_receiver,
    memberships_of,
)
from komma.municipalities.rules import (
    may_be_granted,
    may_open_cases,
    membership_is_authentic,
    membership_mac,
    role_fits,
)
from komma.people.actions import add_person, hint, invite, withdraw_invitation
from komma.people.hints import Hint
from komma.people.queries import has_vault, person_by_id

if TYPE_CHECKING:
    from uuid import UUID

    from komma.people.models import Invitation

# SQLSTATE of komma_end_access: the last holder of a case.
_LAST_HOLDER = "KM005"
_HAS_IT = gettext_lazy("Diese Person hat diese Rolle in dieser Stelle schon.")
LAST_KEY = gettext_lazy(
    "Diese Rolle kann erst enden, wenn die Stelle jeden Tag eine weitere Person mit Schlüssel hat. "
    "Bitte nehmen Sie zuerst jemanden auf und warten Sie, bis die Einladung angenommen ist, oder "
    "sehen Sie nach, wer abwesend ist."
)


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
    send_mails: bool = True,
) -> Added:
    """Give somebody a role in a unit; whoever has no vault yet is invited by mail.

    ``title``: the function that reporters see. A role that opens cases is told to the others of
    the unit by mail. Raises Refused if the role does not fit the unit's pillar, the person has it
    already, or the administration would let itself into cases.
    """
    demand_administration(unit.organisation_id, by)
    with transaction.atomic():
        person = add_person(email=email, name=name)
        if may_open_cases(role):
            _demand_somebody_else(person.pk, by)
        membership = appoint(
            unit=unit, person_id=person.pk, role=role, title=title, is_deputy=is_deputy
        )
        note("member.added", organisation_id=unit.organisation_id, by=by)
        invited = send_mails and not has_vault(person.pk)
        if invited:
            _invite(person.pk, unit, by)
        if send_mails:
            _tell_the_others(membership, by)
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
    *,
    membership: Membership,
    role: str,
    title: str,
    is_deputy: bool,
    by: UUID,
    may_close: bool = True,
) -> None:
    """Change role, shown function and deputyship; ends access that the new role does not give.

    The row is proven anew, hence only if it was proven before. Raises WouldClose where the intake
    would close, unless ``may_close``.
    """
    demand_administration(membership.organisation_id, by)
    with closing_confirmed(membership.organisation_id, may_close=may_close):
        kept = Membership.objects.select_for_update().get(pk=membership.pk)
        _demand_proof(kept)
        if not role_fits(role, kept.unit.pillar):
            raise Refused(_("Diese Rolle passt nicht zur Aufgabe der Stelle."))
        if role != kept.role and has_membership(kept.person_id, kept.unit_id, role):
            raise Refused(_HAS_IT)
        opened_cases = may_be_granted(kept.role)
        steps_up = role != kept.role or (kept.is_deputy and not is_deputy)
        gains = may_open_cases(role) and steps_up
        if gains:
            _demand_somebody_else(kept.person_id, by)
        if role != kept.role:
            _keep_an_administrator(kept)
        kept.role, kept.title, kept.is_deputy = role, title, is_deputy
        kept.mac = membership_mac(kept)
        kept.save(update_fields=["role", "title", "is_deputy", "mac"])
        if opened_cases:
            _leave_cases(kept)
        if gains:
            _tell_the_others(kept, by)
        note("member.changed", organisation_id=kept.organisation_id, by=by)


def end_membership(*, membership: Membership, by: UUID, may_close: bool = True) -> None:
    """End a role. From now on the person opens no case of the unit.

    Raises Refused for the last administration, and for the last one of a unit who has a key,
    whether or not there are cases: the administration does not learn that from an answer. Raises
    WouldClose where the intake would close, unless ``may_close``.
    """
    demand_administration(membership.organisation_id, by)
    with closing_confirmed(membership.organisation_id, may_close=may_close):
        kept = Membership.objects.select_for_update().get(pk=membership.pk)
        if kept.ended_on is not None:
            return
        _keep_an_administrator(kept)
        # Against an absence that is being recorded, which asks who else is in the unit.
        Unit.objects.select_for_update(no_key=True).get(pk=kept.unit_id)
        if is_last_receiver(kept):
            raise Refused(LAST_KEY)
        # Without its proof the row stays worthless even if somebody clears the date.
        kept.ended_on, kept.mac = today(), b""
        kept.save(update_fields=["ended_on", "mac"])
        if may_be_granted(kept.role):
            _leave_cases(kept)
        note("member.ended", organisation_id=kept.organisation_id, by=by)


def end_all_memberships(
    *, person_id: UUID, organisation_id: UUID, by: UUID, may_close: bool = True
) -> int:
    """End every role of a person in the organisation, or none; return how many.

    Refused as each of them would be, see `end_membership`.
    """
    demand_administration(organisation_id, by)
    with closing_confirmed(organisation_id, may_close=may_close):
        mine = [m for m in memberships_of(person_id) if m.organisation_id == organisation_id]
        for membership in mine:
            # Whether the intake closes is asked once, when all have ended.
            end_membership(membership=membership, by=by, may_close=True)
    return len(mine)


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


def _demand_somebody_else(person_id: UUID, by: UUID) -> None:
    """Refuse that an administration gives a role with cases to itself."""
    if person_id == by:
        raise Refused(
            _(
                "Wer Konten verwaltet, öffnet keine Fälle: Diese Rolle können Sie sich nicht "
                "selbst geben. Bitte nehmen Sie eine andere Person dafür auf."
            )
        )


def _tell_the_others(membership: Membership, by: UUID) -> None:
    """Mail the unit's others that somebody can open cases now, so that they can object."""
    if may_open_cases(membership.role):
        for colleague in sorted(colleagues_in(membership.unit_id) - {membership.person_id, by}):
            hint(colleague, Hint.COLLEAGUE)


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

    The database knows which ones; the administration does not learn it. A refusal has the words
    that it has without any case.
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
        raise Refused(LAST_KEY) from error
