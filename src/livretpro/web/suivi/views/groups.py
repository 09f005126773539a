"""Teaching groups of the speciality: declared from SIECLE, made on screen, changed, undeclared."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.schools.groups import (
    TrackGroups,
    change_group,
    declare_group,
    declared_group,
    make_group,
    track_groups,
    undeclare_group,
)
from livretpro.schools.lines import BadChoice
from livretpro.schools.models import DeclaredGroup
from livretpro.schools.permissions import can_declare_groups
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.place import DiplomaPlace


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def groups(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """The groups of the diploma, by level; declaring one of SIECLE (`groupe`) or making a free one
    (`nom`, `eleve`). Four queries, doors aside."""
    _heads_only(place)
    levels = track_groups(place.year, place.diploma.cfd)
    if request.method != "POST":
        return _groups(request, levels)
    asked = next((held for held in levels if held.level == request.POST.get("niveau")), None)
    if asked is None:
        raise BadRequest
    try:
        made = _declared(request, place, asked)
    except BadChoice as refusal:
        return _groups(request, levels, status=422, wrong=_wrong(request, asked, refusal))
    messages.success(request, f"Le groupe {made} est déclaré : ses chiffres valent dès maintenant.")
    return _back(place)


def _declared(request: HttpRequest, place: DiplomaPlace, asked: TrackGroups) -> DeclaredGroup:
    cfd, wanted = place.diploma.cfd, request.POST.get("groupe")
    if wanted is None:
        name, students = request.POST.get("nom", ""), _students(request, asked, "eleve")
        return make_group(place.year, cfd, asked.level, name, students, by=place.actor)
    offered = (offer.group for offer in asked.offered if str(offer.group.pk) == wanted)
    group = next(offered, None)
    if group is None:
        raise BadChoice("Ce groupe n’est plus à déclarer : voyez la liste.")
    return declare_group(place.year, cfd, asked.level, group, by=place.actor)


def _students(request: HttpRequest, asked: TrackGroups, field: str) -> set[int]:
    """The pupils that a field names, among those of the level."""
    ticked = set(request.POST.getlist(field))
    return {pupil.student_id for pupil in asked.pupils if str(pupil.pk) in ticked}


def _wrong(request: HttpRequest, asked: TrackGroups, refusal: BadChoice) -> dict[str, Any]:
    return {
        "level": asked.level,
        "phrase": refusal.phrase,
        "name": request.POST.get("nom", ""),
        "ticked": _students(request, asked, "eleve"),
        "shown": _students(request, asked, "vu"),
        "free": "groupe" not in request.POST,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def group(request: HttpRequest, place: DiplomaPlace, declared: int) -> HttpResponseBase:
    """A free group: its name and its pupils."""
    found = _found(place, declared)
    levels = track_groups(place.year, place.diploma.cfd)
    own = next((held for held in levels if held.level == found.level), None)
    if found.group_id is not None or own is None:
        raise Http404
    if request.method != "POST":
        return _group(request, found, own)
    name, students = request.POST.get("nom", ""), _students(request, own, "eleve")
    shown = _students(request, own, "vu") or None
    try:
        changed = change_group(found, name, students, shown=shown, by=place.actor)
    except BadChoice as refusal:
        return _group(request, found, own, status=422, wrong=_wrong(request, own, refusal))
    messages.success(
        request, f"Le groupe {name} est enregistré." if changed else "Rien n’a changé."
    )
    return _back(place)


@require_POST
@in_diploma
def remove_group(request: HttpRequest, place: DiplomaPlace, declared: int) -> HttpResponseBase:
    """Undeclare a group: its pupils count with their division again."""
    found = _found(place, declared)
    undeclare_group(found, by=place.actor)
    messages.success(request, f"Le groupe {found} n’est plus déclaré.")
    return _back(place)


def _found(place: DiplomaPlace, pk: int) -> DeclaredGroup:
    _heads_only(place)
    found = declared_group(place.actor, place.year, place.diploma.cfd, pk)
    if found is None:
        raise Http404
    return found


def _heads_only(place: DiplomaPlace) -> None:
    """Refuse everybody else; the groups of a former year are those of its figures: they stand."""
    if not can_declare_groups(place.actor):
        raise PermissionDenied
    if place.former:
        raise Http404


def _back(place: DiplomaPlace) -> HttpResponse:
    return redirect("suivi:groups", place.school.uai, place.path)


def _groups(
    request: HttpRequest,
    levels: list[TrackGroups],
    *,
    status: int = 200,
    wrong: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {"levels": levels, "wrong": wrong}
    return render(request, "suivi/groups.html", context, status=status)


def _group(
    request: HttpRequest,
    declared: DeclaredGroup,
    own: TrackGroups,
    *,
    status: int = 200,
    wrong: dict[str, Any] | None = None,
) -> HttpResponse:
    line = next(line for line in own.declared if line.declared.pk == declared.pk)
    members = {pupil.student_id for pupil in line.pupils}
    context = {
        "declared": declared,
        "pupils": [p for p in own.pupils if p in own.alone or p.student_id in members],
        "ticked": wrong["ticked"] if wrong else members,
        "shown": wrong["shown"] if wrong else members,
        "name": wrong["name"] if wrong else declared.name,
        "wrong": wrong,
    }
    return render(request, "suivi/group.html", context, status=status)
