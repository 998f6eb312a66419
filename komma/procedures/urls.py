"""URLs of the procedures."""

from django.urls import path

from komma.procedures import views

app_name = "procedures"
urlpatterns = [
    path("", views.overview, name="list"),
    path("fristen/", views.rules, name="rules"),
    path("<slug:slug>/", views.procedure, name="procedure"),
    path("<slug:slug>/wer-macht-was/", views.who_does_what, name="who_does_what"),
    path("<slug:slug>/planspiel/", views.play, name="play"),
]
