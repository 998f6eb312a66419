"""Why a register cannot be read."""


class Unreadable(Exception):  # noqa: N818 - reads as a finding
    """The file is no usable register; ``str()`` says in one line what is wrong, and where."""
