"""URLs of the account administration."""

from django.urls import path

from komma.municipalities.views import (
    absence,
    agreements,
    drill,
    emergency,
    invitations,
    local_help,
    members,
    overview,
    poster,
    profile,
    readiness,
    settings,
    units,
)

app_name = "municipalities"
urlpatterns = [
    path("", overview.entry, name="overview"),
    path("<slug:slug>/", overview.overview, name="organisation"),
    path("<slug:slug>/stellen/", units.listing, name="units"),
    path("<slug:slug>/stellen/neu/", units.add, name="unit_add"),
    path("<slug:slug>/stellen/<uuid:unit_id>/", units.change, name="unit"),
    path("<slug:slug>/stellen/<uuid:unit_id>/entfernen/", units.remove, name="unit_remove"),
    path("<slug:slug>/stellen/<uuid:unit_id>/person/", members.add, name="member_add"),
    path("<slug:slug>/hilfe-vor-ort/", local_help.listing, name="local_help"),
    path("<slug:slug>/hilfe-vor-ort/neu/", local_help.add, name="local_help_add"),
    path(
        "<slug:slug>/hilfe-vor-ort/<uuid:local_help_id>/",
        local_help.change,
        name="local_help_change",
    ),
    path(
        "<slug:slug>/hilfe-vor-ort/<uuid:local_help_id>/entfernen/",
        local_help.remove,
        name="local_help_remove",
    ),
    path("<slug:slug>/personen/", members.listing, name="members"),
    path("<slug:slug>/personen/<uuid:membership_id>/", members.change, name="member"),
    path("<slug:slug>/personen/<uuid:membership_id>/beenden/", members.end, name="member_end"),
    path(
        "<slug:slug>/personen/<uuid:membership_id>/alle-beenden/",
        members.end_all,
        name="member_end_all",
    ),
    path("<slug:slug>/abwesenheit/", absence.calendar, name="absences"),
    path(
        "<slug:slug>/abwesenheit/<uuid:absence_id>/entfernen/",
        absence.remove,
        name="absence_remove",
    ),
    path("<slug:slug>/einladungen/", invitations.listing, name="invitations"),
    path(
        "<slug:slug>/einladungen/<uuid:invitation_id>/erneut/",
        invitations.again,
        name="invitation_again",
    ),
    path(
        "<slug:slug>/einladungen/<uuid:invitation_id>/zurueckziehen/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("<slug:slug>/profil/", profile.change, name="profile"),
    path("<slug:slug>/einstellungen/", settings.change, name="settings"),
    path("<slug:slug>/bausteine/", settings.modules, name="modules"),
    path("<slug:slug>/bausteine/<slug:module>/", settings.switch, name="module_switch"),
    path("<slug:slug>/notfallschluessel/", emergency.keys, name="emergency"),
    path("<slug:slug>/notfallschluessel/uebung/", drill.drill, name="drill"),
    path(
        "<slug:slug>/notfallschluessel/uebung/<uuid:drill_id>/",
        drill.protocol,
        name="drill_protocol",
    ),
    path("<slug:slug>/notfallschluessel/<slug:part>/neu/", emergency.make, name="emergency_make"),
    path(
        "<slug:slug>/notfallschluessel/<slug:part>/pruefen/",
        emergency.verify,
        name="emergency_verify",
    ),
    path("<slug:slug>/betriebsbereitschaft/", readiness.page, name="readiness"),
    path("<slug:slug>/betriebsbereitschaft/eroeffnen/", readiness.open_, name="readiness_open"),
    path("<slug:slug>/betriebsbereitschaft/nachweise/", readiness.dates, name="readiness_dates"),
    path(
        "<slug:slug>/betriebsbereitschaft/protokoll/",
        readiness.protocol,
        name="readiness_protocol",
    ),
    path("<slug:slug>/zustaendigkeit/", agreements.responsibility, name="responsibility"),
    path("<slug:slug>/zustaendigkeit/neu/", agreements.propose, name="agreement_new"),
    path(
        "<slug:slug>/zustaendigkeit/<uuid:agreement_id>/zustimmen/",
        agreements.confirm,
        name="agreement_confirm",
    ),
    path(
        "<slug:slug>/zustaendigkeit/<uuid:agreement_id>/verwerfen/",
        agreements.decline,
        name="agreement_decline",
    ),
    path(
        "<slug:slug>/zustaendigkeit/<uuid:agreement_id>/beenden/",
        agreements.end,
        name="agreement_end",
    ),
    path("<slug:slug>/aushang/", poster.poster, name="poster"),
    path("<slug:slug>/aushang/code.svg", poster.code, name="poster_code"),
]
