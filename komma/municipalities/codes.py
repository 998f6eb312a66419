"""Code lists of organisations: kinds, pillars, roles, modules. Data assigns, code defines."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Land(models.TextChoices):
    """German Länder by ISO 3166-2:DE, in the order of the official key."""

    SH = "SH", "Schleswig-Holstein"
    HH = "HH", "Hamburg"
    NI = "NI", "Niedersachsen"
    HB = "HB", "Bremen"
    NW = "NW", "Nordrhein-Westfalen"
    HE = "HE", "Hessen"
    RP = "RP", "Rheinland-Pfalz"
    BW = "BW", "Baden-Württemberg"
    BY = "BY", "Bayern"
    SL = "SL", "Saarland"
    BE = "BE", "Berlin"
    BB = "BB", "Brandenburg"
    MV = "MV", "Mecklenburg-Vorpommern"
    SN = "SN", "Sachsen"
    ST = "ST", "Sachsen-Anhalt"
    TH = "TH", "Thüringen"


def land_of(ags: str) -> str:
    """Return the Land of an official key, or an empty string; its first two digits count them."""
    number = int(ags[:2]) if ags[:2].isdigit() else 0
    return Land.values[number - 1] if 1 <= number <= len(Land.values) else ""


class OrganisationKind(models.TextChoices):
    MUNICIPALITY = "municipality", "Kommune"
    COUNSELLING = "counselling", "Beratungsstelle"
    POLICE = "police", "Polizei"
    INSTITUTE = "institute", "Institut"
    FUNDER = "funder", "Fördermittelgeber:in"
    BOARD = "board", "Beirat"
    FALLBACK = "fallback", "Überörtliche Anlaufstelle"


class MunicipalityKind(models.TextChoices):
    CITY = "city", "Kreisfreie Stadt"
    DISTRICT = "district", "Landkreis"
    TOWN = "town", "Kreisangehörige Stadt"
    COMMUNE = "commune", "Gemeinde"
    BOROUGH = "borough", "Bezirk"


class Pillar(models.TextChoices):
    """What a unit is for; the first three receive reports."""

    SUPPORT = "support", "Ansprechstelle (Unterstützung)"
    COMPLAINT = "complaint", "Beschwerdestelle"
    ASSAULT = "assault", "Übergriffsmanagement"
    COORDINATION = "coordination", "Koordination"
    LEADERSHIP = "leadership", "Leitung"
    ADMINISTRATION = "administration", "Verwaltung der Konten"
    OTHER = "other", "Sonstige"


RECEIVING_PILLARS = (Pillar.SUPPORT, Pillar.COMPLAINT, Pillar.ASSAULT)


class Role(models.TextChoices):
    CONTACT = "contact", "Ansprechperson"
    COMPLAINTS = "complaints", "Beschwerdestelle"
    CASE_LEAD = "case_lead", "Fallführung"
    COORDINATION = "coordination", "Koordination"
    LEADERSHIP = "leadership", "Leitung"
    ADMINISTRATION = "administration", "Verwaltung"
    STAFF = "staff", "Mitarbeitende"
    PROGRAMME = "programme", "Programmteam"


# Whole groups that a report can be kept from.
EXCLUDABLE_ROLES = (
    (Role.LEADERSHIP, _("alle in der Leitung")),
    (Role.COORDINATION, _("alle in der Koordination")),
    (Role.CONTACT, _("alle Ansprechpersonen")),
    (Role.COMPLAINTS, _("alle in der Beschwerdestelle")),
    (Role.CASE_LEAD, _("alle in der Fallführung")),
)

# A role opens cases of the pillar it belongs to, and of no other.
CASE_ROLES: dict[str, str] = {
    Role.CONTACT: Pillar.SUPPORT,
    Role.COMPLAINTS: Pillar.COMPLAINT,
    Role.CASE_LEAD: Pillar.ASSAULT,
}


# Who may read how far the intake is, and its protocol.
READINESS_ROLES = frozenset({Role.ADMINISTRATION, Role.COORDINATION, Role.LEADERSHIP})


class Module(models.TextChoices):
    """Bausteine that a municipality switches on; navigation shows only those."""

    REPORTING = "reporting", "Melden und Fallbearbeitung"
    ALLIANCE = "alliance", "Allianz"
    STRATEGY = "strategy", "Strategiekonzept"
    TRAINING = "training", "Trainings und Coachings"
    SURVEY = "survey", "Befragungen"


# Those whose pages exist; a switch that does nothing helps nobody.
AVAILABLE_MODULES = (Module.REPORTING,)


class RoundRole(models.TextChoices):
    MODEL = "model", "Modellkommune"
    NETWORK = "network", "Netzwerkkommune"
    CARRIER = "carrier", "Projektträger"
    FUNDER = "funder", "Fördermittelgeber:in"
    BOARD = "board", "Beirat"


class IntakeChange(models.TextChoices):
    """What happened to an intake: opened by somebody, then closed and reopened by its state."""

    OPENED = "opened", "eröffnet"
    CLOSED = "closed", "geschlossen"
    REOPENED = "reopened", "wieder offen"
