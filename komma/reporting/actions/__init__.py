"""All changes of reporting: drafts, sending, the pending receipt."""

from komma.reporting.actions.drafts import (
    add_files,
    discard,
    remove_file,
    save_answers,
    start_draft,
)
from komma.reporting.actions.expiry import delete_expired
from komma.reporting.actions.sending import (
    NobodyLeft,
    Sending,
    confirm_receipt,
    lock_sending,
    send,
)

__all__ = [
    "NobodyLeft",
    "Sending",
    "add_files",
    "confirm_receipt",
    "delete_expired",
    "discard",
    "lock_sending",
    "remove_file",
    "save_answers",
    "send",
    "start_draft",
]
