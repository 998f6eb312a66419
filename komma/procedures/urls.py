"""URLs of the procedures."""

from django.urls import include, path

from komma.procedures.views import deadlines, editing, levels, playing, publishing, reading, steps

app_name = "procedures"

_draft = [
    path("", editing.edit, name="edit"),
    path("beschreibung/", steps.texts, name="texts"),
    path("geltung/", steps.scope, name="scope"),
    path("neuer-schritt/", steps.add_step, name="add_step"),
    path("schritt/<slug:step_id>/", steps.step, name="step"),
    path("schritt/<slug:step_id>/entfernen/", steps.drop_step, name="drop_step"),
    path("neuer-abschnitt/", steps.add_phase, name="add_phase"),
    path("abschnitt/<slug:phase_id>/", steps.phase, name="phase"),
    path("abschnitt/<slug:phase_id>/entfernen/", steps.drop_phase, name="drop_phase"),
    path("reihenfolge/", editing.order, name="order"),
    path("vorschau/", editing.preview, name="preview"),
    path("planspiel/", playing.play_draft, name="play_draft"),
    path("vergleich/", editing.comparison, name="comparison"),
    path("veroeffentlichen/", publishing.publication, name="publish"),
    path("verwerfen/", editing.discard, name="discard"),
]
_versions = [
    path("", publishing.history, name="versions"),
    path("<int:number>/", publishing.former, name="version"),
    path("<int:number>/vergleich/", publishing.former_comparison, name="version_comparison"),
    path("<int:number>/wieder-aufnehmen/", publishing.restore, name="restore"),
]
urlpatterns = [
    path("", reading.overview, name="list"),
    path("fristen/", deadlines.rules, name="rules"),
    path("stufen/", levels.levels, name="levels"),
    path("stufen/aendern/", levels.change_levels, name="change_levels"),
    path("neu/", publishing.new, name="new"),
    path("<slug:slug>/", reading.procedure, name="procedure"),
    path("<slug:slug>/wer-macht-was/", reading.who_does_what, name="who_does_what"),
    path("<slug:slug>/planspiel/", playing.play, name="play"),
    path("<slug:slug>/fassungen/", include(_versions)),
    path("<slug:slug>/bearbeiten/", include(_draft)),
]
