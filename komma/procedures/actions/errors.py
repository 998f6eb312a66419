"""Why a change of a procedure was refused."""


class Refused(Exception):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """A change was refused; ``str()`` says to the person why, and what to do."""


class Stale(Refused):
    """Somebody else changed, published or discarded the draft since the page was shown."""
