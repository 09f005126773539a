"""The doors of the Registre: the heads in their school alone; the assistance académique reads them
all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from livretpro.lsl_registry.permissions import can_receive, is_assistant
from livretpro.lsl_registry.readers import Assisting, assisting, can_read
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.queries import school_of, school_years
from livretpro.web.base.doors import UAI, in_school, led_first, year_of
from livretpro.web.base.person import person
from livretpro.web.base.place import Place
from livretpro.web.base.second_factor import did_not_give_one
from livretpro.web.registre.place import RegistrePlace

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, RegistrePlace, P], HttpResponseBase]
SAFE = ("GET", "HEAD")


def at_registre(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Open a page of the Registre to the heads of the school; 403 for its other members and for the
    assistance académique."""
    return _door(view, can_receive)


def reads_registre(view: View[P]) -> Callable[..., HttpResponseBase]:
    """The same; the assistance académique opens it too, and sends nothing there. For its members,
    three queries more."""
    return _door(view, can_read)


def _door(view: View[P], may: Callable[[Actor], bool]) -> Callable[..., HttpResponseBase]:
    def opened(
        request: HttpRequest, place: Place, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        actor = place.actor
        if not may(actor) or not (request.method in SAFE or can_receive(actor)):
            raise PermissionDenied
        own = RegistrePlace(actor, place.school, place.year, place.years)
        request.place = own  # type: ignore[attr-defined]
        return view(request, own, *args, **kwargs)

    of_the_school = in_school(opened)

    @wraps(view)
    def door(request: HttpRequest, uai: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = _assisting(request, uai)
        if actor is None:
            return of_the_school(request, uai, *args, **kwargs)
        if first := led_first(request, second_factor=did_not_give_one(request)):
            return first
        years = school_years(actor.school)
        place = Place(actor, actor.school, year_of(years, actor.school.current_year), years)
        return opened(request, place, *args, **kwargs)

    return door


def _assisting(request: HttpRequest, uai: str) -> Assisting | None:
    """A member of the assistance in a school whose head they are not: no query for anybody else."""
    user = person(request)
    if not user.beyond_schools or not UAI.fullmatch(uai) or not is_assistant(user):
        return None
    own = actor_of(user, uai, on=timezone.localdate())
    school = own.school if own else school_of(uai)
    return None if school is None or (own and own.is_head) else assisting(user, school)
