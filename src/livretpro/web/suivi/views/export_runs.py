"""Several divisions exported in the background: asked for, followed, taken away."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from livretpro.lsl_export.actions import NothingToExport
from livretpro.lsl_export.bundle import archive_name, hand_out_all
from livretpro.lsl_export.models import ExportRun
from livretpro.lsl_export.queries import visible_versions
from livretpro.lsl_export.runs import newer_versions, run_of, run_seen, start_run, stop_run
from livretpro.schools.queries import divisions_of_diploma
from livretpro.web.suivi.asking import heads_only, numbers
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.export_rows import RunRow
from livretpro.web.suivi.exporting import forget_run, remember_run, running_of
from livretpro.web.suivi.forms.export import OptionsForm
from livretpro.web.suivi.place import DiplomaPlace

BAND = "suivi/parts/running.html"


@require_POST
@in_diploma
def several(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Ask for the files of the divisions ticked."""
    heads_only(place)
    form = OptionsForm(request.POST)
    if not form.is_valid():
        return _refused(request, place, "Choisissez un des profils proposés.")
    asked = numbers(request.POST.getlist("division"))
    own = divisions_of_diploma(place.actor, place.year, place.diploma.cfd)
    ticked = [division for division in own if division.pk in asked]
    try:
        run = start_run(ticked, place.diploma, form.options, by=place.actor)
    except NothingToExport as refusal:
        return _refused(request, place, refusal.phrase)
    remember_run(request.session, run)
    return redirect("suivi:export_run", place.school.uai, place.path, run.pk)


def _refused(request: HttpRequest, place: DiplomaPlace, phrase: str) -> HttpResponse:
    messages.error(request, phrase)
    return redirect("suivi:export", place.school.uai, place.path)


@require_safe
@in_diploma
def run(request: HttpRequest, place: DiplomaPlace, run: int) -> HttpResponseBase:
    """Where it stands: progress, then the files. Three queries, doors aside."""
    found = _run(place, run)
    row = RunRow(found)
    if not row.running:
        forget_run(request.session, found)
    seen = run_seen(found)
    newer = newer_versions(seen, place.year, by=place.actor)
    made = [(line, newer.get(line.version_id or 0)) for line in seen.made]
    context = {"row": row, "seen": seen, "made": made}
    return render(request, "suivi/export_run.html", context)


@require_safe
@in_diploma
def progress(request: HttpRequest, place: DiplomaPlace, run: int) -> HttpResponseBase:
    """The progress alone, asked every second; the whole page once the work is over.

    `?bande`: what the band of the other pages says of it.
    """
    found = _run(place, run)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("suivi:export_run", place.school.uai, place.path, found.pk)
    row = RunRow(found)
    if "bande" in request.GET:
        return render(request, BAND, {"running_export": running_of(found)})
    if not row.running:
        return HttpResponseClientRefresh()
    return render(request, "suivi/parts/export_progress.html", {"row": row})


@require_POST
@in_diploma
def stop(request: HttpRequest, place: DiplomaPlace, run: int) -> HttpResponseBase:
    """Stop it; its page then tells what was made."""
    found = _run(place, run)
    if not stop_run(found, by=place.actor):
        messages.info(request, "Cet export était déjà fini.")
    return redirect("suivi:export_run", place.school.uai, place.path, found.pk)


@require_POST
@in_diploma
def archive(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """The zip of some versions; a POST, since the journal tells who took them."""
    heads_only(place)
    asked = numbers(request.POST.getlist("version"))
    found = visible_versions(asked, place.diploma.cfd, by=place.actor)
    if not found or len(found) != len(asked):
        raise Http404
    content = hand_out_all(found, by=place.actor)
    answer = HttpResponse(content, content_type="application/zip")
    name = archive_name(found, place.school.uai)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _run(place: DiplomaPlace, pk: int) -> ExportRun:
    """A run of this diploma and year; 403 for who may not export, 404 for one from elsewhere."""
    heads_only(place)
    found = run_of(pk, place.diploma.cfd, place.year, by=place.actor)
    if found is None:
        raise Http404
    return found
