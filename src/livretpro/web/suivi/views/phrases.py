"""Ready phrases: the page where one keeps them, and the list that the texts of livrets open."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.livrets.actions import (
    NotYourPhrase,
    PhraseChanged,
    add_phrase,
    change_phrase,
    remove_phrase,
)
from livretpro.livrets.fields import PHRASED, UnknownField, field
from livretpro.livrets.models import Phrase
from livretpro.livrets.permissions import (
    can_change_phrase,
    can_use_phrases,
    can_write_school_phrases,
)
from livretpro.livrets.phrases import phrase_of, phrases_of
from livretpro.typed import BadValue
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place

SCHOOL_WIDE = "etablissement"


@dataclass(frozen=True)
class Text:
    """A text of the livret that takes phrases; `limit` in characters."""

    key: str
    label: str
    limit: int


TEXTS = tuple(Text(key, field(key).label, limit) for key, limit in PHRASED.items())


@dataclass(frozen=True)
class Shelf:
    """The phrases of one text."""

    text: Text
    phrases: tuple[Phrase, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def phrases(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Their own phrases and the school's; a POST keeps one (`champ`, `texte`, `pour`). One query,
    doors aside."""
    _users_only(place)
    if request.method != "POST":
        return _page(request, place)
    key, text = request.POST.get("champ", ""), request.POST.get("texte", "")
    wide = request.POST.get("pour") == SCHOOL_WIDE
    try:
        made = add_phrase(key, text, school_wide=wide, by=place.actor)
    except UnknownField as unknown:
        raise BadRequest from unknown
    except NotYourPhrase as refusal:
        raise PermissionDenied from refusal
    except BadValue as refusal:
        typed = {"key": key, "text": text, "wide": wide, "trouble": refusal.phrase}
        return _page(request, place, typed=typed)
    messages.success(request, f"La phrase est gardée pour : {field(made.key).label}.")
    return redirect("suivi:phrases", place.school.uai)


@require_safe
@in_school
def ready(_request: HttpRequest, place: Place) -> JsonResponse:
    """The phrases that a text of a livret offers, for its list: `champ`, `texte`, `ecole`."""
    _users_only(place)
    told = [
        {"champ": one.key, "texte": one.text, "ecole": one.owner_id is None}
        for one in phrases_of(place.actor)
    ]
    return JsonResponse({"phrases": told})


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def phrase(request: HttpRequest, place: Place, phrase: int) -> HttpResponseBase:
    """One phrase and its new text (`texte`, in the place of `vu`)."""
    found = _found(place, phrase)
    if request.method != "POST":
        return _one(request, found, found.text)
    text, seen = request.POST.get("texte", ""), request.POST.get("vu", "").replace("\r\n", "\n")
    try:
        changed = change_phrase(found, text, seen=seen, by=place.actor)
    except NotYourPhrase as refusal:
        raise Http404 from refusal
    except BadValue as refusal:
        return _one(request, found, text, refusal.phrase)
    except PhraseChanged as refusal:
        found.text = refusal.stands
        return _one(request, found, text, refusal.phrase, status=409)
    messages.success(request, "La phrase est enregistrée." if changed else "Rien n’a changé.")
    return redirect("suivi:phrases", place.school.uai)


@require_POST
@in_school
def remove(request: HttpRequest, place: Place, phrase: int) -> HttpResponseBase:
    """Keep a phrase no more."""
    found = _found(place, phrase)
    try:
        remove_phrase(found, by=place.actor)
    except NotYourPhrase as refusal:
        raise Http404 from refusal
    messages.success(request, "La phrase est retirée ; les textes où elle est insérée restent.")
    return redirect("suivi:phrases", place.school.uai)


def _users_only(place: Place) -> None:
    if not can_use_phrases(place.actor):
        raise PermissionDenied


def _found(place: Place, pk: int) -> Phrase:
    """A phrase this person may change: 404 when it is not theirs to see, 403 when only that."""
    _users_only(place)
    found = phrase_of(place.actor, pk)
    if found is None:
        raise Http404
    if not can_change_phrase(place.actor, found):
        raise PermissionDenied
    return found


def _page(
    request: HttpRequest, place: Place, *, typed: dict[str, Any] | None = None
) -> HttpResponse:
    held = tuple(phrases_of(place.actor))
    context = {
        "texts": TEXTS,
        "own": _shelves(tuple(one for one in held if one.owner_id is not None)),
        "shared": _shelves(tuple(one for one in held if one.owner_id is None)),
        "may_share": can_write_school_phrases(place.actor),
        "typed": typed or {"key": TEXTS[0].key, "text": "", "wide": False, "trouble": ""},
    }
    return render(request, "suivi/phrases.html", context, status=422 if typed else 200)


def _shelves(held: tuple[Phrase, ...]) -> tuple[Shelf, ...]:
    """Those of each text, texts without any left out."""
    shelves = (Shelf(text, tuple(one for one in held if one.key == text.key)) for text in TEXTS)
    return tuple(shelf for shelf in shelves if shelf.phrases)


def _one(
    request: HttpRequest, found: Phrase, text: str, trouble: str = "", *, status: int = 422
) -> HttpResponse:
    own = next(one for one in TEXTS if one.key == found.key)
    context = {"phrase": found, "of": own, "text": text, "trouble": trouble}
    return render(request, "suivi/phrase.html", context, status=status if trouble else 200)
