"""What changes accounts: the only door for writing."""

from komma.people.actions.accounts import (
    add_person,
    change_password,
    rename,
    request_reset,
    reset_password,
    tell_of_change,
)
from komma.people.actions.errors import (
    AccountError,
    AccountExists,
    InvitationClosed,
    VaultExists,
)
from komma.people.actions.factors import remove_second_factors
from komma.people.actions.hinting import hint
from komma.people.actions.invitations import (
    Accepted,
    accept_invitation,
    invite,
    join_by_invitation,
    withdraw_invitation,
)
from komma.people.actions.sessions import disconnect, end_other_sessions, end_session
from komma.people.actions.vault import (
    create_vault,
    open_with_code,
    open_with_password,
    renew_recovery_code,
    replace_vault,
    rewrap,
)

__all__ = [
    "Accepted",
    "AccountError",
    "AccountExists",
    "InvitationClosed",
    "VaultExists",
    "accept_invitation",
    "add_person",
    "change_password",
    "create_vault",
    "disconnect",
    "end_other_sessions",
    "end_session",
    "hint",
    "invite",
    "join_by_invitation",
    "open_with_code",
    "open_with_password",
    "remove_second_factors",
    "rename",
    "renew_recovery_code",
    "replace_vault",
    "request_reset",
    "reset_password",
    "rewrap",
    "tell_of_change",
    "withdraw_invitation",
]
