"""Paramétrage / Importer: prerequisites, deposit, progress, bilan."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

import safe_input
from livretpro.lsl_registry.bilans import (
    MOST,
    NotOver,
    Seen,
    bilan_name,
    export_bilan,
    glanced,
    import_of,
    imports_of,
    tally_of,
)
from livretpro.lsl_registry.context import divisions_of
from livretpro.lsl_registry.models import Import
from livretpro.lsl_registry.prerequisites import prerequisites
from livretpro.lsl_registry.receiving import BadDeposit, receive
from livretpro.web.base.asking import is_key
from livretpro.web.registre.doors import reads_registre
from livretpro.web.registre.forms import DepositForm
from livretpro.web.registre.place import RegistrePlace

XLS = "application/vnd.ms-excel"


@require_http_methods(["GET", "HEAD", "POST"])
@reads_registre
def imports(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """Prerequisites, deposit, list of bilans, `?avant=` the last one already seen. Five queries,
    doors aside."""
    divisions = divisions_of(place.school)
    if request.method != "POST":
        return _imports(request, place, DepositForm(divisions=divisions))
    form = DepositForm(request.POST, request.FILES, divisions=divisions)
    if not form.is_valid():
        return _imports(request, place, form, status=422)
    try:
        made = receive(form.deposit(), by=place.actor)
    except (BadDeposit, safe_input.Refused) as refusal:
        form.add_error("fichiers", refusal.phrase)
        return _imports(request, place, form, status=422)
    if len(made) > 1:
        return redirect("registre:imports", place.school.uai)
    return redirect("registre:import", place.school.uai, made[0].pk)


def _imports(
    request: HttpRequest, place: RegistrePlace, form: DepositForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "prerequisites": prerequisites(place.school, len(form.divisions)),
        **_listed(request, place),
    }
    return render(request, "registre/imports.html", context, status=status)


@require_safe
@reads_registre
def listing(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """The list alone, asked by itself while files are treated. One query, doors aside."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("registre:imports", place.school.uai)
    return render(request, "registre/parts/bilans.html", _listed(request, place))


def _listed(request: HttpRequest, place: RegistrePlace) -> dict[str, object]:
    asked = request.GET.get("avant", "")
    before = int(asked) if is_key(asked) else None
    return {"imports": imports_of(before=before, by=place.actor), "before": before}


@require_safe
@reads_registre
def one(request: HttpRequest, place: RegistrePlace, lsl_import: int) -> HttpResponseBase:
    """Where an import stands, then its bilan. Two queries, doors aside, four for a large file."""
    found = glanced(_import(place, lsl_import))
    return render(request, "registre/import.html", _context(found))


@require_safe
@reads_registre
def progress(request: HttpRequest, place: RegistrePlace, lsl_import: int) -> HttpResponseBase:
    """The progress alone, asked every second; the whole page once the import is over. One query,
    doors aside."""
    found = tally_of(lsl_import, by=place.actor)
    if found is None:
        raise Http404
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("registre:import", place.school.uai, found.received.pk)
    if not found.received.running:
        return HttpResponseClientRefresh()
    waiting = found.received.total - found.received.done
    context = {"received": found.received, "counts": found, "waiting": waiting}
    return render(request, "registre/parts/progress.html", context)


@require_safe
@reads_registre
def bilan(request: HttpRequest, place: RegistrePlace, lsl_import: int) -> HttpResponseBase:
    """EXPORTER BILAN: the `.xls` file."""
    del request
    received = _import(place, lsl_import)
    try:
        content = export_bilan(received, by=place.actor)
    except NotOver:
        return redirect("registre:import", place.school.uai, received.pk)
    name = bilan_name(received)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLS, headers=headers)


def _import(place: RegistrePlace, pk: int) -> Import:
    found = import_of(pk, by=place.actor)
    if found is None:
        raise Http404
    return found


def _context(found: Seen) -> dict[str, object]:
    return {
        "received": found.received,
        "seen": found,
        "most": MOST,
        "counts": found.counts,
        "failure": f"{found.stopped} {found.received.failure}".strip(),
        "waiting": (found.received.total - found.received.done) * found.received.running,
    }
