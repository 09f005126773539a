"""The doors of Bulletins: who configures it, in a school that has a year."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from livretpro.bulletins.permissions import can_configure, can_import
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Place, P], HttpResponseBase]


def in_year(place: Place) -> SchoolYear:
    """The year at work; a view behind `open_to` always has one."""
    if place.year is None:
        raise PermissionDenied
    return place.year


def open_to(may: Callable[[Actor], bool]) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Open a page of the school to those who `may`; 403 for its other members.

    A school without a year is told what to do first.
    """

    def guard(view: View[P]) -> Callable[..., HttpResponseBase]:
        def door(
            request: HttpRequest, place: Place, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not may(place.actor):
                raise PermissionDenied
            if place.year is None:
                return render(request, "bulletins/no_year.html", status=200)
            return view(request, place, *args, **kwargs)

        return wraps(view)(in_school(door))

    return guard


def everybody(actor: Actor) -> bool:
    """Any member of the school."""
    return bool(actor.roles)


configuring = open_to(can_configure)
importing = open_to(can_import)
reading = open_to(everybody)
