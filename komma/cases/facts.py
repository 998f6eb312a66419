"""Code lists of what a report tells, and how it reads. All of it is sealed with the report.

Sources: categories of the Kommunales Monitoring (KoMo, BKA in MOTRA) and the sub-themes of hate
crime in the police statistics of politically motivated crime (PMK). Every list has a way to say
nothing, and an affected person must never be asked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.core.dates import read_when
from komma.core.ui.days import show_when
from komma.procedures.codes import AffectedRole, Form, Side, Wish


class ReporterRole(TextChoices):
    """Whom it concerns, seen from the reporter."""

    SELF = "self", gettext_lazy("mich selbst")
    OTHER = "other", gettext_lazy("jemand anderen, mit Einverständnis")
    WITNESS = "witness", gettext_lazy("jemand anderen, ich habe etwas mitbekommen")
    SUPERIOR = "superior", gettext_lazy("jemand anderen, ich bin die Führungskraft")
    AUTHORITY = "authority", gettext_lazy("unsere Behörde als Ganzes")


class Leading(TextChoices):
    """Whether somebody from the top of the administration or the council is involved."""

    YES = "yes", gettext_lazy("ja")
    NO = "no", gettext_lazy("nein")
    UNKNOWN = "unknown", gettext_lazy("weiß ich nicht")


class Channel(TextChoices):
    """Where or by what means it happened."""

    OFFICE = "office", gettext_lazy("im Büro, am Schalter")
    FIELD = "field", gettext_lazy("im Außendienst")
    SESSION = "session", gettext_lazy("in einer Sitzung")
    EVENT = "event", gettext_lazy("bei einer Veranstaltung")
    PRIVATE = "private", gettext_lazy("zu Hause, im privaten Umfeld")
    PHONE = "phone", gettext_lazy("am Telefon")
    LETTER = "letter", gettext_lazy("per Brief")
    MAIL = "mail", gettext_lazy("per E-Mail")
    SOCIAL = "social", gettext_lazy("in sozialen Medien")
    MESSENGER = "messenger", gettext_lazy("per Messenger, in einer Gruppe")
    WEBSITE = "website", gettext_lazy("auf einer Website, in einem Forum")
    RATING = "rating", gettext_lazy("auf einem Bewertungsportal")
    PRESS = "press", gettext_lazy("in der Presse, im Leserbrief")
    GRAFFITI = "graffiti", gettext_lazy("an einer Wand, auf einem Plakat")
    LEAFLET = "leaflet", gettext_lazy("auf einem Flugblatt")
    OTHER = "other", gettext_lazy("anders")
    UNKNOWN = "unknown", gettext_lazy("weiß nicht")


class Motive(TextChoices):
    """What lies behind it, as the reporter sees it; several are possible."""

    RACISM = "racism", gettext_lazy("Rassismus")
    XENOPHOBIA = "xenophobia", gettext_lazy("Herkunft, Staatsangehörigkeit, Sprache")
    ANTISEMITISM = "antisemitism", gettext_lazy("Antisemitismus")
    ANTIGYPSYISM = "antigypsyism", gettext_lazy("Antiziganismus (gegen Sinti:zze und Rom:nja)")
    ANTIMUSLIM = "antimuslim", gettext_lazy("gegen Muslim:innen")
    ANTICHRISTIAN = "antichristian", gettext_lazy("gegen Christ:innen")
    RELIGION = "religion", gettext_lazy("andere Religion oder Weltanschauung")
    DISABILITY = "disability", gettext_lazy("Behinderung")
    ORIENTATION = "orientation", gettext_lazy("sexuelle Orientierung")
    GENDER_DIVERSITY = "gender_diversity", gettext_lazy("geschlechtliche Vielfalt")
    WOMEN = "women", gettext_lazy("gegen Frauen")
    MEN = "men", gettext_lazy("gegen Männer")
    SOCIAL_STATUS = "social_status", gettext_lazy("sozialer Status")
    AGE = "age", gettext_lazy("Alter")
    POLITICS = "politics", gettext_lazy("politische Haltung oder Partei")
    DECISION = "decision", gettext_lazy("Ärger über eine Entscheidung der Kommune")
    OFFICE = "office", gettext_lazy("Ablehnung des Staates oder des Amtes")
    OTHER = "other", gettext_lazy("etwas anderes")
    UNKNOWN = "unknown", gettext_lazy("weiß nicht")
    UNSAID = "unsaid", gettext_lazy("keine Angabe")


class Causer(TextChoices):
    """Who it came from; inside or outside stands in the case's ``side``."""

    CITIZEN = "citizen", gettext_lazy("Bürger:in, Kund:in")
    COLLEAGUE = "colleague", gettext_lazy("Kolleg:in")
    SUPERIOR = "superior", gettext_lazy("Vorgesetzte:r")
    COUNCIL = "council", gettext_lazy("Mandatsträger:in")
    GROUP = "group", gettext_lazy("Gruppe, Organisation")
    ANONYMOUS = "anonymous", gettext_lazy("anonymes Konto, anonyme Person")
    OTHER = "other", gettext_lazy("jemand anderes")
    UNKNOWN = "unknown", gettext_lazy("unbekannt")


class Reachability(TextChoices):
    """How the reporter may be reached."""

    MAILBOX = "mailbox", gettext_lazy("nur über das Postfach, ohne Namen")
    GIVEN = "given", gettext_lazy("über den angegebenen Weg")
    CONFIDENTIAL = (
        "confidential",
        gettext_lazy("mit Namen, aber vertraulich: nur für die Stelle, die sich kümmert"),
    )
    NAMED = "named", gettext_lazy("mit Namen")


