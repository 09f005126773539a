"""SIECLE and STS imports: deposit, progress, preview, apply or give up."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from livretpro.schools.actions import (
    MAX_FILES,
    MAX_MEBIBYTES,
    BadDeposit,
    ConfirmationMissing,
    NotOpen,
    confirm_import,
    drop_import,
    start_import,
)
from livretpro.schools.importing import Report
from livretpro.schools.importing.queries import (
    import_files,
    import_of,
    import_report,
    imports_of,
)
from livretpro.schools.models import ImportBatch, ImportState
from livretpro.schools.permissions import can_import
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.base.school.forms import ConfirmForm, DepositForm
from livretpro.web.base.school.import_rows import progress_of, section_rows


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def imports(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The deposit and the former imports. One query, doors aside."""
    _importers_only(place)
    if request.method == "POST":
        return _deposit(request, place)
    return _imports(request, place, DepositForm())


@require_safe
@in_school
def batch(request: HttpRequest, place: Place, batch: int) -> HttpResponseBase:
    """Where an import stands: progress, preview, result. Two queries, doors aside."""
    return _batch(request, _import(place, batch))


@require_safe
@in_school
def progress(request: HttpRequest, place: Place, batch: int) -> HttpResponseBase:
    """The progress alone, asked every second; the whole page once the work is over."""
    found = _import(place, batch)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("import_batch", place.school.uai, found.pk)
    standing = progress_of(found)
    if not standing.running:
        return HttpResponseClientRefresh()
    context = {"batch": found, "progress": standing}
    return render(request, "school/parts/import_progress.html", context)


@require_POST
@in_school
def confirm(request: HttpRequest, place: Place, batch: int) -> HttpResponseBase:
    """Apply in the background what the preview shows."""
    found = _import(place, batch)
    form = ConfirmForm(request.POST, report=_report(found))
    if not form.is_valid():
        return _batch(request, found, status=422, refused=ConfirmationMissing.phrase)
    try:
        confirm_import(
            found,
            by=place.actor,
            nouvelle_annee=form.cleaned_data["nouvelle_annee"],
            confirmer_departs=form.cleaned_data["departs"],
            same_person=form.cleaned_data["meme"],
            same_staff=form.cleaned_data["meme_personnel"],
        )
    except ConfirmationMissing as refusal:
        return _batch(request, found, status=422, refused=refusal.phrase, form=form)
    except NotOpen as refusal:
        return _batch(request, found, status=409, refused=refusal.phrase)
    return redirect("import_batch", place.school.uai, found.pk)


@require_POST
@in_school
def drop(request: HttpRequest, place: Place, batch: int) -> HttpResponseBase:
    """Give the import up: nothing is written, its files are emptied."""
    found = _import(place, batch)
    try:
        drop_import(found, by=place.actor)
    except NotOpen as refusal:
        return _batch(request, found, status=409, refused=refusal.phrase)
    return redirect("imports", place.school.uai)


def _importers_only(place: Place) -> None:
    if not can_import(place.actor, place.school):
        raise PermissionDenied


def _import(place: Place, pk: int) -> ImportBatch:
    _importers_only(place)
    found = import_of(place.school, pk)
    if found is None:
        raise Http404
    return found


def _report(batch: ImportBatch) -> Report:
    """What the import changes; nothing while its files are being read."""
    return import_report(batch) or Report()


def _deposit(request: HttpRequest, place: Place) -> HttpResponse:
    form = DepositForm(request.POST, request.FILES)
    if not form.is_valid():
        return _imports(request, place, form, status=422)
    try:
        made = start_import(place.school, form.contents(), by=place.actor)
    except BadDeposit as refusal:
        form.add_error("fichiers", refusal.phrase)
        return _imports(request, place, form, status=422)
    return redirect("import_batch", place.school.uai, made.pk)


def _imports(
    request: HttpRequest, place: Place, form: DepositForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "batches": imports_of(place.school),
        "limits": f"{MAX_FILES} fichiers, {MAX_MEBIBYTES} Mo en tout",
    }
    return render(request, "school/imports.html", context, status=status)


def _batch(
    request: HttpRequest, batch: ImportBatch, *, status: int = 200, **more: Any
) -> HttpResponse:
    report = _report(batch)
    context = {
        "batch": batch,
        "files": import_files(batch),
        "progress": progress_of(batch),
        "report": report,
        "sections": list(section_rows(report)),
        "preview": batch.state == ImportState.PREVIEW,
        "applied": batch.state == ImportState.APPLIED,
        **more,
    }
    return render(request, "school/import_batch.html", context, status=status)
