"""Reads of periods and mock-ups."""

from collections.abc import Iterable

from django.db.models import Q

from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    Degree,
    MockupAssignment,
    Period,
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


def periods_of(division: Division) -> list[Period]:
    """The periods of a division: one query."""
    return periods_by_division(division.school_year, [division])[division.pk]


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
    """Whether something is written in the services of a division: at most four queries."""
    place = Q(service__division=division) | Q(service__group__divisions=division)
    return any(
        model.objects.filter(place).exists()
        for model in (TeacherGrade, Degree, Appraisal, Assessment)
    )


def school_periods(year: SchoolYear) -> list[Period]:
    """Those of the school itself, in order: one query."""
    return list(Period.objects.filter(school_year=year, division=None).order_by("number"))
