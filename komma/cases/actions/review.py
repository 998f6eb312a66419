"""Private to the actions: after an incident of level 2 or more the risk assessment is reviewed."""

from __future__ import annotations

from komma.cases.codes import Level
from komma.cases.models import Case, CaseExclusion
from komma.core.dates import today
from komma.municipalities.codes import Pillar
from komma.prevention.actions import require_review
from komma.procedures.codes import Side


def ask_for_review(case: Case, pillar: str, former: int | None) -> None:
    """Ask the own house for a review once a locked case has risen to level 2 or more.

    Only for what came from outside: measures against it are the house's. Not where somebody is
    excluded, since the wish for a review would tell them that there is something; then the step of
    the procedure reminds those who know. Nor where the case concerns another municipality.
    """
    rises = (case.level or 0) >= Level.VIOLENT > (former or 0)
    from_outside = pillar == Pillar.ASSAULT and case.side != Side.INSIDE
    at_home = case.concerns_id == case.organisation_id
    if rises and from_outside and at_home and not _has_exclusions(case):
        require_review(case.organisation_id, today())


def _has_exclusions(case: Case) -> bool:
    return CaseExclusion.objects.filter(case=case).exists()
