"""Configuration and export of the LSL Pro: for the head and the DDFPT."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.livrets.actions import (
    BadCampaign,
    BadPeriods,
    DatesChanged,
    PeriodicityFrozen,
    set_campaign,
    set_periodicity,
    set_periods,
    set_project,
)
from livretpro.livrets.announcing import told
from livretpro.livrets.queries import level_settings, periodicities
from livretpro.livrets.rules import project_label
from livretpro.lsl_export.actions import (
    Made,
    create_export,
    hand_out,
)
from livretpro.lsl_export.board import board
from livretpro.lsl_export.jobs import NO_FILE
from livretpro.lsl_export.panel import compare, compare_with_previous, panel
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.queries import visible_versions
from livretpro.lsl_export.returned_seen import bilan_rows
from livretpro.lsl_export.runs import latest_runs
from livretpro.lsl_export.verifying import ArchiveVerdict, verify_upload
from livretpro.schools.models import Division
from livretpro.web.suivi import export_rows as rows
from livretpro.web.suivi.asking import division_of, heads_only, numbers, version_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.forms.export import (
    BilanForm,
    CampaignForm,
    FileForm,
    OptionsForm,
    PeriodDatesForm,
    PeriodicityForm,
    ProjectForm,
)
from livretpro.web.suivi.place import DiplomaPlace
from safe_input import Refused

PAIR = 2


@require_safe
@in_diploma
def configuration(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Periodicities, and the exports of every division. Fifteen queries, doors aside."""
    heads_only(place)
    return _configuration(request, place)


