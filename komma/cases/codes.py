"""Code lists of a case that stand in the clear; sealed ones are in ``facts``."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    RECEIVED = "received", _("eingegangen")
    CHECKING = "checking", _("wird geprüft")
    WORKING = "working", _("in Bearbeitung")
    CLOSED = "closed", _("abgeschlossen")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


OPEN_STATUSES = (Status.RECEIVED, Status.CHECKING, Status.WORKING)

# What the reporter reads beside the status: one sentence on what happens now.
STATUS_SENTENCES = {
    Status.RECEIVED: _("Ihre Meldung ist da. Als Nächstes liest sie die zuständige Stelle."),
    Status.CHECKING: _("Jemand hat Ihre Meldung übernommen und prüft, was zu tun ist."),
    Status.WORKING: _("Die zuständige Stelle kümmert sich. Sie hören über das Postfach von ihr."),
    Status.CLOSED: _(
        "Die Bearbeitung ist beendet. Sie können weiter lesen und noch einmal schreiben."
    ),
    Status.WITHDRAWN: _(
        "Sie haben die Meldung zurückgezogen. Die Stelle bearbeitet sie nicht weiter."
    ),
}


class Strand(models.TextChoices):
    """The three strands of a case, each with a key of its own."""

    MAILBOX = "mailbox", _("Postfach")
    INTERNAL = "internal", _("Intern")
    PROTECTION = "protection", _("Schutz")


class EntryKind(models.TextChoices):
    """Kinds of entries; the kind stands inside the sealed body."""

    REPORT = "report", _("Meldung")
    TO_REPORTER = "to_reporter", _("Antwort")
    FROM_REPORTER = "from_reporter", _("Nachricht")
    DIARY = "diary", _("Vorfalltagebuch")
    NOTE = "note", _("Interne Notiz")
    STATUS = "status", _("Statuswechsel")
    LEVEL = "level", _("Einstufung")
    GRANT = "grant", _("Zugang")
    EXCLUSION = "exclusion", _("Ausschluss")
    ASSIGN = "assign", _("Zuständigkeit")
    DECLARATION = "declaration", _("Erklärung")
    WITHDRAWAL = "withdrawal", _("Rückzug")
    DELETION_REQUEST = "deletion_request", _("Bitte um Löschung")
    EMERGENCY = "emergency", _("Notfallzugang")
    HAND_OVER = "hand_over", _("Andere Stelle")
    DEADLINES = "deadlines", _("Fristen")
    FACTS = "facts", _("Angaben")
    PROCEDURE = "procedure", _("Verfahren")
    TASK = "task", _("Aufgabe")
    PROGRESS = "progress", _("Zwischenstand")


# What tells the reporter something, unlike a change of status.
WORDS = frozenset({EntryKind.TO_REPORTER, EntryKind.PROGRESS})


class Outcome(models.TextChoices):
    """How a case ends. "Not established" never means "falsely accused"."""

    HELPED = "helped", _("Schutz und Begleitung geleistet")
    DECLINED = "declined", _("keine weitere Hilfe gewünscht")
    FOUNDED = "founded", _("begründet")
    PARTLY = "partly", _("teilweise begründet")
    NOT_ESTABLISHED = "not_established", _("nicht feststellbar")
    UNFOUNDED = "unfounded", _("unbegründet")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
    HANDED_OVER = "handed_over", _("abgegeben")
    MEDIATED = "mediated", _("vermittelt")
    FLOOD = "flood", _("Teil einer Massensendung")


class Ground(models.TextChoices):
    """Grounds of a conflict of interest (after §§ 20, 21 VwVfG), declared absent or named."""

    INVOLVED = "involved", _("Ich bin selbst beteiligt.")
    CLOSE = "close", _("Angehörige oder nahestehende Personen von mir sind beteiligt.")
    TEAM = "team", _("Ich arbeite im selben Team wie eine beteiligte Person.")
    HIERARCHY = "hierarchy", _("Ich bin einer beteiligten Person vorgesetzt oder unterstellt.")
    ADVISER = "adviser", _("Ich habe eine beteiligte Person in dieser Sache schon beraten.")
    DECIDED = "decided", _("Ich habe in dieser Sache schon einmal entschieden.")
    OTHER = "other", _("Aus einem anderen Grund könnte jemand an meiner Unbefangenheit zweifeln.")


class Level(models.IntegerChoices):
    """Levels of danger, after the Aachen model of assault management."""

    NONE = 0, _("0 – schwierige Gesprächslage, nichts Strafbares")
    VERBAL = 1, _("1 – verbal aggressiv, belästigend, Sachbeschädigung")
    VIOLENT = 2, _("2 – Handgreiflichkeit, eindeutige Bedrohung, Nötigung")
    EXTREME = 3, _("3 – Waffe oder Werkzeug, Überfall, Amok, Geiselnahme")


class Held(models.TextChoices):
    """Why a report waits in quarantine. Nothing is lost there, and everything can be read."""

    CROWD = "crowd", _("kam in einer Flut von Meldungen")
    SIMILAR = "similar", _("ähnelt vielen anderen")


class GroupKind(models.TextChoices):
    """Why cases belong together; they count once."""

    INCIDENT = "incident", _("derselbe Vorfall")
    SERIES = "series", _("eine Serie")


class HandOverState(models.TextChoices):
    OFFERED = "offered", _("angefragt")
    TAKEN = "taken", _("übernommen")
    DECLINED = "declined", _("abgelehnt")
    TAKEN_BACK = "taken_back", _("zurückgenommen")


class TaskState(models.TextChoices):
    """``DROPPED``: somebody decided that it is not needed. ``RESTING``: does not apply as the case
    stands now, and comes back by itself if it does again.
    """

    OPEN = "open", _("offen")
    DONE = "done", _("erledigt")
    DROPPED = "dropped", _("entfällt")
    RESTING = "resting", _("ruht")


class Consent(models.TextChoices):
    """On what ground another body is asked to take a case."""

    GIVEN = "given", _("Die betroffene Person ist einverstanden.")
    LEGAL = "legal", _("Das Einverständnis fehlt, aber es gibt einen rechtlichen Grund.")
