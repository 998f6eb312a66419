"""URLs of prevention."""

from django.urls import path

from komma.prevention.views import assessments, buildings, measures, overview, papers, records

app_name = "prevention"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("gebaeude/neu/", buildings.add, name="building_new"),
    path("gebaeude/<uuid:building_id>/", buildings.folder, name="folder"),
    path("gebaeude/<uuid:building_id>/aendern/", buildings.change, name="building"),
    path("gebaeude/<uuid:building_id>/entfernen/", buildings.remove, name="building_remove"),
    path("gebaeude/<uuid:building_id>/geprueft/", buildings.check, name="folder_check"),
    path("gebaeude/<uuid:building_id>/drucken/", buildings.paper, name="folder_print"),
    path("gebaeude/<uuid:building_id>/notfallordner.pdf", buildings.pdf, name="folder_pdf"),
    path("gebaeude/<uuid:building_id>/abschnitt/<slug:part>/", buildings.section, name="section"),
    path("gefaehrdungen/", assessments.listing, name="assessments"),
    path("gefaehrdungen/neu/", assessments.add, name="assessment_new"),
    path("gefaehrdungen/drucken/", assessments.printed, name="assessments_print"),
    path("gefaehrdungen/vormerken/", assessments.ask, name="review_ask"),
    path("gefaehrdungen/<uuid:assessment_id>/", assessments.assessment, name="assessment"),
    path(
        "gefaehrdungen/<uuid:assessment_id>/aendern/", assessments.change, name="assessment_change"
    ),
    path("gefaehrdungen/<uuid:assessment_id>/pruefung/", assessments.review, name="review"),
    path(
        "gefaehrdungen/<uuid:assessment_id>/entfernen/",
        assessments.remove,
        name="assessment_remove",
    ),
    path("gefaehrdungen/<uuid:assessment_id>/massnahme/", measures.add, name="measure_new"),
    path("massnahmen/<uuid:measure_id>/", measures.change, name="measure"),
    path("massnahmen/<uuid:measure_id>/entfernen/", measures.remove, name="measure_remove"),
    path("nachweise/", records.listing, name="records"),
    path("nachweise/neu/<slug:kind>/", records.add, name="record_new"),
    path("nachweise/<uuid:record_id>/", records.protocol, name="record"),
    path("nachweise/<uuid:record_id>/aendern/", records.change, name="record_change"),
    path("nachweise/<uuid:record_id>/entfernen/", records.remove, name="record_remove"),
    path("texte/<slug:name>/", papers.paper, name="paper"),
    path("texte/<slug:name>/entwurf/", papers.write, name="paper_write"),
    path("texte/<slug:name>/in-kraft/", papers.in_force, name="paper_in_force"),
    path("texte/<slug:name>/verwerfen/", papers.discard, name="paper_discard"),
    path("texte/<slug:name>/drucken/", papers.printed, name="paper_print"),
]
