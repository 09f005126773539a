"""One choice for a whole division: PFMP exported, weeks, teachers; shown first, then undone."""

from collections.abc import Sequence

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
from livretpro.web.suivi.last_block import (
    CHOICE,
    UNDONE,
    forget,
    last_block,
    left_since,
    remember,
    reversed_block,
)
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
    """Put back what the last block of this session replaced, choice or filled workbook, where it
    still stands."""
    found = division_of(place, division)
    last = last_block(request, place, found)
    if last is None:
        messages.info(request, "Il n’y a plus rien à annuler ici.")
        return _back(place, found)
    own = pupils(place, found)
    outcomes = record_whole(reversed_block(last, own), by=place.actor)
    forget(request)
    messages.success(request, f"{UNDONE[last['page']]} : {_livrets(_changed(outcomes))}.")
    _tell_left(request, outcomes)
    if gone := left_since(last, own):
        plural = "s ne sont" if gone > 1 else " n’est"
        messages.warning(
            request, f"{gone} élève{plural} plus dans la division : rien n’y est remis."
        )
    return redirect(f"suivi:{last['page']}", place.school.uai, place.path, found.pk)


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
    changes = [
        (o.typed.enrolment.pk, o.answer)
        for o in outcomes
        if isinstance(o.answer, Saved) and o.answer.changed
    ]
    remember(request, place, found, CHOICE, choice.title, changes)
    messages.success(request, f"{choice.title} : {_livrets(_changed(outcomes))}.")
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
        "last": last_block(request, place, found, CHOICE),
        "refused": refused,
        "typed": request.POST,
        "asked": request.POST.get("choix", ""),
    }
    return render(request, "suivi/wide.html", context, status=422 if refused else 200)
