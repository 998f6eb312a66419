"""Row-level security: who may see a row is decided by PostgreSQL.

``RowPolicy`` is a constraint that stands in ``Meta.constraints`` of a model and comes by
migration. The variables that policies read are set for one transaction only, by the functions
re-exported here.
"""

from komma.core.rows.context import (
    acting_as,
    become,
    current_person,
    use_draft,
    use_invitation,
    use_receipt,
)
from komma.core.rows.policy import RowPolicy, policies

__all__ = [
    "RowPolicy",
    "acting_as",
    "become",
    "current_person",
    "policies",
    "use_draft",
    "use_invitation",
    "use_receipt",
]
