"""The doors of a school: nobody gets past them without a role there."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.models import SchoolYear
from livretpro.schools.queries import school_years
from livretpro.web.base.person import person
from livretpro.web.base.place import Place
from livretpro.web.base.second_factor import lacks_second_factor, to_second_factor

P = ParamSpec("P")
LAST_PLACE = "last_place"
TOO_SHORT = (
    "Vous êtes maintenant administrateur : changez votre mot de passe pour un plus long, de seize "
    "caractères au moins, avant d’ouvrir l’établissement."
)
UAI = re.compile("[0-9]{7}[A-Z]")


def in_school(
    view: Callable[Concatenate[HttpRequest, Place, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `uai` of the address into a `Place`, given to the view and set as `request.place`.

    404 for a stranger to the school; who lacks the second factor, or the long password, that a role
    asks is led to it.
    Queries, session and user aside: two.
    """

    @wraps(view)
    def door(request: HttpRequest, uai: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = acting_in(request, uai)
        if first := led_first(request, second_factor=lacks_second_factor(request, actor)):
            return first
        years = school_years(actor.school)
        year = year_of(years, actor.school.current_year)
        place = Place(actor=actor, school=actor.school, year=year, years=years)
        request.place = place  # type: ignore[attr-defined]
        return view(request, place, *args, **kwargs)

    return door


def led_first(request: HttpRequest, *, second_factor: bool) -> HttpResponse | None:
    """Where who opens this door goes first, if anywhere: to the second factor that it asks, or to
    the long password that a role asks, here or elsewhere. No query."""
    if second_factor:
        return to_second_factor(request)
    if person(request).lacks_long_password:
        messages.warning(request, TOO_SHORT)
        return redirect("account")
    return None


def remember(session: SessionBase, *place: str) -> None:
    """Keep the last place opened, its school first; the session is written only when it changes."""
    if session.get(LAST_PLACE) != list(place):
        session[LAST_PLACE] = list(place)


def last_place(session: SessionBase) -> list[str]:
    """What `remember` kept last, empty when there is nothing."""
    kept: list[str] = session.get(LAST_PLACE, [])
    return kept


def acting_in(request: HttpRequest, uai: str) -> Actor:
    """Who acts in the school of the address: one query. Raises `Http404` for a stranger."""
    user, today = person(request), timezone.localdate()
    actor = actor_of(user, uai, on=today) if UAI.fullmatch(uai) else None
    if actor is None:
        raise Http404
    return actor


def year_of(years: tuple[SchoolYear, ...], wanted: int | None) -> SchoolYear | None:
    """The school year of this number, among those of the school."""
    return next((year for year in years if year.year == wanted), None)
