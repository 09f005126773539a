"""Ready phrases: the page where one keeps them, and the list that the texts of a system open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.phrases.actions import (
    NotYourPhrase,
    PhraseChanged,
    add_phrase,
    change_phrase,
    remove_phrase,
)
from livretpro.phrases.models import Phrase
from livretpro.phrases.permissions import can_change_phrase, can_write_school_phrases
from livretpro.phrases.queries import phrase_of, phrases_of
from livretpro.phrases.rules import Text
from livretpro.typed import BadValue
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.base.systems import texts_of

SCHOOL_WIDE = "etablissement"


@dataclass(frozen=True)
class Shelf:
    """The phrases of one text."""

    text: Text
    phrases: tuple[Phrase, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def phrases(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Their own phrases and the school's; a POST keeps one (`champ`, `texte`, `pour`).

    `?champ=` is the text one comes from, proposed first. One query, doors and texts aside.
    """
    texts = _texts(place)
    if request.method != "POST":
        return _page(request, place, texts)
    words, wide = request.POST.get("texte", ""), request.POST.get("pour") == SCHOOL_WIDE
    text = _text(texts, request.POST.get("champ", ""))
    if text is None:
        raise BadRequest
    try:
        add_phrase(text, words, school_wide=wide, by=place.actor)
    except NotYourPhrase as refusal:
        raise PermissionDenied from refusal
    except BadValue as refusal:
        typed = {"key": text.key, "words": words, "wide": wide, "trouble": refusal.phrase}
        return _page(request, place, texts, typed=typed)
    messages.success(request, f"La phrase est gardée pour : {text.label}.")
    return redirect("phrases", place.school.uai)


@require_safe
@in_school
def ready(_request: HttpRequest, place: Place) -> JsonResponse:
    """The phrases that a text offers, for its list: `champ`, `texte`, `ecole`."""
    told = [
        {"champ": one.key, "texte": one.text, "ecole": one.owner_id is None}
        for one in phrases_of(place.actor, _texts(place))
    ]
    return JsonResponse({"phrases": told})


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def phrase(request: HttpRequest, place: Place, phrase: int) -> HttpResponseBase:
    """One phrase and its new words (`texte`, in the place of `vu`)."""
    found, text = _found(place, phrase)
    if request.method != "POST":
        return _one(request, found, text, found.text)
    words, seen = request.POST.get("texte", ""), request.POST.get("vu", "").replace("\r\n", "\n")
    try:
        changed = change_phrase(found, text, words, seen=seen, by=place.actor)
    except NotYourPhrase as refusal:
        raise Http404 from refusal
    except BadValue as refusal:
        return _one(request, found, text, words, refusal.phrase)
    except PhraseChanged as refusal:
        found.text = refusal.stands
        return _one(request, found, text, words, refusal.phrase, status=409)
    messages.success(request, "La phrase est enregistrée." if changed else "Rien n’a changé.")
    return redirect("phrases", place.school.uai)


@require_POST
@in_school
def remove(request: HttpRequest, place: Place, phrase: int) -> HttpResponseBase:
    """Keep a phrase no more."""
    found, text = _found(place, phrase)
    try:
        remove_phrase(found, text, by=place.actor)
    except NotYourPhrase as refusal:
        raise Http404 from refusal
    messages.success(request, "La phrase est retirée ; les textes où elle est insérée restent.")
    return redirect("phrases", place.school.uai)


def _texts(place: Place) -> tuple[Text, ...]:
    """The texts this person writes: 403 when there are none."""
    texts = texts_of(place)
    if not texts:
        raise PermissionDenied
    return texts


def _text(texts: Sequence[Text], key: str) -> Text | None:
    return next((text for text in texts if text.key == key), None)


def _found(place: Place, pk: int) -> tuple[Phrase, Text]:
    """A phrase this person may change: 404 when it is not theirs to see, 403 when only that."""
    texts = _texts(place)
    found = phrase_of(place.actor, texts, pk)
    text = _text(texts, found.key) if found else None
    if found is None or text is None:
        raise Http404
    if not can_change_phrase(place.actor, found):
        raise PermissionDenied
    return found, text


def _page(
    request: HttpRequest,
    place: Place,
    texts: Sequence[Text],
    *,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    held = phrases_of(place.actor, texts)
    context = {
        "texts": texts,
        "own": _shelves(texts, [one for one in held if one.owner_id is not None]),
        "shared": _shelves(texts, [one for one in held if one.owner_id is None]),
        "may_share": can_write_school_phrases(place.actor),
        "typed": typed or _nothing(request.GET.get("champ", "")),
    }
    return render(request, "school/phrases.html", context, status=422 if typed else 200)


def _nothing(key: str) -> dict[str, Any]:
    """The form to add a phrase for this text, before anything is typed."""
    return {"key": key, "words": "", "wide": False, "trouble": ""}


def _shelves(texts: Sequence[Text], held: Sequence[Phrase]) -> list[Shelf]:
    """Those of each text, texts without any left out."""
    shelves = (Shelf(text, tuple(one for one in held if one.key == text.key)) for text in texts)
    return [shelf for shelf in shelves if shelf.phrases]


def _one(
    request: HttpRequest,
    found: Phrase,
    text: Text,
    words: str,
    trouble: str = "",
    *,
    status: int = 422,
) -> HttpResponse:
    context = {"phrase": found, "of": text, "words": words, "trouble": trouble}
    return render(request, "school/phrase.html", context, status=status if trouble else 200)
