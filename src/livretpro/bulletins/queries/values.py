"""What is written in services for a period, one query a table, whatever the number of pupils."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from livretpro.bulletins.competences import Item
from livretpro.bulletins.models import (
    Appraisal,
    Degree,
    FrameItem,
    GeneralAppraisal,
    Mark,
    Period,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.queries.periods import periods_read
from livretpro.bulletins.results import Grade, Place, Taught, Weighted
from livretpro.bulletins.words import Source
from livretpro.schools.models import Division, Enrolment, GroupMember, School, SchoolYear
from livretpro.schools.queries import standing

Students = Collection[int] | None
"""Keys of the pupils wanted; None: all."""


def pupils_of(division: Division, school: School) -> list[Enrolment]:
    """The pupils of a division, whatever their status, in the order of names: one query.

    For a past year, those who stayed until its end. The caller has checked who asks.
    """
    own = Enrolment.objects.filter(standing(school, division.school_year), division=division)
    return list(own.select_related("student").in_name_order())


def group_pupils(
    groups: Iterable[int | None], year: SchoolYear, school: School
) -> dict[int, frozenset[int]]:
    """Keys of the pupils of each group, whatever their division: one query, none without group."""
    wanted = {group for group in groups if group is not None}
    if not wanted:
        return {}
    there = Enrolment.objects.filter(standing(school, year), school_year=year)
    rows = GroupMember.objects.filter(group__in=wanted, student__in=there.values("student"))
    found: dict[int, set[int]] = {group: set() for group in wanted}
    for group, student in rows.values_list("group", "student"):
        found[group].add(student)
    return {group: frozenset(held) for group, held in found.items()}


def taught(services: Iterable[Service], pupils: Mapping[int, frozenset[int]]) -> list[Taught]:
    """Services as averages see them, their sub-services inside; `pupils` by service."""
    below: dict[int | None, list[Service]] = {}
    held = list(services)
    for service in held:
        below.setdefault(service.parent_id, []).append(service)

    def seen(service: Service) -> Taught:
        under = tuple(seen(one) for one in below.get(service.pk, ()))
        return Taught(service.pk, service.coefficient, pupils[service.pk], service.graded, under)

    return [seen(one) for one in below.get(None, ())]


def marks_of(services: Iterable[int], period: Period) -> dict[Place, list[Weighted]]:
    """Marks and the coefficients of their assessments, by service and pupil: one query."""
    rows = Mark.objects.filter(
        assessment__service__in=services, assessment__period__in=periods_read(period)
    )
    found: dict[Place, list[Weighted]] = {}
    for service, student, value, coefficient in rows.values_list(
        "assessment__service", "student", "value", "assessment__coefficient"
    ):
        found.setdefault((service, student), []).append((value, coefficient))
    return found


def grades_of(services: Iterable[int], period: Period) -> dict[Place, Grade]:
    """Teachers' grades: one query."""
    rows = TeacherGrade.objects.filter(service__in=services, period__in=periods_read(period))
    return {
        (service, student): Grade(value, Source(source))
        for service, student, value, source in rows.values_list(
            "service", "student", "value", "source"
        )
    }


@dataclass(frozen=True)
class Degrees:
    """Degrees by service and pupil, then by line; the lines of the frames they stand in, by frame
    then in order."""

    of: Mapping[Place, Mapping[int, int]]
    items: tuple[Item, ...]


def degrees_of(services: Iterable[int], period: Period, students: Students = None) -> Degrees:
    """What was evaluated, and the frames it stands in: two queries."""
    wanted = list(services)
    rows = _among(
        Degree.objects.filter(service__in=wanted, period__in=periods_read(period)), students
    )
    found: dict[Place, dict[int, int]] = {}
    for service, student, item, value in rows.values_list("service", "student", "item", "value"):
        found.setdefault((service, student), {})[item] = value
    frames = Degree.objects.filter(service__in=wanted, period__in=periods_read(period)).values(
        "item__frame"
    )
    items = FrameItem.objects.filter(frame__in=frames).order_by("frame", "rank")
    return Degrees(found, tuple(Item(one.pk, one.shown, one.parent_id) for one in items))


def appraisals_of(
    services: Iterable[int], period: Period, students: Students = None
) -> dict[Place, str]:
    """What teachers say: one query."""
    rows = _among(
        Appraisal.objects.filter(service__in=services, period__in=periods_read(period)), students
    )
    return {
        (service, student): text
        for service, student, text in rows.values_list("service", "student", "text")
    }


def general_appraisals_of(students: Collection[int], period: Period) -> dict[int, str]:
    """What the council says, by pupil: one query."""
    rows = GeneralAppraisal.objects.filter(period=period, student__in=students)
    return dict(rows.values_list("student", "text"))


def _among(rows: QuerySet[Any], students: Students) -> QuerySet[Any]:
    return rows if students is None else rows.filter(student__in=students)