@require_POST
@in_diploma
def periodicity(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Choose trimestres or semestres for a level: the entry opens."""
    heads_only(place)
    form = PeriodicityForm(request.POST)
    if not form.is_valid():
        return _refused_level(request, place, form, status=422)
    try:
        changed = set_periodicity(
            place.year, place.diploma.cfd, form.level, form.kind, by=place.actor
        )
    except PeriodicityFrozen as refusal:
        form.add_error("periodicite", refusal.phrase)
        return _refused_level(request, place, form, status=409)
    if changed:
        opened = f"La saisie des livrets de {form.level.label} est ouverte, par {form.kind.plural}"
        messages.success(request, f"{opened} : vous pouvez prévenir les enseignants.")
    return _back(place)


@require_POST
@in_diploma
def campaign(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Set the days between which teachers write the livrets of a level."""
    heads_only(place)
    form = CampaignForm(request.POST)
    if not form.is_valid():
        return _refused_level(request, place, form, status=422)
    try:
        changed = set_campaign(
            place.year,
            place.diploma.cfd,
            form.level,
            form.campaign,
            seen=request.POST.get("vu"),
            by=place.actor,
        )
    except (BadCampaign, DatesChanged) as refusal:
        form.add_error("fermeture", refusal.phrase)
        return _refused_level(request, place, form, status=_status_of(refusal))
    if changed:
        messages.success(request, f"La campagne de {form.level.label} est enregistrée.")
    return _back(place)


def _status_of(refusal: Exception) -> int:
    return 409 if isinstance(refusal, DatesChanged) else 422


@require_POST
@in_diploma
def period_dates(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Set the first and last day of the periods of a level."""
    heads_only(place)
    form = PeriodDatesForm(request.POST)
    if not form.is_valid():
        return _refused_level(request, place, form, status=422)
    try:
        changed = set_periods(
            place.year,
            place.diploma.cfd,
            form.level,
            form.periods,
            seen=request.POST.get("vu"),
            by=place.actor,
        )
    except (BadPeriods, DatesChanged) as refusal:
        form.add_error(None, refusal.phrase)
        return _refused_level(request, place, form, status=_status_of(refusal))
    if changed:
        messages.success(
            request, f"Les dates des périodes de {form.level.label} sont enregistrées."
        )
    return _back(place)


@require_POST
@in_diploma
def project(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Open or close the chef-d'œuvre or projet block of a level."""
    heads_only(place)
    form = ProjectForm(request.POST)
    if not form.is_valid():
        return _configuration(request, place, status=422)
    cfd, level = place.diploma.cfd, form.level
    row = periodicities(place.year, [cfd]).get((cfd, level.value))
    if row is None:
        raise Http404
    set_project(row, open_it=form.open_it, by=place.actor)
    done = "ouvert" if form.open_it else "fermé : ce qui était saisi est gardé"
    label = project_label(place.year.year)
    messages.success(request, f"Le bloc {label} de {level.label} est {done}.")
    return _back(place)


@require_POST
@in_diploma
def verify(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Say whether a file is one of the school's, which version, untouched; the journal tells it."""
    heads_only(place)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _configuration(request, place, status=422, form=form)
    try:
        found = verify_upload(form.cleaned_data["fichier"], by=place.actor)
    except Refused as refusal:
        form.add_error("fichier", refusal.phrase)
        return _configuration(request, place, status=422, form=form)
    if isinstance(found, ArchiveVerdict):
        return _configuration(request, place, archive=found)
    return _configuration(request, place, verdict=found, verified=True)


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def prepare(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """What one division is about to export, its versions, and making a new one.

    Thirteen queries at most, doors aside; about eight more with the livrets of première.
    """
    found = _division(place, division)
    form = OptionsForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _panel(request, place, found, OptionsForm({}), status=422)
    if request.method != "POST":
        return _panel(request, place, found, form)
    return _create(request, place, found, form)


@require_POST
@in_diploma
def download(
    request: HttpRequest,  # noqa: ARG001 (a view)
    place: DiplomaPlace,
    version: int,
) -> HttpResponseBase:
    """The exact bytes of a version; a POST, since the journal tells who took them."""
    found = version_of(place, version)
    answer = HttpResponse(hand_out(found, by=place.actor), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.file_name}"'
    return answer


@require_safe
@in_diploma
def changes(request: HttpRequest, place: DiplomaPlace, version: int) -> HttpResponseBase:
    """What changed since the former version, pupil by pupil. Four queries, doors aside."""
    found = version_of(place, version)
    context = {"comparison": compare_with_previous(found, by=place.actor)}
    return render(request, "suivi/export_changes.html", context)


@require_safe
@in_diploma
def two_versions(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """Two versions of a division side by side. Four queries, doors aside."""
    own = _division(place, division)
    asked = numbers(request.GET.getlist("version"))
    found = visible_versions(asked, place.diploma.cfd, by=place.actor)
    if len(asked) != PAIR:
        refused = "Cochez deux versions à comparer."
        return _panel(request, place, own, OptionsForm({}), status=422, refused=refused)
    if [version.division_id for version in found] != [own.pk] * PAIR:
        raise Http404
    older, newer = sorted(found, key=lambda version: version.number)
    context = {"comparison": compare(older, newer, by=place.actor)}
    return render(request, "suivi/export_changes.html", context)


def _division(place: DiplomaPlace, pk: int) -> Division:
    """A division of the year; 403 for who may not export, 404 for one from elsewhere."""
    heads_only(place)
    return division_of(place, pk)


def _back(place: DiplomaPlace) -> HttpResponse:
    return redirect("suivi:export", place.school.uai, place.path)


def _refused_level(
    request: HttpRequest,
    place: DiplomaPlace,
    form: PeriodicityForm | CampaignForm | PeriodDatesForm,
    *,
    status: int,
) -> HttpResponse:
    errors = {form.cleaned_data.get("niveau", ""): form.refusal}
    return _configuration(request, place, status=status, errors=errors, wrong=list(form.errors))


def _configuration(
    request: HttpRequest,
    place: DiplomaPlace,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    wrong: Collection[str] = (),
    form: FileForm | None = None,
    **verdict: Any,
) -> HttpResponse:
    shown = board(place.year, place.diploma, by=place.actor)
    found = level_settings(place.year, place.diploma.cfd)
    today = timezone.localdate()
    context = {
        "levels": rows.level_rows(
            found,
            shown,
            year=place.year,
            told=told(place.year, place.diploma.cfd),
            errors=errors or {},
            typed=request.POST.dict(),
            wrong=wrong,
            now=timezone.now(),
        ),
        "divisions": [rows.DivisionRow(division, today) for division in shown.divisions],
        "runs": [
            rows.RunRow(run) for run in latest_runs(place.year, place.diploma.cfd, by=place.actor)
        ],
        "trouble": shown.trouble,
        "form": form or FileForm(),
        "bilan_form": BilanForm(auto_id="bilan_%s"),
        **verdict,
    }
    return render(request, "suivi/export.html", context, status=status)


def _create(
    request: HttpRequest, place: DiplomaPlace, division: Division, form: OptionsForm
) -> HttpResponse:
    try:
        made = create_export(division, place.diploma, form.options, by=place.actor)
    except NO_FILE as refusal:
        return _panel(request, place, division, form, status=409, refused=refusal.phrase)
    _tell(request, made)
    return redirect(_address(place, division, form.options))


def _tell(request: HttpRequest, made: Made) -> None:
    number = made.version.number
    if made.fresh:
        messages.success(request, f"La version {number:03d} est faite : téléchargez-la.")
    else:
        messages.info(request, f"Rien n’a changé depuis la version {number} : la voici de nouveau.")


def _address(place: DiplomaPlace, division: Division, options: Options) -> str:
    """The panel again, with the same options."""
    chosen = {"profil": options.profile.value}
    if options.with_previous_year:
        chosen["n1"] = "on"
    keys = (place.school.uai, place.path, division.pk)
    return f"{reverse('suivi:export_division', args=keys)}?{urlencode(chosen)}"


def _panel(
    request: HttpRequest,
    place: DiplomaPlace,
    division: Division,
    form: OptionsForm,
    *,
    status: int = 200,
    refused: str = "",
) -> HttpResponse:
    form.is_valid()
    shown = panel(division, place.diploma, form.options, by=place.actor)
    context = {
        "panel": shown,
        "form": form,
        "refused": refused,
        "left_out": rows.left_out(shown),
        "former_left_out": rows.former_left_out(shown),
        "included": rows.included(shown),
        "former_year": f"{division.school_year.year - 1}-{division.school_year.year}",
        "bilans": bilan_rows(place.year, place.diploma.cfd, by=place.actor, division=division),
        "bilan_form": BilanForm(auto_id="bilan_%s"),
    }
    return render(request, "suivi/export_division.html", context, status=status)
