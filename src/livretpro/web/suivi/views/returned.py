"""Bilans of LSL brought back: their deposit, what they say, which version each is about."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.lsl_export.models import ReturnedBilan
from livretpro.lsl_export.queries import visible_version
from livretpro.lsl_export.returned import (
    MAX_BYTES,
    AlreadyTied,
    WrongBilan,
    keep_bilan,
    remove_bilan,
    tie_bilan,
)
from livretpro.lsl_export.returned_seen import (
    BilanRow,
    bilan_rows,
    bilan_seen,
    choices,
    visible_bilan,
)
from livretpro.web.base.addresses import diploma_path
from livretpro.web.base.asking import is_key
from livretpro.web.suivi.asking import heads_only
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.forms.export import BilanForm
from livretpro.web.suivi.place import DiplomaPlace
from safe_input import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def bilans(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """The bilans of a diploma, and the deposit of one. One query, doors aside."""
    heads_only(place)
    if request.method != "POST":
        return _list(request, place, BilanForm())
    form = BilanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, place, form, status=422)
    sent = form.cleaned_data["fichier"]
    try:
        kept = keep_bilan(sent.read(MAX_BYTES + 1), sent.name, by=place.actor)
    except (Refused, WrongBilan) as refusal:
        form.add_error("fichier", refusal.phrase)
        return _list(request, place, form, status=422)
    if kept.fresh:
        messages.success(request, "Le bilan est déposé.")
    else:
        messages.info(request, "Ce bilan est déjà déposé : le voici.")
    return _to(place, kept.bilan)


@require_safe
@in_diploma
def bilan(request: HttpRequest, place: DiplomaPlace, returned: int) -> HttpResponseBase:
    """What a bilan says, pupil by pupil; while its version is not known, their choice. Five queries
    at most, doors aside."""
    return _page(request, place, _found(place, returned))


@require_POST
@in_diploma
def tie(request: HttpRequest, place: DiplomaPlace, returned: int) -> HttpResponseBase:
    """Say of which version of the school a bilan is."""
    found = _found(place, returned)
    wanted = request.POST.get("version", "")
    if not is_key(wanted):
        refused = "Choisissez la version dont c’est le bilan."
        return _page(request, place, found, status=422, refused=refused)
    version = visible_version(int(wanted), by=place.actor)
    if version is None:
        raise Http404
    try:
        tie_bilan(found.bilan, version, by=place.actor)
    except AlreadyTied as refusal:
        messages.error(request, refusal.phrase)
    else:
        of = f"la version {version.number:03d} de {version.division.code}"
        messages.success(request, f"Le bilan est rattaché à {of}.")
    return _to(place, ReturnedBilan(pk=found.bilan.pk, version=version))


@require_POST
@in_diploma
def remove(request: HttpRequest, place: DiplomaPlace, returned: int) -> HttpResponseBase:
    """Take a bilan away: the livrets no longer show it."""
    found = _found(place, returned)
    remove_bilan(found.bilan, by=place.actor)
    messages.success(request, "Le bilan est retiré : les livrets ne le montrent plus.")
    return redirect("suivi:returned_bilans", place.school.uai, place.path)


def _found(place: DiplomaPlace, pk: int) -> BilanRow:
    """A bilan of this diploma and year, or of no version yet; 404 for one from elsewhere."""
    heads_only(place)
    row = visible_bilan(pk, by=place.actor)
    version = row.bilan.version if row else None
    elsewhere = version and (version.cfd, version.school_year_id) != (
        place.diploma.cfd,
        place.year.pk,
    )
    if row is None or elsewhere:
        raise Http404
    return row


def _to(place: DiplomaPlace, kept: ReturnedBilan) -> HttpResponse:
    """The page of a bilan, at the diploma and year of its version."""
    version, path = kept.version, place.path
    if version:
        path = diploma_path(place.school, version.cfd, version.school_year)
    return redirect("suivi:returned_bilan", place.school.uai, path, kept.pk)


def _list(
    request: HttpRequest, place: DiplomaPlace, form: BilanForm, *, status: int = 200
) -> HttpResponse:
    rows = bilan_rows(place.year, place.diploma.cfd, by=place.actor)
    return render(
        request, "suivi/returned_bilans.html", {"rows": rows, "form": form}, status=status
    )


def _page(
    request: HttpRequest,
    place: DiplomaPlace,
    row: BilanRow,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {"seen": bilan_seen(row, by=place.actor), "refused": refused}
    if row.bilan.version is None:
        context["choices"] = choices(row.bilan, by=place.actor)
    return render(request, "suivi/returned_bilan.html", context, status=status)
