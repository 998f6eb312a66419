"""Code lists by which procedures and advice apply; a case's sealed facts speak of them too.

Sources: categories of the Kommunales Monitoring (KoMo, BKA in MOTRA) and the police statistics of
politically motivated crime (PMK).
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy


class Side(TextChoices):
    """Where it came from, seen from the administration: decides the procedure."""

    OUTSIDE = "outside", gettext_lazy("von außerhalb")
    INSIDE = "inside", gettext_lazy("innerhalb der Verwaltung")
    UNKNOWN = "unknown", gettext_lazy("unbekannt")


class AffectedRole(TextChoices):
    """The task that the affected person has in the municipality."""

    HEAD = "head", gettext_lazy("hauptamtliche Spitze (Bürgermeister:in, Landrät:in, Dezernat)")
    HONORARY_HEAD = (
        "honorary_head",
        gettext_lazy("ehrenamtliche Bürgermeister:in, Ortsvorsteher:in"),
    )
    COUNCIL = "council", gettext_lazy("Mitglied im Rat, Kreistag oder Ausschuss")
    BOARD = "board", gettext_lazy("sachkundige Bürger:in, Mitglied eines Beirats")
    COMMISSIONER = "commissioner", gettext_lazy("Beauftragte:r")
    MANAGER = "manager", gettext_lazy("Führungskraft")
    OFFICE = "office", gettext_lazy("Mitarbeiter:in im Innendienst")
    FIELD = "field", gettext_lazy("Mitarbeiter:in im Außendienst")
    VOLUNTEER = "volunteer", gettext_lazy("Ehrenamt")
    FAMILY = "family", gettext_lazy("Familie oder nahestehende Person")
    AUTHORITY = "authority", gettext_lazy("Behörde als Ganzes")
    OTHER = "other", gettext_lazy("eine andere Aufgabe")
    UNSAID = "unsaid", gettext_lazy("möchte ich nicht sagen")


class Form(TextChoices):
    """What kind of act it was."""

    INSULT = "insult", gettext_lazy("Beleidigung")
    DEFAMATION = "defamation", gettext_lazy("üble Nachrede, Verleumdung")
    THREAT = "threat", gettext_lazy("Bedrohung, Nötigung")
    RACISM = "racism", gettext_lazy("rassistische Äußerung")
    DISCRIMINATION = "discrimination", gettext_lazy("Benachteiligung, Ausgrenzung")
    MICROAGGRESSION = "microaggression", gettext_lazy("verletzende Bemerkungen im Alltag")
    SEXUAL = "sexual", gettext_lazy("sexualisierte Belästigung")
    STALKING = "stalking", gettext_lazy("Stalking, Nachstellung")
    DOXING = "doxing", gettext_lazy("Veröffentlichen privater Daten, Feindesliste")
    HOUSE_VISIT = "house_visit", gettext_lazy("Hausbesuch, „Spaziergang“ vor der Wohnung")
    SYMBOL_THREAT = "symbol_threat", gettext_lazy("Drohbrief, Galgen, Grablicht")
    SUSPICIOUS_POST = "suspicious_post", gettext_lazy("Pulver, verdächtige Post")
    GRAFFITI = "graffiti", gettext_lazy("Schmiererei, verfassungsfeindliches Symbol")
    DAMAGE = "damage", gettext_lazy("Sachbeschädigung")
    JOSTLING = "jostling", gettext_lazy("Bedrängen, Wegschubsen")
    INJURY = "injury", gettext_lazy("Schlagen, Treten, Körperverletzung")
    WEAPON = "weapon", gettext_lazy("Angriff mit Waffe, Gegenstand oder Fahrzeug")
    INCITEMENT = "incitement", gettext_lazy("Hetze gegen Gruppen")
    FLOOD = "flood", gettext_lazy("Flut von Beschwerden oder Klagen")
    SHITSTORM = "shitstorm", gettext_lazy("Shitstorm")
    DEEPFAKE = "deepfake", gettext_lazy("gefälschte Bilder oder Töne, Deepfake")
    OTHER = "other", gettext_lazy("etwas anderes")
    UNKNOWN = "unknown", gettext_lazy("weiß nicht")


class Wish(TextChoices):
    """What the reporter hopes for; several are possible."""

    TALK = "talk", gettext_lazy("ein vertrauliches Gespräch")
    ADVICE = "advice", gettext_lazy("Beratung, was ich tun kann")
    STOP = "stop", gettext_lazy("dass es aufhört")
    PROTECTION = "protection", gettext_lazy("Schutz für mich oder andere")
    CHARGES = "charges", gettext_lazy("Strafanzeige oder Strafantrag stellen")
    BACKING = "backing", gettext_lazy("dass meine Leitung hinter mir steht")
    CLARIFICATION = "clarification", gettext_lazy("dass der Vorfall aufgeklärt wird")
    COMPLAINT = "complaint", gettext_lazy("ein förmliches Beschwerdeverfahren")
    RECORD = "record", gettext_lazy("nur, dass es festgehalten wird")
    CALL_BACK = "call_back", gettext_lazy("einen Rückruf")
    OTHER = "other", gettext_lazy("etwas anderes")
    UNDECIDED = "undecided", gettext_lazy("weiß ich noch nicht")
