"""One choice for a whole division: PFMP exported, weeks, teachers; shown first, then undone."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.livrets.actions import Conflict, Outcome, Saved, Typed, record_whole, try_all
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.queries import Sheet, sheets
from livretpro.schools.models import Division, Enrolment
from livretpro.typed import BadValue
from livretpro.web.suivi.asking import division_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.grid.page import pupils
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.wide_rows import (
    BLOCKS,
    PFMP,
    RANKS,
    Choice,
    NoChoice,
    choice_of,
    preview,
    typed_by,
)

LAST = "last_wide_choice"
APPLY = "appliquer"


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def choose(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """The choices for a division. A POST shows what one would do (`choix`, its values), and makes
    it with `etape=appliquer` where the texts shown (`vu:…`) still stand. Exporting the PFMP of all
    is for the head and the DDFPT; each livret keeps its own rights."""
    found = division_of(place, division)
    own = pupils(place, found)
    if not own:
        raise Http404
    if request.method != "POST":
        return _page(request, place, found)
    if request.POST.get("choix") == PFMP and not can_configure(place.actor):
        raise PermissionDenied
    try:
        choice = choice_of(request.POST.dict())
    except NoChoice as unknown:
        raise BadRequest from unknown
    except BadValue as refusal:
        return _page(request, place, found, refused=refusal.phrase)
    held = sheets(own, place.year, known={place.diploma.cfd: place.diploma})
    if request.POST.get("etape") == APPLY:
        return _applied(request, place, found, choice, held)
    told = preview(choice, held, try_all(typed_by(choice, held), by=place.actor))
    context = {"division": found, "preview": told, "sent": _sent(request)}
    return render(request, "suivi/wide_preview.html", context)


@require_POST
@in_diploma
def undo(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """Put back what the last choice of this session replaced, where it still stands."""
    found = division_of(place, division)
    last = _last(request, place, found)
    if last is None:
        messages.info(request, "Il n’y a plus de choix à annuler ici.")
        return _back(place, found)
    by_key = {enrolment.pk: enrolment for enrolment in pupils(place, found)}
    typed = [
        Typed(by_key[pk], key, before, after)
        for pk, key, before, after in last["changes"]
        if pk in by_key
    ]
    outcomes = record_whole(typed, by=place.actor)
    del request.session[LAST]
    done = _changed(outcomes)
    messages.success(request, f"Choix annulé : {_livrets(done)}.")
    _tell_left(request, outcomes)
    return _back(place, found)


def _applied(
    request: HttpRequest,
    place: DiplomaPlace,
    found: Division,
    choice: Choice,
    held: Sequence[Sheet],
) -> HttpResponse:
    """Make the choice for the pupils that were shown as changing, then lead back."""
    typed = _shown(request, choice, [sheet.enrolment for sheet in held])
    outcomes = record_whole(typed, by=place.actor)
    done = _changed(outcomes)
    if done:
        request.session[LAST] = {
            "division": found.pk,
            "cfd": place.diploma.cfd,
            "title": choice.title,
            "count": len(done),
            "changes": [
                [o.typed.enrolment.pk, o.typed.key, o.answer.before, o.answer.after]
                for o in outcomes
                if isinstance(o.answer, Saved) and o.answer.changed
            ],
        }
    messages.success(request, f"{choice.title} : {_livrets(done)}.")
    _tell_left(request, outcomes)
    return _back(place, found)


def _shown(request: HttpRequest, choice: Choice, own: Sequence[Enrolment]) -> list[Typed]:
    """What the page showed as changing, with the texts it showed."""
    return [
        Typed(enrolment, key, text, request.POST[name])
        for enrolment in own
        for key, text in choice.values.items()
        if (name := f"vu:{enrolment.pk}:{key}") in request.POST
    ]


def _changed(outcomes: Sequence[Outcome]) -> set[int]:
    return {
        o.typed.enrolment.pk for o in outcomes if isinstance(o.answer, Saved) and o.answer.changed
    }


def _tell_left(request: HttpRequest, outcomes: Sequence[Outcome]) -> None:
    """Name those whose livret was left as it is."""
    left: dict[str, dict[int, str]] = {}
    for outcome in outcomes:
        if isinstance(outcome.answer, Saved):
            continue
        changed = isinstance(outcome.answer, Conflict)
        why = "changé entre-temps" if changed else outcome.answer.phrase.rstrip(".")
        pupil = outcome.typed.enrolment
        left.setdefault(why, {})[pupil.pk] = str(pupil.student)
    if left:
        told = " ; ".join(f"{', '.join(names.values())} ({why})" for why, names in left.items())
        messages.warning(request, f"Laissés tels quels : {told}.")


def _livrets(done: set[int]) -> str:
    if not done:
        return "aucun livret n’a changé"
    return f"{len(done)} livret{'s ont' if len(done) > 1 else ' a'} changé"


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The choice as its form sent it, for the form that makes it."""
    names = ("choix", "valeur", "bloc", "rang", "nom", "prenom", "vides")
    return [(name, request.POST[name]) for name in names if name in request.POST]


def _last(request: HttpRequest, place: DiplomaPlace, found: Division) -> dict[str, Any] | None:
    """The last choice made in this division, for this diploma."""
    last: dict[str, Any] | None = request.session.get(LAST)
    here = [found.pk, place.diploma.cfd]
    return last if last and [last["division"], last["cfd"]] == here else None


def _back(place: DiplomaPlace, found: Division) -> HttpResponse:
    return redirect("suivi:division_choice", place.school.uai, place.path, found.pk)


def _page(
    request: HttpRequest, place: DiplomaPlace, found: Division, *, refused: str = ""
) -> HttpResponse:
    context = {
        "division": found,
        "may_configure": can_configure(place.actor),
        "blocks": BLOCKS,
        "ranks": RANKS,
        "last": _last(request, place, found),
        "refused": refused,
        "typed": request.POST,
        "asked": request.POST.get("choix", ""),
    }
    return render(request, "suivi/wide.html", context, status=422 if refused else 200)
