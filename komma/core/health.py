"""Answers for the machines that watch an installation. They tell no detail to anybody."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django import app
from procrastinate.exceptions import ProcrastinateException

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers (liveness); touches neither database nor session."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database and job queue are reachable (readiness); 503 otherwise."""
    if _database_answers() and _queue_answers():
        return JsonResponse({"status": "ok"})
    return JsonResponse({"status": "unavailable"}, status=503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.error("readiness: database unreachable (%s)", type(error).__name__)
        return False
    return True


def _queue_answers() -> bool:
    try:
        return app.check_connection()
    except (DatabaseError, ProcrastinateException) as error:
        logger.error("readiness: job queue unreachable (%s)", type(error).__name__)
        return False
