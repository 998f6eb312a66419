"""What to do right now: six situations with five steps each, and what to keep as evidence.

Follows what police prevention and accident insurers advise (Aachener Modell; DGUV Information
206-023 for the first hours; HateAid for evidence of online hate). Read under fear: short, one
action a line, safety first.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Situation(NamedTuple):
    """``slug`` is the anchor on the page; ``keep``: what is worth keeping, and how."""

    slug: str
    title: Promise
    steps: tuple[Promise, ...]
    keep: Promise


SITUATIONS = (
    Situation(
        "zu-hause",
        _("Jemand bedroht mich zu Hause"),
        (
            _("Tür zu, abschließen, weg von Fenstern. Machen Sie nicht auf."),
            _("110 anrufen: wo Sie sind, was geschieht, wer bei Ihnen ist. Nicht auflegen."),
            _("Kinder und andere in einen Raum, der sich abschließen lässt."),
            _("Nicht hinausgehen, nicht diskutieren, nicht filmen, wenn man Sie dabei sieht."),
            _("Rufen Sie jemanden an, dem Sie vertrauen. Bleiben Sie heute nicht allein."),
        ),
        _("Notieren Sie danach: Uhrzeit, Worte, Aussehen, Kennzeichen. Lassen Sie Spuren liegen."),
    ),
    Situation(
        "daten",
        _("Meine Daten stehen im Netz"),
        (
            _("Fühlen Sie sich zu Hause nicht sicher, gehen Sie zu jemandem, dem Sie vertrauen."),
            _("Bei der Polizei melden (110, wenn eine Drohung dabei ist). Das kann strafbar sein."),
            _("Alle warnen, die auch genannt sind: Familie, Mitbewohner:innen, Schule oder Kita."),
            _("Erst sichern, dann der Plattform melden und Löschung verlangen."),
            _("Beim Bürgeramt nach einer Auskunftssperre fragen (§ 51 BMG, kostenlos)."),
        ),
        _(
            "Bildschirmfoto mit Datum, Uhrzeit, genauer Internetadresse und Profil. Am besten "
            "die ganze Seite als PDF."
        ),
    ),
    Situation(
        "vor-der-tuer",
        _("Eine Gruppe steht vor meiner Tür"),
        (
            _("Drinnen bleiben, Türen und Fenster zu, Licht zur Straße aus."),
            _("110 anrufen, auch wenn noch nichts passiert ist."),
            _("Nicht hinausgehen und nicht antworten. Niemandem etwas erklären."),
            _("Nachbar:innen anrufen: Sie sollen drinnen bleiben und auch 110 rufen."),
            _("Ansprechperson oder Amtsleitung informieren, sobald Sie sicher sind."),
        ),
        _("Wenn es ohne Gefahr geht: Uhrzeit, Rufe, Plakate, Kennzeichen aufschreiben."),
    ),
    Situation(
        "post",
        _("Ich habe verdächtige Post"),
        (
            _("Liegen lassen. Nicht öffnen, schütteln, riechen, weiterreichen."),
            _("Raum verlassen, Tür schließen, Lüftung aus, andere fernhalten."),
            _("110 anrufen und am Telefon bleiben, bis man Ihnen etwas anderes sagt."),
            _("Hände mit Wasser und Seife waschen, Gesicht nicht berühren."),
            _("Aufschreiben, wer im Raum war. In der Nähe warten."),
        ),
        _(
            "Bei einem Drohbrief ohne Pulver: wenig anfassen, mit seinem Umschlag in eine "
            "Papiertüte oder einen Papierumschlag, der Polizei geben."
        ),
    ),
    Situation(
        "anruf",
        _("Ich bekomme einen Drohanruf"),
        (
            _("Ruhig bleiben, zuhören, nicht auflegen. Die anrufende Person reden lassen."),
            _("Einen Zettel holen und den Wortlaut mitschreiben."),
            _("Fragen: Wo? Wann? Warum? Von wem?"),
            _("Jemand anderes soll währenddessen 110 rufen."),
            _("Bei einer Bombendrohung: Haus räumen, so wie es im Notfallplan steht."),
        ),
        _(
            "Uhrzeit, angezeigte Nummer, Stimme, Geräusche. Bitte nicht heimlich aufnehmen: Das "
            "ist verboten (§ 201 StGB)."
        ),
    ),
    Situation(
        "angriff",
        _("Jemand greift mich an"),
        (
            _("Weg! Abstand, hinaus, in einen Raum mit Tür."),
            _("Laut um Hilfe rufen und Menschen direkt ansprechen."),
            _("110 anrufen, bei Verletzungen 112."),
            _("Helfen lassen. Verletzungen ärztlich ansehen und aufschreiben lassen, auch kleine."),
            _("Nicht allein nach Hause. Sprechen Sie in den nächsten zwei Tagen mit jemandem."),
        ),
        _("Kleidung ungewaschen aufheben, Verletzungen fotografieren, Zeug:innen aufschreiben."),
    ),
)

NEVER_KEEP = _(
    "Heben Sie nie Bilder auf, die Gewalt an Kindern zeigen: Schon das Speichern ist strafbar. "
    "Rufen Sie die Polizei."
)
