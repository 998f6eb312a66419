"""Pages that cross the apps, and those about the platform itself."""

from django.urls import path

from komma.portal import views, views_about, views_leaving, views_now

app_name = "portal"
urlpatterns = [
    path("", views.start, name="start"),
    path("start/", views.my_day, name="my_day"),
    path("start/weggang/", views_leaving.leaving, name="leaving"),
    path("start/weggang/tag/", views_leaving.leaving_day, name="leaving_day"),
    path("weiter/", views.onward, name="onward"),
    path("kommune-waehlen/", views.choose_municipality, name="choose_municipality"),
    path("hilfe/", views_about.find_help, name="find_help"),
    path("hilfe/<slug:slug>/", views_about.help_in, name="help_in"),
    path("hilfe/<slug:slug>/handzettel.pdf", views_about.handout_of, name="handout"),
    path("jetzt/", views_now.now, name="now"),
    path("jetzt/<slug:slug>/", views_now.now_in, name="now_in"),
    path("mitmachen/", views_about.join, name="join"),
    path("hilfe-zur-bedienung/", views_about.usage, name="help"),
    path("datenschutz/", views_about.privacy, name="privacy"),
    path("impressum/", views_about.imprint, name="imprint"),
    path("barrierefreiheit/", views_about.accessibility, name="accessibility"),
]
