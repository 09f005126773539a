"""Vérifier l’intégration: the records beside the file, and the tick of the head."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livretpro.lsl_registry.bilans import import_of
from livretpro.lsl_registry.verification import NothingToVerify, compare, in_sight, verify
from livretpro.web.registre.doors import reads_registre
from livretpro.web.registre.place import RegistrePlace


@require_http_methods(["GET", "HEAD", "POST"])
@reads_registre
def verification(request: HttpRequest, place: RegistrePlace, lsl_import: int) -> HttpResponseBase:
    """What the file brings of each pupil beside the record. Five queries, doors aside."""
    received = import_of(lsl_import, by=place.actor)
    if received is None:
        raise Http404
    try:
        if request.method == "POST":
            verify(received, by=place.actor)
            messages.success(request, "Intégration vérifiée.")
            return redirect("registre:verification", place.school.uai, lsl_import)
        rows = compare(received, by=place.actor)
    except NothingToVerify as refusal:
        messages.error(request, refusal.phrase)
        return redirect("registre:import", place.school.uai, lsl_import)
    shown = in_sight(rows)
    context = {
        "received": received,
        "rows": shown,
        "total": len(rows),
        "same": sum(not row.differences for row in rows),
        "differing_left": sum(bool(row.differences) for row in rows)
        - sum(bool(row.differences) for row in shown),
    }
    return render(request, "registre/verification.html", context)
