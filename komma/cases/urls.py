"""Addresses of the casework, below /faelle/."""

from django.urls import path

from komma.cases.views import (
    advice,
    emergency,
    figures,
    handover,
    linking,
    listing,
    page,
    quarantine,
    staff_intake,
    steps,
    tasks,
)

app_name = "cases"
urlpatterns = [
    path("", listing.case_list, name="list"),
    path("notfallzugang/<slug:slug>/", emergency.access, name="emergency"),
    path("notfallzugang/<slug:slug>/abbrechen/", emergency.cancel, name="emergency_cancel"),
    path("suche/", listing.search_cases, name="search"),
    path("zahlen/", figures.figures, name="figures"),
    path("zahlen/drucken/", figures.figures_print, name="figures_print"),
    path("zahlen/datei/", figures.figures_file, name="figures_file"),
    path("neu/", staff_intake.take_in, name="new"),
    path("neu/beleg/<uuid:case_id>/", staff_intake.receipt, name="receipt"),
    path("neu/beleg/<uuid:case_id>/drucken/", staff_intake.receipt_print, name="receipt_print"),
    path("quarantaene/", quarantine.show, name="quarantine"),
    path("quarantaene/entscheiden/", quarantine.decide, name="quarantine_decide"),
    path("angebote/", handover.offer_list, name="offers"),
    path("angebote/<uuid:offer_id>/", handover.offer, name="offer"),
    path("angebote/<uuid:offer_id>/ablehnen/", handover.decline, name="decline"),
    path("abgegeben/", handover.given_away_list, name="given_away"),
    path("<uuid:case_id>/", page.show, name="case"),
    path("<uuid:case_id>/drucken/", page.print_view, name="print"),
    path("<uuid:case_id>/verdecken/", page.cover, name="cover"),
    path("<uuid:case_id>/datei/<uuid:attachment_id>/", page.download, name="download"),
    path("<uuid:case_id>/was-tun/", advice.advice, name="advice"),
    path("<uuid:case_id>/antwort/", steps.reply, name="reply"),
    path("<uuid:case_id>/verbinden/", linking.link_cases, name="link"),
    path("<uuid:case_id>/weitergeben/", handover.choose, name="hand_over"),
    path("<uuid:case_id>/weitergeben/<uuid:unit_id>/", handover.ask, name="ask"),
    path("<uuid:case_id>/verfahren/", tasks.procedure, name="procedure"),
    path("<uuid:case_id>/aufgaben/<uuid:task_id>/", tasks.task, name="task"),
    path("<uuid:case_id>/aufgaben/<uuid:task_id>/uebergeben/", tasks.hand_over, name="task_hand"),
    path("<uuid:case_id>/aufgaben/<uuid:task_id>/verschieben/", tasks.put_off, name="task_put_off"),
    path("<uuid:case_id>/aufgaben/<uuid:task_id>/aufnehmen/", tasks.take_up, name="task_take_up"),
    path("<uuid:case_id>/<slug:slug>/", steps.take_step, name="step"),
]
