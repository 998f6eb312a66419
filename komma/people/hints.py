"""What a hint by mail can say: a few codes, and never more than that something awaits."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from komma.core.mail import NeutralMail


class Hint(StrEnum):
    """Kinds of hints; a job carries nothing but a person and one of these."""

    NEWS = "news"
    ACUTE = "acute"
    DUE = "due"
    COLLEAGUE = "colleague"
    READINESS = "readiness"


_CLOSING = _(
    "Aus Sicherheitsgründen steht hier nichts Näheres. Bitte sehen Sie hier nach:\n{link}\n\n"
    "Diese Nachricht wurde automatisch verschickt."
)
_COLLEAGUE = _(
    "Guten Tag,\n\nin einer Stelle, zu der Sie gehören, hat eine Person eine neue Aufgabe. Ist das "
    "mit Ihnen abgesprochen? Wenn nicht, fragen Sie bitte gleich nach: in Ihrer Stelle oder bei "
    "Ihrer Leitung."
)
_TEXTS = {
    Hint.NEWS: (_("KommA: Es gibt etwas Neues"), _("Guten Tag,\n\nfür Sie gibt es etwas Neues.")),
    Hint.ACUTE: (
        _("KommA: Bitte sehen Sie jetzt nach"),
        _("Guten Tag,\n\netwas wartet auf Sie, das keinen Aufschub verträgt."),
    ),
    Hint.COLLEAGUE: (_("KommA: In Ihrer Stelle hat sich etwas geändert"), _COLLEAGUE),
    Hint.READINESS: (
        _("KommA: Bitte sehen Sie heute nach"),
        _("Guten Tag,\n\nbei Ihnen fehlt etwas, damit alles wie zugesagt läuft."),
    ),
    Hint.DUE: (
        _("KommA: Etwas wird bald fällig"),
        _("Guten Tag,\n\nfür Sie rückt ein Termin näher."),
    ),
}


def mail_for(hint: Hint) -> NeutralMail:
    """Return subject and text of a hint."""
    subject, opening = _TEXTS[hint]
    return NeutralMail(str(subject), f"{opening}\n\n{_CLOSING}\n")


def invitation_mail(organisation_name: str) -> NeutralMail:
    """Return the mail with the link that sets up an account or adds a task to it."""
    text = _(
        "Guten Tag,\n\nSie wurden zu KommA eingeladen: {organisation}.\n\n"
        "Mit diesem Link nehmen Sie die Einladung an. Er gilt sieben Tage und nur für Sie:\n"
        "{link}\n\nWenn Sie damit nichts anfangen können, löschen Sie diese Nachricht einfach.\n"
    )
    named = str(text).replace("{organisation}", " ".join(organisation_name.split()))
    return NeutralMail(str(_("Ihre Einladung zu KommA")), named)


def reset_mail() -> NeutralMail:
    """Return the mail with the link to set a new password."""
    text = _(
        "Guten Tag,\n\nmit diesem Link legen Sie ein neues Passwort für KommA fest. "
        "Er gilt eine Stunde:\n{link}\n\n"
        "Ihren Tresor öffnet weiterhin nur das bisherige Passwort oder Ihr "
        "Wiederherstellungscode.\n\nWenn Sie das nicht angefordert haben, löschen Sie diese "
        "Nachricht. Ihr Passwort bleibt dann, wie es ist.\n"
    )
    return NeutralMail(str(_("KommA: Neues Passwort festlegen")), str(text))


def changed_mail() -> NeutralMail:
    """Return the mail after somebody changed how this account signs in."""
    text = _(
        "Guten Tag,\n\nan der Anmeldung Ihres Kontos wurde gerade etwas geändert, zum Beispiel "
        "das Passwort oder der zweite Faktor.\n\nWaren Sie das? Dann ist alles gut. Wenn nicht, "
        "wenden Sie sich bitte gleich an die Person, die bei Ihnen die Zugänge verwaltet.\n"
    )
    return NeutralMail(str(_("KommA: Ihre Anmeldung wurde geändert")), str(text))
