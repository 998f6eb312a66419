"""Why an action on accounts was refused; the messages are for people to read."""

from django.utils.translation import gettext_lazy as _


class AccountError(Exception):
    """An action was refused; ``str()`` says why and what to do."""


class InvitationClosed(AccountError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """The link is unknown, expired, withdrawn or used."""

    def __init__(self) -> None:
        super().__init__(
            _("Dieser Link gilt nicht mehr. Bitte lassen Sie sich einen neuen schicken.")
        )


class AccountExists(AccountError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """The invited person signs in already; the link must not set another password."""

    def __init__(self) -> None:
        super().__init__(_("Sie haben schon ein Konto. Bitte melden Sie sich an."))


class VaultExists(AccountError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """There is a key pair; another one in its place would cut off all cases of the old one."""

    def __init__(self) -> None:
        super().__init__(_("Sie haben schon einen Tresor."))
