"""Root URLs; each app owns its part."""

from django.urls import include, path

from komma.core.health import healthz, readyz

handler400 = "komma.core.ui.errors.bad_request"
handler403 = "komma.core.ui.errors.permission_denied"
handler404 = "komma.core.ui.errors.page_not_found"
handler500 = "komma.core.ui.errors.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("start/", include("komma.municipalities.own_urls")),
    path("", include("komma.portal.urls")),
    path("", include("komma.people.urls")),
    path("", include("komma.people.entrance_urls")),
    path("", include("komma.reporting.urls")),
    path("faelle/", include("komma.cases.urls")),
    path("aufgaben/", include("komma.cases.task_urls")),
    path("", include("komma.cases.calendar_urls")),
    path("kommunen/", include("komma.municipalities.public_urls")),
    path("verfahren/", include("komma.procedures.urls")),
    path("vorbeugen/", include("komma.prevention.urls")),
    path("verwaltung/", include("komma.municipalities.urls")),
    path("demo/", include("komma.demo.urls")),
]
