"""The door of the Registre: the heads of a school, in their school alone."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from livretpro.lsl_registry.permissions import can_receive
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.registre.place import RegistrePlace

P = ParamSpec("P")


def at_registre(
    view: Callable[Concatenate[HttpRequest, RegistrePlace, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Open a page of the Registre to the heads of the school; 403 for its other members."""

    def door(
        request: HttpRequest, place: Place, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not can_receive(place.actor):
            raise PermissionDenied
        own = RegistrePlace(place.actor, place.school, place.year, place.years)
        request.place = own  # type: ignore[attr-defined]
        return view(request, own, *args, **kwargs)

    return wraps(view)(in_school(door))
