"""The livrets of a division filled in a spreadsheet."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.livrets.actions import (
    Closed,
    Compared,
    WrongWorkbook,
    apply_agreed,
    compare_workbook,
    hand_out_workbook,
)
from livretpro.livrets.queries import periodicities
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.queries import pupil_names
from livretpro.web.suivi.asking import division_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.entry.words import saved_words
from livretpro.web.suivi.forms.spreadsheet import WorkbookForm
from livretpro.web.suivi.grid.page import pupils
from livretpro.web.suivi.last_block import WORKBOOK, last_block, remember
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.spreadsheet_rows import Named, Preview, named, opened, sealed
from safe_input import MAX_WORKBOOK, Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@in_diploma
def download(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """The workbook of a division; a POST, since the journal tells who took it."""
    found = division_of(place, division)
    own = pupils(place, found)
    try:
        content = hand_out_workbook(found, place.diploma.cfd, own, by=place.actor)
    except Closed as refusal:
        messages.error(request, refusal.phrase)
        return redirect("suivi:division", place.school.uai, place.path, found.pk)
    answer = HttpResponse(content, content_type=XLSX)
    name = f"livrets-{slugify(found.code) or found.pk}-{place.year.year}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def spreadsheet(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """The deposit of a filled workbook; a POST answers its preview and writes nothing."""
    found = division_of(place, division)
    if request.method != "POST":
        return _page(request, place, found, WorkbookForm())
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, place, found, form, status=422)
    sent = form.cleaned_data["fichier"].read(MAX_WORKBOOK + 1)
    own = pupils(place, found)
    try:
        compared = compare_workbook(sent, found, place.diploma.cfd, own, by=place.actor)
    except (Refused, WrongWorkbook) as refusal:
        form.add_error("fichier", refusal.phrase)
        return _page(request, place, found, form, status=422)
    return _page(
        request,
        place,
        found,
        form,
        preview=Preview(compared.filling, _named(place, own), compared),
        gone=_gone(place, compared),
        sealed=sealed(compared.filling, found, place.actor),
    )


@require_POST
@in_diploma
def apply(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """Write exactly what a preview showed; a cell that changed since shows both values again."""
    found = division_of(place, division)
    try:
        agreed = opened(
            request.POST.get("apercu", ""), found, place.actor, request.POST.getlist("prendre")
        )
    except BadSignature as forged:
        raise BadRequest from forged
    own = pupils(place, found)
    filling = apply_agreed(found, agreed, own, by=place.actor)
    if not filling.applied:
        return _page(
            request,
            place,
            found,
            WorkbookForm(),
            status=409,
            preview=Preview(filling, _named(place, own)),
            sealed=sealed(filling, found, place.actor),
            moved=True,
        )
    by_number = {pupil.student.siecle_id: pupil.pk for pupil in own}
    changes = [(by_number[one.siecle_id], one.saved) for one in filling.changes]
    remember(request, place, found, WORKBOOK, "Livrets remplis dans un tableur", changes)
    messages.success(request, saved_words(len(filling.changes)))
    return redirect("suivi:division", place.school.uai, place.path, found.pk)


def _named(place: DiplomaPlace, own: Sequence[Enrolment]) -> dict[int, Named]:
    return named(own, periodicities(place.year, [place.diploma.cfd]))


def _gone(place: DiplomaPlace, compared: Compared) -> list[str]:
    """Pupils of the file who are not in the division any more: one query if there are some."""
    known = pupil_names(place.school, compared.gone) if compared.gone else {}
    return [known.get(number, f"élève {number}") for number in compared.gone]


def _page(
    request: HttpRequest,
    place: DiplomaPlace,
    division: Division,
    form: WorkbookForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    last = last_block(request, place, division, WORKBOOK)
    context = {"division": division, "form": form, "last": last, **more}
    return render(request, "suivi/spreadsheet.html", context, status=status)
