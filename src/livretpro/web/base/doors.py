"""The doors of a school: nobody gets past them without a role there, nor without its pupils."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone

from livretpro.livrets.announcing import unread
from livretpro.livrets.models import Announcement
from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.models import SchoolYear
from livretpro.schools.queries import school_years
from livretpro.schools.rules import Role
from livretpro.web.base.person import person
from livretpro.web.base.place import DiplomaPlace, Place
from livretpro.web.base.queries import diplomas_of
from livretpro.web.base.second_factor import lacks_second_factor, to_second_factor

P = ParamSpec("P")
LAST_PLACE = "last_place"
UAI = re.compile("[0-9]{7}[A-Z]")
PATH = re.compile("([0-9A-Za-z]{1,8})(?:-(20[0-9]{2}))?")


def in_school(
    view: Callable[Concatenate[HttpRequest, Place, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `uai` of the address into a `Place`, given to the view and set as `request.place`.

    404 for a stranger to the school; who lacks the second factor that a role asks is led to it.
    Queries, session and user aside: two, and one more for a teacher on whole pages.
    """

    @wraps(view)
    def door(request: HttpRequest, uai: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = _actor(request, uai)
        if lacks_second_factor(request, actor):
            return to_second_factor(request)
        years = school_years(actor.school)
        year = _year(years, actor.school.current_year)
        place = Place(
            actor=actor,
            school=actor.school,
            year=year,
            years=years,
            announcements=_announcements(request, actor, year),
        )
        request.place = place  # type: ignore[attr-defined]
        return view(request, place, *args, **kwargs)

    return door


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
        actor = _actor(request, uai)
        if lacks_second_factor(request, actor):
            return to_second_factor(request)
        place = diploma_place(actor, cfd)
        waiting = _announcements(request, actor, place.year)
        place = replace(place, announcements=waiting) if waiting else place
        request.place = place  # type: ignore[attr-defined]
        remember(request.session, place)
        return view(request, place, *args, **kwargs)

    return door


def acting(
    view: Callable[Concatenate[HttpRequest, Actor, str, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `uai` of the address into an `Actor`, for what an open page sends and asks by
    script: no year nor diploma to show, so none is read. The view gets the `cfd` as it stands.

    404 and second factor as for `in_school`. One query, session and user aside.
    """

    @wraps(view)
    def door(
        request: HttpRequest, uai: str, cfd: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        actor = _actor(request, uai)
        if lacks_second_factor(request, actor):
            return to_second_factor(request)
        return view(request, actor, cfd, *args, **kwargs)

    return door


def remember(session: SessionBase, place: DiplomaPlace) -> None:
    """Keep the last diploma opened; the session is written only when it changes."""
    last = [place.school.uai, place.diploma.cfd]
    if session.get(LAST_PLACE) != last:
        session[LAST_PLACE] = last


def last_place(session: SessionBase) -> tuple[str, str]:
    """UAI and CFD of the last diploma opened in this session, empty when there is none."""
    uai, cfd = session.get(LAST_PLACE, ("", ""))
    return uai, cfd


def _actor(request: HttpRequest, uai: str) -> Actor:
    user, today = person(request), timezone.localdate()
    actor = actor_of(user, uai, on=today) if UAI.fullmatch(uai) else None
    if actor is None:
        raise Http404
    return actor


def _announcements(
    request: HttpRequest, actor: Actor, year: SchoolYear | None
) -> tuple[Announcement, ...]:
    """What a teacher has not read yet, on whole pages alone: one query, none for the others."""
    asks_part = request.headers.get("HX-Request") == "true"
    if year is None or actor.user is None or Role.ENSEIGNANT not in actor.roles or asks_part:
        return ()
    return tuple(unread(actor.user, year))


def diploma_place(actor: Actor, path: str) -> DiplomaPlace:
    """The diploma and the year that an address writes: three queries. Raises `Http404`."""
    cfd, wanted = split_path(actor, path)
    years = school_years(actor.school)
    year = _year(years, wanted)
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


def _year(years: tuple[SchoolYear, ...], wanted: int | None) -> SchoolYear | None:
    return next((year for year in years if year.year == wanted), None)


def _diploma(actor: Actor, cfd: str, year: SchoolYear) -> Diploma | None:
    return next((found for found in diplomas_of(actor, year.year) if found.cfd == cfd), None)
