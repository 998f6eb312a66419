"""Why an action was refused."""


class Refused(Exception):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """An action was refused; ``str()`` says to the person why, and what to do."""
