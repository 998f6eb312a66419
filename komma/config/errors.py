"""The one error that operators see as a line instead of a stack trace."""


class SetupError(Exception):
    """A state of the installation that its operator can put right.

    The message is one English sentence that names the setting or file and what to do; it never
    contains a password or the address of a database.
    """
