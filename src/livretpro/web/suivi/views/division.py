"""The divisions of a diploma, and the livrets of one of them."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.livrets.boards import boards
from livretpro.livrets.fields import UnknownField
from livretpro.livrets.groups import TeachingGroup, groups
from livretpro.livrets.status import Colour
from livretpro.lsl_export.returned_seen import class_seen, class_told
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.queries import Roll, pupils_at, roll, visible_division
from livretpro.web.base.asking import is_key
from livretpro.web.suivi.asking import division_of
from livretpro.web.suivi.board_rows import Doors, level_rows
from livretpro.web.suivi.doors import acting, diploma_place, in_diploma, split_path
from livretpro.web.suivi.entry.words import saved_words
from livretpro.web.suivi.grid.bilan import bilan_pupils
from livretpro.web.suivi.grid.page import GridPage, changed_rows, grid_page, pupils, told_in
from livretpro.web.suivi.grid.returned import ReturnedClass
from livretpro.web.suivi.grid.typing import (
    Trouble,
    Unreadable,
    read_cells,
    read_column,
    save_cells,
    saved_answer,
)
from livretpro.web.suivi.natures import nature_named
from livretpro.web.suivi.owed_rows import Reader, closings, owed_by
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.tour import tour_of

APPRECIATIONS = "appreciations"
VIEWS = {
    "": "suivi/grid.html",
    APPRECIATIONS: "suivi/appreciations.html",
    "liste": "suivi/division.html",
}


@require_safe
@in_diploma
def entry(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    """The divisions where this person follows pupils of the diploma, what they still owe there, and
    who has no livret."""
    everybody = roll(place.actor, place.year, place.diploma.cfd)
    found = boards(everybody.present, place.year, {place.diploma.cfd: place.diploma})
    doors = Doors(place.school.uai, place.path)
    reader = Reader({place.diploma.cfd: doors}, on=timezone.localdate())
    context = {
        "closings": closings(found, place.actor, place.year),
        "owed": owed_by(place.actor, found, place.year, reader=reader),
        "writes": bool(place.actor.divisions or place.actor.referent_of),
        "levels": level_rows(found, doors),
        "roll": everybody,
        "apprenticed": apprenticed(everybody),
        "reasons": _reasons(everybody.without),
        "tour": tour_of(place),
    }
    return render(request, "suivi/entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def division(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """The livrets of a division, as a grid, as appreciations or as a list (`?vue=`); `?statut=` and
    `?manque=` choose among them, `?colonne=` is the field filled alone.

    A POST fills one field of the class, `champ`, in a browser without JavaScript.
    """
    found = division_of(place, division, returned=class_told(place.diploma.cfd))
    if request.method == "POST":
        return _filled(request, place, found)
    page = grid_page(
        place,
        found,
        colour=_colour(request.GET.get("statut", "")),
        nature=nature_named(request.GET.get("manque", "")),
        wanted=request.GET.get("colonne", ""),
    )
    return _shown(request, page, request.GET.get("vue", ""))


@require_POST
@acting
def save(request: HttpRequest, actor: Actor, path: str, division: int) -> JsonResponse:
    """Save cells sent as JSON, each on its own: what is refused or in conflict is told, the rest is
    kept. Nine queries, session and user aside, whatever the number of cells."""
    cfd, year = split_path(actor, path)
    try:
        sent = read_cells(request.body)
    except Unreadable as unreadable:
        of_year(actor, division, year)
        raise BadRequest from unreadable
    own = pupils_at(actor, division, cfd, year, among=[c.pupil for c in sent]) if year else []
    if not own:
        of_year(actor, division, year)
    answers = save_cells(sent, own, by=actor)
    return JsonResponse(saved_answer(answers, own, by=actor, now=timezone.now()))


@require_safe
@acting
def changes(request: HttpRequest, actor: Actor, path: str, division: int) -> JsonResponse:
    """What changed in the livrets of a division since `?depuis=`, for the page that stays open and
    asks every few seconds: three queries when nothing did, session and user aside."""
    cfd, year = split_path(actor, path)
    found = of_year(actor, division, year)
    since = request.GET.get("depuis", "")
    if not is_key(since):
        raise BadRequest
    latest, told = told_in(found, cfd, actor.school.uai, after=int(since))
    if not told:
        return JsonResponse({"curseur": latest})
    page = grid_page(diploma_place(actor, path), found)
    return JsonResponse({"curseur": latest} | changed_rows(page, told))


def of_year(actor: Actor, pk: int, year: int | None) -> Division:
    """A division whose pupils this person follows, in the year of the address; or 404."""
    found = visible_division(actor, pk) if actor.follows_pupils else None
    if found is None or found.school_year.year != year:
        raise Http404
    return found


def _filled(request: HttpRequest, place: DiplomaPlace, found: Division) -> HttpResponseBase:
    def again(key: str, troubles: Mapping[int, Trouble], view: str) -> HttpResponse:
        page = grid_page(place, found, wanted=key, troubles=troubles)
        return _shown(request, page, view, status=409)

    return filled_column(
        request,
        pupils(place, found),
        by=place.actor,
        texts=("appreciation", APPRECIATIONS),
        address=reverse("suivi:division", args=[place.school.uai, place.path, found.pk]),
        again=again,
    )


def filled_column(
    request: HttpRequest,
    own: Sequence[Enrolment],
    *,
    by: Actor,
    texts: tuple[str, str],
    address: str,
    again: Callable[[str, Mapping[int, Trouble], str], HttpResponseBase],
) -> HttpResponseBase:
    """The form of one field of a class, in a browser without JavaScript: saved, or shown `again`
    (field, what could not be kept by pupil, view). `texts` are the field of texts and its view."""
    key = request.POST.get("champ", "")
    try:
        sent = read_column(request.POST, key, own)
    except UnknownField as unknown:
        raise BadRequest from unknown
    answers = save_cells(sent, own, by=by)
    troubles = {a.cell.pupil: a.trouble for a in answers if a.trouble}
    view = texts[1] if key == texts[0] else ""
    if troubles:
        return again(key, troubles, view)
    messages.success(request, saved_words(len(answers)))
    wanted = {"vue": view} if view else {"colonne": key}
    return redirect(f"{address}?{urlencode(wanted)}")


def _shown(request: HttpRequest, page: GridPage, view: str, *, status: int = 200) -> HttpResponse:
    template = VIEWS.get(view, VIEWS[""])
    context = {
        "page": page,
        "view": view if view in VIEWS else "",
        "figures": _figures(page),
        "others": not page.boards and bool(bilan_pupils(page.place, page.division)),
        "returned": ReturnedClass.of(page, class_seen(getattr(page.division, "returned", ()))),
    }
    return render(request, template, context, status=status)


def _figures(page: GridPage) -> list[tuple[Level, Sequence[TeachingGroup]]]:
    """The groups of the pupils of the division, level by level: one query."""
    cfd = page.place.diploma.cfd
    teaching = groups(page.place.year, [cfd])
    return [
        (board.level, teaching.in_division(page.division.pk, cfd, board.level))
        for board in page.boards
    ]


def _colour(text: str) -> Colour | None:
    return Colour(text) if text in {colour.value for colour in Colour} else None


def apprenticed(everybody: Roll) -> list[Division]:
    """The divisions of those who have bilans and no livret, by code."""
    others = sorted(
        (*everybody.apprentices, *everybody.without, *everybody.no_longer),
        key=lambda enrolment: str(enrolment.division),
    )
    own = (e.division for e in others if e.has_bilan)
    return list(dict.fromkeys(division for division in own if division))


def _reasons(without: Sequence[Enrolment]) -> dict[str, list[Enrolment]]:
    """Those who have no livret, by the sentence that says why."""
    found: dict[str, list[Enrolment]] = {}
    for enrolment in without:
        reason = enrolment.no_livret or "Cet élève n’est pas sous statut scolaire."
        found.setdefault(reason, []).append(enrolment)
    return found
