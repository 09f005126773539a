"""« Répétition générale »: what an import of a version would give, for the head and the DDFPT."""

import contextlib

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livretpro.lsl_export.depositing import connection_of, deposits_of
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.rehearsal import rehearse_version, run_on_version
from livretpro.lsl_export.repairs import outcome
from livretpro.referentiels.queries import NoNomenclature
from livretpro.web.suivi.asking import version_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.rehearsal_rows import RehearsalRows


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def rehearsal(request: HttpRequest, place: DiplomaPlace, version: int) -> HttpResponseBase:
    """What an import of a version would give now, and its deposits. Twelve queries, doors aside.

    A POST tells the journal that a rehearsal was run; the page works it out again each time it is
    read, so that coming back from a repair shows what is left.
    """
    found = version_of(place, version)
    if request.method == "POST":
        return _run(place, found)
    context = {
        "version": found,
        "trouble": "",
        "rows": None,
        "registry": connection_of(place.school),
        "deposits": deposits_of(found),
    }
    try:
        done = rehearse_version(found, by=place.actor)
    except NoNomenclature as refusal:
        context["trouble"] = refusal.phrase
    else:
        told = outcome(done, bytes(found.content), place.school, found.school_year)
        context["rows"] = RehearsalRows(told, place, found.division_id)
    return render(request, "suivi/rehearsal.html", context)


def _run(place: DiplomaPlace, found: ExportVersion) -> HttpResponseBase:
    with contextlib.suppress(NoNomenclature):  # the page says it
        run_on_version(found, by=place.actor)
    return redirect("suivi:rehearsal", place.school.uai, place.path, found.pk)
