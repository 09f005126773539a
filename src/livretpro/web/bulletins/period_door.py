"""The door of a period: nobody gets past it without reading bulletins."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from livretpro.bulletins.models import Period, Service
from livretpro.bulletins.permissions import can_read_bulletins
from livretpro.bulletins.queries.periods import period_by_service, periods_of
from livretpro.bulletins.queries.seen import seen_division, year_periods
from livretpro.bulletins.queries.services import read_service
from livretpro.schools.models import Division
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.bulletins.place import PeriodPlace

P = ParamSpec("P")


def in_period(
    view: Callable[Concatenate[HttpRequest, PeriodPlace, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `uai` and `number` of the address into a `PeriodPlace`, as `in_school` does.

    403 for who reads no bulletin, 404 for a number that no period of the year has. One query more.
    """

    def door(
        request: HttpRequest, place: Place, /, number: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not can_read_bulletins(place.actor):
            raise PermissionDenied
        periods = tuple(year_periods(place.year)) if place.year else ()
        period = next((one for one in periods if one.number == number), None)
        if place.year is None or period is None:
            raise Http404
        own = PeriodPlace(
            actor=place.actor,
            school=place.school,
            year=place.year,
            years=place.years,
            period=period,
            periods=periods,
        )
        request.place = own  # type: ignore[attr-defined]
        return view(request, own, *args, **kwargs)

    return wraps(view)(in_school(door))


def in_service(
    view: Callable[Concatenate[HttpRequest, PeriodPlace, Service, Period, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Turn the `service` of the address into an active one whose marks this person reads, and its
    period, as `in_period` does.

    404 for any other, in words for a service that has no period of this number. Two queries more.
    """

    def door(
        request: HttpRequest, place: PeriodPlace, /, service: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        found = read_service(service, by=place.actor)
        if found is None or found.school_year_id != place.year.pk or not found.active:
            raise Http404
        period = period_by_service([found], place.year, place.number).get(found.pk)
        if period is None:
            return render(request, "bulletins/no_period.html", {"service": found}, status=404)
        return view(request, place, found, period, *args, **kwargs)

    return wraps(view)(in_period(door))


def division_in(place: PeriodPlace, pk: int) -> tuple[Division, Period]:
    """A division whose bulletins this person reads, and its own period of the number of the
    address: two queries. Raises `Http404`."""
    division = seen_division(place.actor, place.year, pk)
    if division is None:
        raise Http404
    return division, own_period(division, place.number)


def own_period(division: Division, number: int) -> Period:
    """The period of a division: one query. Raises `Http404`."""
    found = next((one for one in periods_of(division) if one.number == number), None)
    if found is None:
        raise Http404
    return found
