"""What forms ask of a place: which body a report is meant for, and who reads there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from komma.core.vault.server import server_mac
from komma.municipalities.chain import Body, chain
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.queries import Receiver, exclusion_choices
from komma.municipalities.routing import meant_body

if TYPE_CHECKING:
    from uuid import UUID

    from komma.municipalities.models import Municipality, Unit


@dataclass
class Town:
    """A place as forms need to know it; looked up when first asked for.

    What the answers so far mean for it (``answers.consider``): ``leaves_house``: the report goes
    outside unless chosen otherwise; ``chosen``: the body that the reporter chose; ``has_two_ways``:
    support or complaint is to be chosen.
    """

    municipality: Municipality
    leaves_house: bool = False
    chosen: UUID | None = None
    has_two_ways: bool = True
    _receivers: dict[UUID, dict[str, Receiver]] = field(default_factory=dict)
    _emergency: dict[UUID, bool] = field(default_factory=dict)

    @cached_property
    def chain(self) -> list[Body]:
        """Everybody responsible for the place, the own house first."""
        return chain(self.municipality)

    @property
    def own(self) -> Body:
        """The own house."""
        return self.chain[0]

    @property
    def open_bodies(self) -> list[Body]:
        """Those who take reports."""
        return [body for body in self.chain if body.is_open]

    @property
    def proposed(self) -> Body | None:
        """The body that gets the report if the reporter chooses none."""
        return meant_body(self.chain, body=None, leaves_house=self.leaves_house)

    @property
    def outside(self) -> Body | None:
        """The first open body beyond the own house."""
        return meant_body(self.chain, body=None, leaves_house=True)

    @property
    def body(self) -> Body | None:
        """The body that the report is meant for, as things stand; None where nobody is open."""
        return meant_body(self.chain, body=self.chosen, leaves_house=self.leaves_house)

    @property
    def house(self) -> Body:
        """The body that questions are about: also where nobody takes new reports."""
        return self.body or self.own

    @property
    def is_open(self) -> bool:
        """Whether reports about the place can be taken, by whichever body."""
        return self.body is not None

    @property
    def units(self) -> dict[str, Unit]:
        """The receiving units by pillar."""
        return {unit.pillar: unit for unit in self.house.units}

    @property
    def receivers(self) -> dict[str, Receiver]:
        """Everybody who might get the report, by a code that does not tell the person's key."""
        return self._receivers_at(self.house)

    @property
    def everybody(self) -> dict[str, Receiver]:
        """The same of all open bodies: whom a reporter excluded before choosing another one."""
        found: dict[str, Receiver] = {}
        for body in [*self.open_bodies, self.house]:
            found |= self._receivers_at(body)
        return found

    @property
    def has_emergency_keys(self) -> bool:
        """Whether reports are also sealed to the two-part emergency key."""
        organisation = self.house.organisation.pk
        if organisation not in self._emergency:
            self._emergency[organisation] = emergency_publics(organisation) is not None
        return self._emergency[organisation]

    @property
    def mail_domains(self) -> list[str]:
        """The domains in which colleagues could read along."""
        elsewhere = self.house.municipality
        return [*self.municipality.mail_domains, *(elsewhere.mail_domains if elsewhere else [])]

    def people(self, codes: list[str]) -> frozenset[UUID]:
        """Return the people behind codes."""
        known = self.everybody if codes else {}
        return frozenset(known[code].person for code in codes)

    def _receivers_at(self, body: Body) -> dict[str, Receiver]:
        organisation = body.organisation.pk
        if organisation not in self._receivers:
            found = exclusion_choices(organisation)
            self._receivers[organisation] = {self._code(each.person): each for each in found}
        return self._receivers[organisation]

    def _code(self, person: UUID) -> str:
        return server_mac("exclusion choice", self.municipality.pk, person)[:8].hex()
