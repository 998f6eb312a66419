"""What a holder can do with a case, as tables: address, words, form, rule, action.

The page `cases:step` is made from them; answers have a page of their own because of their files.
"""

from komma.cases.queries import CaseFile
from komma.cases.steps.access import ACCESS_STEPS
from komma.cases.steps.ending import ENDING_STEPS
from komma.cases.steps.planning import PLANNING_STEPS
from komma.cases.steps.step import Step
from komma.cases.steps.working import WORKING_STEPS

__all__ = ["BY_SLUG", "STEPS", "Step", "offered"]

# In the order in which the page of a case offers them.
STEPS = (*WORKING_STEPS, *PLANNING_STEPS, *ACCESS_STEPS, *ENDING_STEPS)
BY_SLUG = {step.slug: step for step in STEPS}


def offered(file: CaseFile) -> list[Step]:
    """Return the steps that this holder can take now."""
    return [step for step in STEPS if step.allowed(file)]
