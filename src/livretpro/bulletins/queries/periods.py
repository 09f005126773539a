"""Reads of periods and mock-ups."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    Degree,
    GeneralAppraisal,
    MockupAssignment,
    Period,
    Service,
    TeacherGrade,
)
from livretpro.schools.models import Division, School, SchoolYear


def periods_by_division(year: SchoolYear, divisions: Iterable[Division]) -> dict[int, list[Period]]:
    """The periods of each division: its own, else those of the school: one query."""
    held = list(Period.objects.filter(school_year=year).order_by("number"))
    shared = [period for period in held if period.division_id is None]
    found = {}
    for division in divisions:
        own = [period for period in held if period.division_id == division.pk]
        found[division.pk] = own or shared
    return found


def period_by_service(
    services: Iterable[Service], year: SchoolYear, number: int
) -> dict[int, Period]:
    """The period of this number of each service that has it: that of its division, and for a group,
    which may span several, that of the school alone: one query."""
    held: dict[int | None, dict[int, Period]] = {}
    for period in Period.objects.filter(school_year=year):
        held.setdefault(period.division_id, {})[period.number] = period
    shared = held.get(None, {})
    found = {one.pk: held.get(one.division_id, shared).get(number) for one in services}
    return {pk: period for pk, period in found.items() if period}


def periods_of(division: Division) -> list[Period]:
    """The periods of a division: one query."""
    return periods_by_division(division.school_year, [division])[division.pk]


def current_number(year: SchoolYear, on: date) -> int:
    """The number of the last period of the school that has begun, 1 before any: one query."""
    begun = Period.objects.filter(school_year=year, division=None, start__lte=on)
    return begun.order_by("-number").values_list("number", flat=True).first() or 1


def period_names(year: SchoolYear) -> list[tuple[int, str]]:
    """The numbers of the periods that exist in a year, each with its name, or names where divisions
    have their own: one query."""
    names: dict[int, dict[str, None]] = {}
    for period in Period.objects.filter(school_year=year).order_by("number", "pk"):
        names.setdefault(period.number, {})[str(period)] = None
    return [(number, " ou ".join(held)) for number, held in names.items()]


def mockups_of(periods: Iterable[Period]) -> dict[tuple[int, int], MockupAssignment]:
    """The mock-up of each (division, period) among these periods: one query."""
    found = MockupAssignment.objects.filter(period__in=list(periods)).select_related("mockup")
    return {(line.division_id, line.period_id): line for line in found}


def period_of(pk: int, school: School) -> Period | None:
    """A period of the school: one query."""
    found = Period.objects.filter(pk=pk, school_year__school=school)
    return found.select_related("school_year", "division").first()


def holds_values(division: Division) -> bool:
    """Whether something is written in the services of a division, or of its pupils at the foot of
    the bulletin: at most five queries."""
    place = Q(service__division=division) | Q(service__group__divisions=division)
    foot = GeneralAppraisal.objects.filter(
        period__school_year=division.school_year_id, student__enrolments__division=division
    )
    return foot.exists() or any(
        model.objects.filter(place).exists()
        for model in (TeacherGrade, Degree, Appraisal, Assessment)
    )


def periods_by_place(year: SchoolYear) -> dict[Division | None, list[Period]]:
    """The periods of the school itself (None, first, even when it has none), then those of each
    division that has its own, by code: one query."""
    found: dict[Division | None, list[Period]] = {None: []}
    held = Period.objects.filter(school_year=year).select_related("division")
    for period in held.order_by("division__code", "number"):
        found.setdefault(period.division, []).append(period)
    return found
