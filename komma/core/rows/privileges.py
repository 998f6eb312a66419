"""What the runtime roles may do with whole tables; row policies narrow it down further.

By default both may read and write every table, and its policies decide. Named here are the tables
for which that is too much: those without policies, and those that a role has no business with.
The tables of cases and of the audit log are closed where they are made, in their migrations.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ALL: Final = "SELECT, INSERT, UPDATE, DELETE"
READ: Final = "SELECT"
NOTHING: Final = ""


class Allowed(NamedTuple):
    """The privileges of both roles on the tables whose name begins with ``tables``."""

    tables: str
    web: str
    worker: str


# The first line that fits a table counts.
PRIVILEGES: Final = (
    Allowed("people_", ALL, READ),  # the worker looks up addresses and whether somebody is active
    Allowed("mfa_", ALL, NOTHING),
    Allowed("account_", ALL, NOTHING),
    Allowed("socialaccount_", ALL, NOTHING),
    # Deletes what has ended, and for that reads no column but the end.
    Allowed("core_sealedsession", ALL, "SELECT (expire_date), DELETE"),
    # Public facts that only the owner changes.
    Allowed("municipalities_programmeround", READ, READ),
    Allowed("municipalities_roundpart", READ, READ),
    Allowed("municipalities_formername", READ, READ),
    Allowed("municipalities_registerimport", READ, READ),
    Allowed("municipalities_organisationmodule", ALL, READ),
    # What an administration tells and decides; not what its house is and for whom it answers, or it
    # would put itself into the chain of every place in the country.
    Allowed(
        "municipalities_organisation",
        "SELECT, UPDATE (about, address, phone, email, website, hours, staff_council_on,"
        " data_protection_on, opened_on)",
        READ,
    ),
    Allowed(
        "municipalities_municipality",
        "SELECT, UPDATE (answer_days, names_shown, serves_towns, emergency_hint, mail_domains,"
        " fallback_unit_id)",
        READ,
    ),
    # The worker keeps the protocol of the intake and tidies up what is over.
    Allowed("municipalities_intakeevent", "SELECT, INSERT", "SELECT, INSERT, DELETE"),
    Allowed("municipalities_absence", "SELECT, DELETE", "SELECT, DELETE"),
    Allowed("municipalities_emergencydrill", ALL, "SELECT, DELETE"),
    Allowed("municipalities_", ALL, READ),
    # Django's own; only migrations write them.
    Allowed("auth_", READ, READ),
    Allowed("django_", READ, READ),
    # Jobs tell of people and of cases to come. The web role adds some through OPENED and sees none.
    Allowed("procrastinate_", NOTHING, ALL),
)

# Functions of procrastinate that run with the owner's rights, so that nobody who adds a job needs
# to read or change the queue; any version of them.
OPENED: Final = "procrastinate_defer_jobs_"


def allowed(table: str) -> Allowed | None:
    """Return what is allowed on a table, or None where its migrations decide."""
    return next((line for line in PRIVILEGES if table.startswith(line.tables)), None)
