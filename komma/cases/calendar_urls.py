"""The address that calendar programs read. Without session: they have none."""

from django.urls import path

from komma.cases.views import calendar

urlpatterns = [path("kalender/<str:token>.ics", calendar.feed, name="calendar")]
