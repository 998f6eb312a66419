"""Code lists of a case that stand in the clear; sealed ones are in ``facts``."""

from django.db import models


class Side(models.TextChoices):
    """Where it came from, seen from the administration: decides the procedure."""

    OUTSIDE = "outside", "von außerhalb"
    INSIDE = "inside", "innerhalb der Verwaltung"
    UNKNOWN = "unknown", "unbekannt"


class Status(models.TextChoices):
    RECEIVED = "received", "eingegangen"
    CHECKING = "checking", "wird geprüft"
    WORKING = "working", "in Bearbeitung"
    CLOSED = "closed", "abgeschlossen"
    WITHDRAWN = "withdrawn", "zurückgezogen"


class Strand(models.TextChoices):
    """The three strands of a case, each with a key of its own."""

    MAILBOX = "mailbox", "Postfach"
    INTERNAL = "internal", "Intern"
    PROTECTION = "protection", "Schutz"


class EntryKind(models.TextChoices):
    """Kinds of entries; the kind stands inside the sealed body."""

    REPORT = "report", "Meldung"
    TO_REPORTER = "to_reporter", "Antwort"
    FROM_REPORTER = "from_reporter", "Nachricht"
    DIARY = "diary", "Vorfalltagebuch"
    NOTE = "note", "Interne Notiz"
    STATUS = "status", "Statuswechsel"
    LEVEL = "level", "Einstufung"
    GRANT = "grant", "Zugang"
    ASSIGN = "assign", "Zuständigkeit"
    DECLARATION = "declaration", "Erklärung"
    WITHDRAWAL = "withdrawal", "Rückzug"
    DELETION_REQUEST = "deletion_request", "Bitte um Löschung"
