"""What is written in services for a period, one query a table, whatever the number of pupils."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

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
from livretpro.schools.queries import standing, there_during

Students = Collection[int] | None
"""Keys of the pupils wanted; None: all."""


def enrolled(period: Period, year: SchoolYear, school: School) -> Q:
    """What picks out, among the enrolments of the year, the pupils of one of its periods: those
    present while it runs; for good once it is over or closed (ADR 33)."""
    last = period.last_day(timezone.localdate())
    return standing(school, year) if last is None else there_during(period.start, last)


def left_before_the_end(pupils: Iterable[Enrolment], period: Period) -> frozenset[int]:
    """Keys of the pupils who left on the way: they have their bulletin, no figure counts them."""
    last = period.last_day(timezone.localdate())
    ended = ((one.student_id, one.end) for one in pupils)
    return frozenset(student for student, end in ended if last and end and end < last)


def pupils_of(division: Division, period: Period, school: School) -> list[Enrolment]:
    """The pupils of a division in a period, whatever their status, in the order of names: one
    query. The caller has checked who asks."""
    own = Enrolment.objects.filter(
        enrolled(period, division.school_year, school), division=division
    )
    return list(own.select_related("student").in_name_order())


@dataclass(frozen=True)
class GroupPupils:
    """Keys of the pupils of groups, by group; `left`: those who left on the way."""

    of: Mapping[int, frozenset[int]]
    left: frozenset[int] = frozenset()


def group_pupils(
    groups: Iterable[int | None], period: Period, year: SchoolYear, school: School
) -> GroupPupils:
    """The pupils of groups in a period, whatever their division: one query, none without group."""
    wanted = {group for group in groups if group is not None}
    if not wanted:
        return GroupPupils({})
    there = _there(period, year, school)
    end = there.filter(student=OuterRef("student")).values("end")[:1]
    first, *others = (
        rows.values_list(path, "student", Subquery(end))
        for path, rows in followers(wanted, period, year, school)
    )
    last = period.last_day(timezone.localdate())
    found: dict[int, set[int]] = {group: set() for group in wanted}
    left = set()
    for group, student, until in first.union(*others):
        found[group].add(student)
        if last and until and until < last:
            left.add(student)
    return GroupPupils({group: frozenset(held) for group, held in found.items()}, frozenset(left))


def followers(
    groups: Collection[int], period: Period, year: SchoolYear, school: School
) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Rows that say who follows the services of groups in a period, each with the path to its
    group: the members and, once the period is over, whoever has something there and has moved or
    left since, memberships being those of today."""
    there = _there(period, year, school)
    yield "group", GroupMember.objects.filter(group__in=groups, student__in=there.values("student"))
    if period.last_day(timezone.localdate()) is None:
        return
    since, read = there.filter(end__lt=year.end).values("student"), periods_read(period)
    marks = Mark.objects.filter(assessment__period__in=read, student__in=since)
    yield "assessment__service__group", marks.filter(assessment__service__group__in=groups)
    for model in (TeacherGrade, Degree, Appraisal):
        rows = model.objects.filter(period__in=read, student__in=since)
        yield "service__group", rows.filter(service__group__in=groups)


def _there(period: Period, year: SchoolYear, school: School) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(enrolled(period, year, school), school_year=year)


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
