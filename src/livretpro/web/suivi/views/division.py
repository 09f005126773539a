"""The divisions of a diploma, and the livrets of one of them."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from livretpro.livrets.actions import Closed, export_pfmp_for_all
from livretpro.livrets.boards import boards
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.status import Colour
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.queries import pupils_of_division, roll, visible_division
from livretpro.web.base.doors import in_diploma
from livretpro.web.base.place import DiplomaPlace
from livretpro.web.suivi.division_rows import DivisionPage, by_level, closings
from livretpro.web.suivi.natures import nature_named

CHOICES = {"oui": True, "non": False}


@require_safe
@in_diploma
def entry(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    """The divisions where this person follows pupils of the diploma, and who has no livret."""
    everybody = roll(place.actor, place.year, place.diploma.cfd)
    found = boards(everybody.present, place.year, place.diploma)
    closing = closings(found, place.actor)
    context = {
        "closings": closing,
        "levels": by_level(found),
        "roll": everybody,
        "reasons": _reasons(everybody.without),
    }
    return render(request, "suivi/entry.html", context)


@require_safe
@in_diploma
def division(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponse:
    """The livrets of a division; `?statut=` and `?manque=` choose among them."""
    found = _division(place, division)
    page = DivisionPage(
        division=found,
        boards=boards(_pupils(place, found), place.year, place.diploma),
        colour=_colour(request.GET.get("statut", "")),
        nature=nature_named(request.GET.get("manque", "")),
    )
    context = {"page": page, "may_configure": can_configure(place.actor)}
    return render(request, "suivi/division.html", context)


@require_POST
@in_diploma
def export_pfmp(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """Export the PFMP of every livret of a division, or of none."""
    found = _division(place, division)
    if not can_configure(place.actor):
        raise PermissionDenied
    export = CHOICES.get(request.POST.get("exporter", ""))
    if export is None:
        raise BadRequest
    try:
        changed = export_pfmp_for_all(_pupils(place, found), export=export, by=place.actor)
        messages.success(request, _changed_words(changed, export=export))
    except Closed as refusal:
        messages.error(request, refusal.phrase)
    return redirect("suivi:division", place.school.uai, place.path, found.pk)


def _division(place: DiplomaPlace, pk: int) -> Division:
    found = visible_division(place.actor, pk)
    if found is None or found.school_year_id != place.year.pk:
        raise Http404
    return found


def _pupils(place: DiplomaPlace, found: Division) -> list[Enrolment]:
    return [e for e in pupils_of_division(place.actor, found) if e.cfd == place.diploma.cfd]


def _colour(text: str) -> Colour | None:
    return Colour(text) if text in {colour.value for colour in Colour} else None


def _reasons(without: Sequence[Enrolment]) -> dict[str, list[Enrolment]]:
    """Those who have no livret, by the sentence that says why."""
    found: dict[str, list[Enrolment]] = {}
    for enrolment in without:
        reason = enrolment.no_livret or "Cet élève n’est pas sous statut scolaire."
        found.setdefault(reason, []).append(enrolment)
    return found


def _changed_words(changed: int, *, export: bool) -> str:
    done = "La partie PFMP sera exportée" if export else "La partie PFMP ne sera pas exportée"
    if changed == 0:
        return f"{done} : aucun livret n’a changé."
    return f"{done} : {changed} livret{'s ont' if changed > 1 else ' a'} changé."
