"""The doors of a diploma: nobody gets past them without following its pupils."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponseBase

from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear
from livretpro.schools.queries import school_years
from livretpro.web.base.doors import acting_in, last_place, led_first, remember, year_of
from livretpro.web.base.second_factor import lacks_second_factor
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.queries import diplomas_of

P = ParamSpec("P")
PATH = re.compile("([0-9A-Za-z]{1,8})(?:-(20[0-9]{2}))?")


def in_diploma(
    view: Callable[Concatenate[HttpRequest, DiplomaPlace, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `uai` and `cfd` of the address into a `DiplomaPlace`, as `in_school` does.

    `40025519` is the diploma in the year at work, `40025519-2024` in a former one, for the head
    alone (ADR 13). 404 for a diploma whose pupils this person does not follow in that year. The
    session remembers the diploma.
    Two queries more than `in_school`.
    """

    @wraps(view)
    def door(
        request: HttpRequest, uai: str, cfd: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        actor = acting_in(request, uai)
        if first := led_first(request, second_factor=lacks_second_factor(request, actor)):
            return first
        place = diploma_place(actor, cfd)
        request.place = place  # type: ignore[attr-defined]
        remember(request.session, place.school.uai, place.diploma.cfd)
        return view(request, place, *args, **kwargs)

    return door


def acting(
    view: Callable[Concatenate[HttpRequest, Actor, str, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `uai` of the address into an `Actor`, for what an open page sends and asks by
    script: no year nor diploma to show, so none is read. The view gets the `cfd` as it stands.

    404, second factor and long password as for `in_school`. One query, session and user aside.
    """

    @wraps(view)
    def door(
        request: HttpRequest, uai: str, cfd: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        actor = acting_in(request, uai)
        if first := led_first(request, second_factor=lacks_second_factor(request, actor)):
            return first
        return view(request, actor, cfd, *args, **kwargs)

    return door


def last_diploma(session: SessionBase) -> str:
    """CFD of the last diploma opened in this session, empty when there is none."""
    return next(iter(last_place(session)[1:]), "")


def diploma_place(actor: Actor, path: str) -> DiplomaPlace:
    """The diploma and the year that an address writes: three queries. Raises `Http404`."""
    cfd, wanted = split_path(actor, path)
    years = school_years(actor.school)
    year = year_of(years, wanted)
    diploma = _diploma(actor, cfd, year) if year else None
    if year is None or diploma is None:
        raise Http404
    return DiplomaPlace(actor=actor, school=actor.school, year=year, diploma=diploma, years=years)


def split_path(actor: Actor, path: str) -> tuple[str, int | None]:
    """The diploma and the year that an address writes; raises `Http404`."""
    match = PATH.fullmatch(path)
    if match is None:
        raise Http404
    return match[1], int(match[2]) if match[2] else actor.school.current_year


def _diploma(actor: Actor, cfd: str, year: SchoolYear) -> Diploma | None:
    return next((found for found in diplomas_of(actor, year.year) if found.cfd == cfd), None)
