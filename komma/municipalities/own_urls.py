"""What somebody enters about themselves, below /start/."""

from django.urls import path

from komma.municipalities.views import absence

app_name = "own"
urlpatterns = [
    path("abwesenheit/", absence.own, name="absence"),
    path("abwesenheit/<uuid:absence_id>/entfernen/", absence.remove_own, name="absence_remove"),
]
