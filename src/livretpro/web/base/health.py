"""Probes for those who run the instance, in plain text."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from livretpro.database_limits import renew_connection
from livretpro.embedded import EmbeddedError
from livretpro.readiness import migrations_wait, worker_works

PLAIN = "text/plain; charset=utf-8"
IDLE = "prêt\ntravail de fond arrêté\n"


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (a view)
    """The process answers. No query."""
    return HttpResponse("vivant\n", content_type=PLAIN)


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (a view)
    """Pages can be served, else 503: the database answers and has every migration. Two queries.

    By a new connection, whose time is limited: a frozen database is told within seconds. Silent
    workers are told but prevent nothing: pages are served, imports wait.
    """
    renew_connection()
    try:
        waiting, working = migrations_wait(), worker_works()
    except (DatabaseError, InterfaceError, EmbeddedError):
        return HttpResponse("base de données injoignable\n", status=503, content_type=PLAIN)
    if waiting:
        return HttpResponse("mises à jour de la base en attente\n", status=503, content_type=PLAIN)
    return HttpResponse("prêt\n" if working else IDLE, content_type=PLAIN)
