"""A person with an account, and the keys that make them a possible reader."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.people.macs import key_is_authentic

_SELF = "person_id = (SELECT komma_person())"


class Person(AbstractBaseUser):
    """Somebody who signs in: staff, coordinators, partners. Reporters have no account."""

    rows_open = "read at sign-in before anybody is known; holds no case data"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField("E-Mail-Adresse", unique=True)
    name = models.CharField("Name", max_length=120)
    is_active = models.BooleanField("aktiv", default=True)
    is_demo = models.BooleanField(default=False)
    # Nothing of ours reads it, and the moment somebody came is nobody's business.
    last_login = None

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "Person"
        verbose_name_plural = "Personen"

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Tell Django's own tools that nobody is staff here."""
        return False

    @property
    def vault_public(self) -> str | None:
        """The proven public key (``age1…``), or None; reads the key's row when first asked."""
        key = getattr(self, "key", None)
        return key.public if key is not None and key.is_authentic else None


class PersonKey(models.Model):
    """The public half of a person's key; ``mac`` proves that this server issued it.

    MAC over (person, public key) under the server key, so that a key swapped in the database
    is noticed before anything is sealed to it.
    """

    rows_open = "public keys; intake seals to them before anybody is known"

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="key"
    )
    public = models.CharField(max_length=80)
    mac = models.BinaryField()
    created_on = models.DateField()

    def __str__(self) -> str:
        return self.public

    @property
    def is_authentic(self) -> bool:
        """Whether this server made this row."""
        return key_is_authentic(self.person_id, self.public, bytes(self.mac))


class PersonSecret(models.Model):
    """The secret half, twice: under the password (or vault passphrase) and the recovery code."""

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="secret"
    )
    by_password = models.BinaryField()
    by_recovery = models.BinaryField(null=True)

    class Meta:
        constraints = policies(
            "personsecret", select=_SELF, insert=_SELF, update=_SELF, delete=_SELF
        )

    def __str__(self) -> str:
        return str(self.person_id)


class Invitation(models.Model):
    """A mail link with which a person invited by an administration sets up the account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, related_name="invitations"
    )
    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    invited_by = models.UUIDField()

    class Meta:
        constraints = policies(
            "invitation",
            select=(
                "token_hash = (SELECT komma_invitation())"
                " OR organisation_id IN (SELECT komma_administered_organisations())"
            ),
            insert="organisation_id IN (SELECT komma_administered_organisations())",
            update=(
                "token_hash = (SELECT komma_invitation())"
                " OR organisation_id IN (SELECT komma_administered_organisations())"
            ),
            delete="organisation_id IN (SELECT komma_administered_organisations())",
        )

    def __str__(self) -> str:
        return str(self.person_id)
