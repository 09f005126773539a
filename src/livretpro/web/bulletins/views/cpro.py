"""Imports/Exports > PARTENAIRES > CPRO: prerequisites, repairs, import, report, undo."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from livretpro.bulletins.actions.repairs import Broken, repair
from livretpro.bulletins.batches import (
    Asked,
    BatchSeen,
    batch_of,
    batch_seen,
    last_to_undo,
    latest_batches,
    start_import,
    undo_last,
)
from livretpro.bulletins.importing import findings_of
from livretpro.bulletins.models import BatchState, DivisionState, ImportBatch, ImportLine
from livretpro.bulletins.permissions import can_import
from livretpro.bulletins.plan import Finding, Matter
from livretpro.bulletins.prerequisites import Repair
from livretpro.bulletins.queries.facts import check_divisions
from livretpro.bulletins.queries.periods import current_number, period_names
from livretpro.bulletins.queries.sectors import divisions_of_school
from livretpro.bulletins.refusals import BadChoice, ClosingNotAllowed
from livretpro.bulletins.remote import QUICK, ask
from livretpro.bulletins.words import PERIOD_NUMBERS
from livretpro.schools.queries import visible_division
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import many
from livretpro.web.bulletins.check_rows import check_rows, lead
from livretpro.web.bulletins.doors import configuring, importing, in_year


@require_http_methods(["GET", "HEAD", "POST"])
@configuring
def cpro(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The prerequisites of every division for a period, then the import. Eighteen queries and one
    question to CPRO, doors aside."""
    if request.method == "POST":
        return _start(request, place)
    return _page(request, place, _number(request.GET.get("periode", "")))


def _number(text: str) -> int | None:
    return int(text) if text in map(str, PERIOD_NUMBERS) else None


def _start(request: HttpRequest, place: Place) -> HttpResponse:
    if not can_import(place.actor):
        return _page(
            request,
            place,
            _number(request.POST.get("periode", "")),
            refused="Seuls le chef d’établissement et le DDFPT importent les données de CPRO.",
            status=403,
        )
    chosen = many(request.POST, "division")
    year = in_year(place)
    asked = Asked(
        _number(request.POST.get("periode", "")) or 1,
        dry_run=request.POST.get("faire") == "blanc",
        replaces="remplacer" in request.POST,
    )
    divisions = [d for d in divisions_of_school(year, by=place.actor) if d.pk in chosen]
    try:
        batch = start_import(year, divisions, asked, by=place.actor)
    except BadChoice as refusal:
        return _page(request, place, asked.number, refused=refusal.phrase)
    return redirect("bulletins:import", place.school.uai, batch.pk)


def _page(
    request: HttpRequest, place: Place, asked: int | None, *, refused: str = "", status: int = 200
) -> HttpResponse:
    """Of the period asked for, else the last one that CPRO published, else the current one."""
    year, by = in_year(place), place.actor
    divisions = divisions_of_school(year, by=by)
    remote = ask(year, QUICK)
    number = asked or remote.last_published or current_number(year, timezone.localdate())
    checked = check_divisions(year, divisions, number, remote, by=by)
    rows = check_rows(checked, place.school.uai)
    ready = [row for row in rows if row.ready]
    context = {
        "number": number,
        "numbers": period_names(year) or [(one, f"Période {one}") for one in PERIOD_NUMBERS],
        "rows": rows,
        "ready": ready,
        "lead": lead(rows),
        "ticked": many(request.POST, "division") if request.method == "POST" else None,
        "replaces": "remplacer" in request.POST,
        "refused": refused,
        "may_import": can_import(by),
        "batches": latest_batches(year, by=by),
    }
    answered = 422 if refused and status == 200 else status
    return render(request, "bulletins/cpro.html", context, status=answered)


@require_POST
@configuring
def mend(request: HttpRequest, place: Place, division: int) -> HttpResponseBase:
    """The one button of a line."""
    found = visible_division(place.actor, division)
    if found is None or found.school_year != in_year(place):
        raise Http404
    asked = _number(request.POST.get("periode", "")) or 1
    remote = ask(in_year(place), QUICK).of(found.code)
    try:
        what = Repair(request.POST.get("reparation", ""))
        messages.success(request, repair(Broken(found, asked, remote), what, by=place.actor))
    except (BadChoice, ClosingNotAllowed) as refusal:
        messages.error(request, refusal.phrase)
    except ValueError:
        raise Http404 from None
    address = reverse("bulletins:cpro", args=[place.school.uai])
    return redirect(f"{address}?periode={asked}#d{found.pk}")


@dataclass(frozen=True)
class Findings:
    """What a person must look at, of one kind."""

    matter: Matter
    found: tuple[Finding, ...]


@dataclass(frozen=True)
class LineRow:
    """A division of an import, with what is to be looked at."""

    line: ImportLine
    groups: tuple[Findings, ...]


@require_safe
@importing
def batch(request: HttpRequest, place: Place, cpro_import: int) -> HttpResponseBase:
    """Where an import stands: progress, then its report. Three queries, doors aside."""
    found = _batch(place, cpro_import)
    seen = batch_seen(found)
    last = last_to_undo(found.school_year, by=place.actor)
    context = {
        "batch": found,
        "rows": [_line_row(line) for line in seen.lines],
        "done": seen.in_state(DivisionState.DONE),
        "left": [line for line in seen.lines if line.reason],
        "running": found.state == BatchState.RUNNING,
        "can_undo": last is not None and last.pk == found.pk,
        "totals": _totals(seen),
    }
    return render(request, "bulletins/import.html", context)


@require_safe
@importing
def progress(request: HttpRequest, place: Place, cpro_import: int) -> HttpResponseBase:
    """The progress alone, asked every second; the whole page once the work is over."""
    found = _batch(place, cpro_import)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("bulletins:import", place.school.uai, found.pk)
    if found.state != BatchState.RUNNING:
        return HttpResponseClientRefresh()
    seen = batch_seen(found)
    context = {"batch": found, "rows": [_line_row(line) for line in seen.lines]}
    return render(request, "bulletins/parts/import_progress.html", context)


@require_POST
@importing
def undo(request: HttpRequest, place: Place, cpro_import: int) -> HttpResponseBase:
    """Undo this import, which is the last one."""
    found = _batch(place, cpro_import)
    try:
        done = undo_last(found.school_year, now=timezone.now(), by=place.actor, expected=found.pk)
        left = f" {done.left_words}." if done.left else ""
        messages.success(request, f"Import annulé : {done.words}.{left}")
    except BadChoice as refusal:
        messages.error(request, refusal.phrase)
    return redirect("bulletins:import", place.school.uai, found.pk)


def _batch(place: Place, pk: int) -> ImportBatch:
    found = batch_of(pk, by=place.actor)
    if found is None:
        raise Http404
    return found


def _line_row(line: ImportLine) -> LineRow:
    found = findings_of(line.report)
    groups = (Findings(m, tuple(f for f in found if f.matter is m)) for m in Matter)
    return LineRow(line, tuple(group for group in groups if group.found))


def _totals(seen: BatchSeen) -> list[tuple[str, int]]:
    words = (
        ("créées", "crees"),
        ("modifiées", "modifies"),
        ("retirées", "retires"),
        ("inchangées", "inchanges"),
        ("gardées", "gardes"),
    )
    return [(word, sum(line.report.get(key, 0) for line in seen.lines)) for word, key in words]
