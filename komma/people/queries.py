"""The door to people, their keys and invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from komma.core.models import SealedSession
from komma.core.rows import use_invitation
from komma.people.models import Invitation, Person, PersonKey, PersonSecret
from komma.people.tokens import token_hash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable


def normalised(email: str) -> str:
    """Return an address as it is stored: without blanks around it, in lower case."""
    return email.strip().lower()


def person_by_email(email: str) -> Person | None:
    """Return the person with this address in any case, or None."""
    return Person.objects.filter(email=normalised(email)).first()


def person_by_id(person_id: UUID) -> Person | None:
    """Return a person, or None."""
    return Person.objects.filter(pk=person_id).first()


def people_by_id(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the people with these ids; unknown ids are left out."""
    return Person.objects.in_bulk(list(ids))


def authentic_public_key(person_id: UUID) -> str | None:
    """Return a person's public key (``age1…``) if this server vouches for it."""
    key = PersonKey.objects.filter(person_id=person_id).first()
    return key.public if key is not None and key.is_authentic else None


def has_vault(person_id: UUID) -> bool:
    """Tell whether a key pair was made for this person."""
    return PersonKey.objects.filter(person_id=person_id).exists()


def own_secret(person_id: UUID) -> PersonSecret | None:
    """Return the wrapped secret key; visible to the person themself only."""
    return PersonSecret.objects.filter(person_id=person_id).first()


def has_second_factor(person_id: UUID) -> bool:
    """Tell whether the person has an authenticator app or a passkey; codes alone do not count."""
    return bool(second_factors(person_id).exists())


def count_second_factors(person_id: UUID) -> int:
    """Return how many authenticator apps and passkeys the person has."""
    return int(second_factors(person_id).count())


def second_factors(person_id: UUID | Combinable) -> QuerySet[Authenticator]:
    """Return the second factors of a person, also to be asked inside another query."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=person_id, type__in=kinds)
    return found


def count_passkeys(person_id: UUID) -> int:
    """Return how many passkeys the person has."""
    found = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.WEBAUTHN)
    return int(found.count())


def passkey(person_id: UUID, pk: int) -> Authenticator | None:
    """Return one passkey of the person, or None."""
    found = Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.WEBAUTHN)
    return found.filter(pk=pk).first()


def is_connected(person_id: UUID) -> bool:
    """Tell whether single sign-on leads to this account."""
    return bool(SocialAccount.objects.filter(user_id=person_id).exists())


def sessions_of(person_id: UUID) -> list[SealedSession]:
    """Return the devices on which the person is signed in, the one used last first."""
    return list(
        SealedSession.objects.filter(person_id=person_id, expire_date__gt=timezone.now()).order_by(
            "-used_on", "session_key"
        )
    )


def invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation of a link, expired and accepted ones included, or None.

    From here to the end of the transaction the database takes the caller for its holder.
    """
    hashed = token_hash(token)
    use_invitation(hashed)
    return Invitation.objects.select_related("person").filter(token_hash=hashed).first()


def open_invitations(organisation_id: UUID) -> list[Invitation]:
    """Return the invitations of an organisation that nobody has accepted yet, newest first.

    Visible to those who administer the organisation; expired ones are included.
    """
    return list(
        Invitation.objects.select_related("person")
        .filter(organisation_id=organisation_id, accepted_at=None)
        .order_by("-expires_at")
    )


def invitation_is_expired(invitation: Invitation) -> bool:
    """Tell whether the link has run out."""
    return invitation.expires_at <= timezone.now()