class Frequency(TextChoices):
    ONCE = "once", gettext_lazy("einmal")
    SEVERAL = "several", gettext_lazy("mehrmals")
    ONGOING = "ongoing", gettext_lazy("es dauert an")
    UNKNOWN = "unknown", gettext_lazy("weiß nicht")


class Danger(TextChoices):
    YES = "yes", gettext_lazy("ja, es besteht gerade Gefahr")
    NO = "no", gettext_lazy("nein")
    UNSURE = "unsure", gettext_lazy("bin mir nicht sicher")


class CameBy(TextChoices):
    """How a report that staff took in came to them."""

    CALL = "call", gettext_lazy("Anruf")
    LETTER = "letter", gettext_lazy("Brief")
    MAIL = "mail", gettext_lazy("E-Mail")
    PERSONAL = "personal", gettext_lazy("persönlich")


class Consent(TextChoices):
    """Whether the affected person agrees that somebody else wrote it down."""

    YES = "yes", gettext_lazy("ja")
    NO = "no", gettext_lazy("nein")
    NOT_ASKED = "not_asked", gettext_lazy("noch nicht gefragt")


@dataclass(frozen=True)
class Fact:
    """One key of the sealed facts: how its value reads."""

    key: str
    label: Promise
    show: Callable[[Any], str]


def _text(value: Any) -> str:
    return str(value)


def _day(value: Any) -> str:
    found = read_when(value)
    return show_when(found) if found else str(value)


def _of(choices: type[TextChoices]) -> Callable[[Any], str]:
    """Return what shows one code or several; a code of an older list shows as it is."""

    def show(value: Any) -> str:
        codes: Sequence[Any] = value if isinstance(value, list | tuple) else [value]
        labels = dict(choices.choices)
        return ", ".join(str(labels.get(code, code)) for code in codes)

    return show


# The order in which a report reads. Keys are the contract with the intake.
FACTS = (
    Fact("description", gettext_lazy("Was passiert ist"), _text),
    Fact("danger", gettext_lazy("Besteht gerade Gefahr?"), _of(Danger)),
    Fact("danger_note", gettext_lazy("Zur Gefahr"), _text),
    Fact("reporter_role", gettext_lazy("Wen es betrifft"), _of(ReporterRole)),
    Fact("affected_role", gettext_lazy("Aufgabe der betroffenen Person"), _of(AffectedRole)),
    Fact("day_from", gettext_lazy("Tag (oder Beginn)"), _day),
    Fact("day_to", gettext_lazy("Bis"), _day),
    Fact("time_note", gettext_lazy("Zeit, in eigenen Worten"), _text),
    Fact("place", gettext_lazy("Ort"), _text),
    Fact("frequency", gettext_lazy("Wie oft"), _of(Frequency)),
    Fact("forms", gettext_lazy("Form"), _of(Form)),
    Fact("channels", gettext_lazy("Weg"), _of(Channel)),
    Fact("side", gettext_lazy("Von wo es ausging"), _of(Side)),
    Fact("leading", gettext_lazy("Spitze der Verwaltung oder Rat beteiligt"), _of(Leading)),
    Fact("causer", gettext_lazy("Von wem es ausging"), _of(Causer)),
    Fact("causer_names", gettext_lazy("Namen oder Beschreibung"), _text),
    Fact("motives", gettext_lazy("Was dahintersteckt"), _of(Motive)),
    Fact("motive_note", gettext_lazy("Zu den Gründen"), _text),
    Fact("wishes", gettext_lazy("Wünsche"), _of(Wish)),
    Fact("wish_note", gettext_lazy("Zu den Wünschen"), _text),
    Fact("call_back", gettext_lazy("Rückruf"), _text),
    Fact("excluded_note", gettext_lazy("Wer nichts erfahren darf"), _text),
    Fact("reachability", gettext_lazy("Erreichbar"), _of(Reachability)),
    Fact("contact_name", gettext_lazy("Name"), _text),
    Fact("contact_details", gettext_lazy("Kontakt"), _text),
    Fact("came_by", gettext_lazy("Kam als"), _of(CameBy)),
    Fact("mail_sender", gettext_lazy("Absender der E-Mail"), _text),
    Fact("mail_subject", gettext_lazy("Betreff der E-Mail"), _text),
    Fact("mail_day", gettext_lazy("E-Mail vom"), _day),
    Fact("taken_by", gettext_lazy("Aufgenommen von"), str),
    Fact("consent", gettext_lazy("Mit dem Aufschreiben einverstanden"), _of(Consent)),
)
_KNOWN = {fact.key for fact in FACTS}


def describe(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the facts as (label, value) in reading order; empty answers are left out.

    A key that this version does not know is shown under its own name: nothing that somebody
    reported may be hidden.
    """
    found = [(str(fact.label), fact.show(facts[fact.key])) for fact in FACTS if facts.get(fact.key)]
    found += [
        (_("Weitere Angabe (%(key)s)") % {"key": key}, str(value))
        for key, value in facts.items()
        if key not in _KNOWN and value
    ]
    return found


def show(key: str, value: Any) -> str:
    """Return how the value of one known key reads."""
    return next(fact for fact in FACTS if fact.key == key).show(value)


def free_texts(facts: dict[str, Any]) -> list[str]:
    """Return what the reporter wrote in own words, in reading order; no codes, no days."""
    return [str(facts[fact.key]) for fact in FACTS if fact.show is _text and facts.get(fact.key)]
