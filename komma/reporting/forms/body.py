"""Who shall care: which house gets the report, and on which way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from komma.core.ui.choices import hinted
from komma.municipalities.codes import Pillar
from komma.municipalities.routing import unit_for
from komma.reporting.forms.steps import StepForm, one_of
from komma.reporting.rules import INSIDE_PILLARS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from komma.municipalities.chain import Body
    from komma.municipalities.models import Unit


_WAYS: dict[str, StrOrPromise] = {
    Pillar.SUPPORT: _(
        "Vertraulich und ohne Verfahren. Sie bestimmen, was geschieht. Gut, wenn Sie erst"
        " reden, sich beraten lassen oder Schutz möchten."
    ),
    Pillar.COMPLAINT: _(
        "Ein förmliches Verfahren (§ 13 AGG): Die Beschwerde wird geprüft, die Person, um"
        " die es geht, wird angehört, und Sie erfahren das Ergebnis."
    ),
}


class BodyForm(StepForm):
    """Who should act: which body, and for what may have come from inside, in which way.

    The way is asked only where the body offers two; ``only_way``: else the unit that cares there.
    """

    body = one_of(
        [],
        _("Eine andere Stelle wählen"),
        error_messages={
            "invalid_choice": _(
                "Diese Stelle nimmt gerade keine Meldungen an. Bitte wählen Sie eine andere."
            )
        },
    )
    pillar = one_of([], _("Auf welchem Weg?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A function: the database is asked only where the question is shown or was answered.
        self._choose("body", self._bodies)
        self.only_way: Unit | None = None
        if self.town.leaves_house:
            self.fields["body"].label = _("Wer soll Ihre Meldung bekommen?")
        else:
            self.folded = ("body",)
        self._ask_for_the_way()

    def _ask_for_the_way(self) -> None:
        offered = self._ways() if self.town.has_two_ways else []
        if len(offered) < len(INSIDE_PILLARS):
            del self.fields["pillar"]
            if self.town.has_two_ways:
                self.only_way = unit_for(INSIDE_PILLARS[0], self.town.house.units)
            return
        self._choose("pillar", offered)
        if self.town.leaves_house:
            name = self.town.house.organisation.name
            self.fields["pillar"].help_text = _("Bei: %(name)s") % {"name": name}
        if not self.is_bound:
            self.initial.setdefault("pillar", offered[0][0])

    def clean(self) -> dict[str, Any]:
        """Ask again where the body that was chosen has other ways than those that were asked.

        So that nobody gets into a formal procedure, or out of it, without a word.
        """
        found: dict[str, Any] = super().clean() or {}
        name, posted = self.town.house.organisation.name, self.data.get("pillar")
        if "pillar" in self.fields:
            if found.get("body") and not found.get("pillar") and "pillar" not in self.errors:
                text = _("%(name)s bietet zwei Wege an. Bitte wählen Sie einen davon.")
                self.add_error("pillar", text % {"name": name})
        elif self.only_way and posted and posted != self.only_way.pillar:
            text = _(
                "Den gewählten Weg gibt es bei %(name)s nicht. Bitte lesen Sie, wer sich dort"
                " kümmert, oder wählen Sie eine andere Stelle."
            )
            self.add_error("body", text % {"name": name})
        return found

    def _choose(self, name: str, choices: Any) -> None:
        field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
        field.choices = choices

    def _bodies(self) -> list[tuple[str, Any]]:
        """Return the open bodies, the proposed one first.

        It has the empty value, so that "as proposed" stays true when another answer changes who
        is proposed; only what was chosen against the proposal is kept.
        """
        proposed = self.town.proposed
        found = sorted(self.town.open_bodies, key=lambda body: body is not proposed)
        kept = str(self["body"].value() or "")
        return [
            ("" if body is proposed and key != kept else key, self._body(body, proposed))
            for body in found
            for key in [str(body.organisation.pk)]
        ]

    def _body(self, body: Body, proposed: Body | None) -> Any:
        readers = dict.fromkeys(
            each.title for found in body.receivers.values() for each in found if not each.is_deputy
        )
        hints: list[StrOrPromise] = [f"{capfirst(body.reason.label)}."]
        if body.seat:
            hints.append(_("Sitz: %(seat)s.") % {"seat": body.seat})
        hints.append(_("Es lesen: %(titles)s.") % {"titles": ", ".join(readers)})
        if body.is_own and self.town.leaves_house:
            hints.append(
                _(
                    "Das ist das eigene Haus: Wer dort liest, arbeitet für die Spitze der"
                    " Verwaltung und den Rat oder mit ihnen."
                )
            )
        name = body.organisation.name
        label = _("%(name)s (vorgeschlagen)") % {"name": name} if body is proposed else name
        return hinted(label, " ".join(str(hint) for hint in hints))

    def _ways(self) -> list[tuple[str, Any]]:
        offered = [pillar for pillar in INSIDE_PILLARS if pillar in self.town.units]
        return [(pillar, self._way(pillar)) for pillar in offered]

    def _way(self, pillar: str) -> Any:
        return hinted(self.town.units[pillar].name, _WAYS[pillar])

    @property
    def only_way_text(self) -> StrOrPromise:
        """What happens on the only way."""
        return _WAYS.get(self.only_way.pillar, "") if self.only_way else ""
