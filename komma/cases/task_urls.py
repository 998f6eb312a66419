"""Addresses of one's tasks, below /aufgaben/."""

from django.urls import path

from komma.cases.views import calendar, tasks

app_name = "tasks"
urlpatterns = [
    path("", tasks.mine, name="mine"),
    path("kalender/", calendar.settings_page, name="calendar"),
]
