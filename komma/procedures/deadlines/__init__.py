"""Legal deadlines: versioned rules, and when they end. Orientation, no legal advice (RDG)."""

from komma.procedures.deadlines.catalogue import (
    Matter,
    Rule,
    all_matters,
    all_rules,
    due_for_checking,
    early_rules,
    ended_rules,
    gaps,
    orphaned,
    rule_on,
    rules_for,
)
from komma.procedures.deadlines.engine import Deadline, Facts, deadline_from, deadlines
from komma.procedures.deadlines.periods import Unit, end_of_period
from komma.procedures.deadlines.working_days import Place, next_working_day

__all__ = [
    "Deadline",
    "Facts",
    "Matter",
    "Place",
    "Rule",
    "Unit",
    "all_matters",
    "all_rules",
    "deadline_from",
    "deadlines",
    "due_for_checking",
    "early_rules",
    "end_of_period",
    "ended_rules",
    "gaps",
    "next_working_day",
    "orphaned",
    "rule_on",
    "rules_for",
]
