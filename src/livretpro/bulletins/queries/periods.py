"""Reads of periods and mock-ups."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

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
from livretpro.schools.models import Division, Group, School, SchoolYear


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
    """The period of this number of each service that has it: that of its division, or of the only
    division of its group; for a group of several, that of the school alone: one query, two when a
    group meets divisions that have periods of their own."""
    held: dict[int | None, dict[int, Period]] = {}
    for period in Period.objects.filter(school_year=year):
        held.setdefault(period.division_id, {})[period.number] = period
    wanted = list(services)
    alone = _single_divisions(wanted) if held.keys() - {None} else {}
    shared = held.get(None, {})
    found = {
        one.pk: held.get(one.division_id or alone.get(one.group_id), shared).get(number)
        for one in wanted
    }
    return {pk: period for pk, period in found.items() if period}


def _single_divisions(services: Iterable[Service]) -> dict[int | None, int]:
    """The division of each group that has one only."""
    groups = {one.group_id for one in services if one.group_id is not None}
    if not groups:
        return {}
    of: dict[int | None, set[int]] = {}
    links = Group.divisions.through.objects.filter(group__in=groups)
    for group, division in links.values_list("group", "division"):
        of.setdefault(group, set()).add(division)
    return {group: next(iter(held)) for group, held in of.items() if len(held) == 1}


def periods_read(period: Period) -> Iterable[Period]:
    """Where the values of a bulletin stand: its period and, for a division that has periods of its
    own, that of the school which bears the same name, where its groups of several divisions write.
    Put inside another query."""
    if period.division_id is None:
        return [period]
    same = Period.objects.filter(
        school_year=period.school_year_id, kind=period.kind, number=period.number
    )
    return same.filter(Q(pk=period.pk) | Q(division=None))


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


def closed_periods_of(services: Iterable[Service]) -> list[Period]:
    """The closed periods in which something is written in one of these services: one query."""
    own = list(services)
    held = (
        Q(Exists(model.objects.filter(service__in=own, period=OuterRef("pk"))))
        for model in (TeacherGrade, Degree, Appraisal, Assessment)
    )
    closed = Period.objects.filter(closed_at__isnull=False)
    return list(closed.filter(reduce(or_, held)).order_by("number", "pk"))


def periods_by_place(year: SchoolYear) -> dict[Division | None, list[Period]]:
    """The periods of the school itself (None, first, even when it has none), then those of each
    division that has its own, by code: one query."""
    found: dict[Division | None, list[Period]] = {None: []}
    held = Period.objects.filter(school_year=year).select_related("division")
    for period in held.order_by("division__code", "number"):
        found.setdefault(period.division, []).append(period)
    return found
