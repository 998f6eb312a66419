"""URLs."""

from django.urls import path

from komma.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("mails/", views.mails, name="mails"),
]
