"""All pages of KommA, and the bare view: the whole middleware, one query, two bytes."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def bare(request: HttpRequest) -> HttpResponse:
    """What an answer costs on this machine before any page does something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("ok")


urlpatterns = [path("bench/bare", bare), path("", include("komma.config.urls"))]
