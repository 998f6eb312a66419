"""URLs of the pages about organisations that everybody reads."""

from django.urls import path

from komma.municipalities.views import public

app_name = "organisations"
urlpatterns = [
    path("", public.listing, name="list"),
    path("<slug:slug>/", public.organisation, name="organisation"),
]
