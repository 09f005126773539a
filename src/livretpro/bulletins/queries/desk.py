"""What is typed in a service for a period: its pupils, pieces of work, standing values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Q

from livretpro.bulletins.fields import Field, Sort, canonical, mark_value
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    Degree,
    Frame,
    Mark,
    Period,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.queries.values import (
    enrolled,
    followers,
    general_appraisals_of,
    grades_of,
    group_pupils,
    left_before_the_end,
    marks_of,
    pupils_of,
    taught,
)
from livretpro.bulletins.results import GroupFigures, Result, group_figures, results_of
from livretpro.bulletins.words import Source
from livretpro.schools.models import Division, Enrolment, School

Texts = Mapping[tuple[int, str], str]
"""Canonical texts by pupil and field."""


@dataclass(frozen=True)
class Desk:
    """A service and a period, as one types in them; `of_cpro` are the values that CPRO brought."""

    service: Service
    period: Period
    pupils: Sequence[Enrolment]
    works: Sequence[Assessment]
    texts: Texts
    of_cpro: frozenset[tuple[int, str]]
    results: Mapping[int, Result]
    figures: GroupFigures | None
    has_subservices: bool
    has_frame: bool

    @property
    def lines(self) -> Mapping[int, frozenset[int]]:
        """No degree is typed here: see `queries.degrees`."""
        return {}

    @property
    def students(self) -> frozenset[int]:
        """Keys of the pupils."""
        return frozenset(one.student_id for one in self.pupils)


def pupils_of_service(service: Service, period: Period, school: School) -> Sequence[Enrolment]:
    """The pupils of a division or of a group in a period, in the order of names: one query."""
    if service.division is not None:
        return pupils_of(service.division, period, school)
    year, follow = service.school_year, Q()
    for _, rows in followers([service.group_id or 0], period, year, school):
        follow |= Q(student__in=rows.values("student"))
    own = Enrolment.objects.filter(enrolled(period, year, school), follow, school_year=year)
    return list(own.select_related("student", "division").in_name_order())


def desk_of(service: Service, period: Period, school: School) -> Desk:
    """At most ten queries, whatever the number of pupils. The caller has checked who asks."""
    pupils = pupils_of_service(service, period, school)
    works = list(Assessment.objects.filter(service=service, period=period))
    texts, of_cpro = _texts(service, period)
    family = Q(pk=service.pk) | Q(parent=service, active=True)
    services = list(Service.objects.filter(family))
    keys = [one.pk for one in services]
    held = frozenset(one.student_id for one in pupils)
    below = (one.group_id for one in services)
    groups = group_pupils(below, period, service.school_year, school).of
    own = {one.pk: groups.get(one.group_id or 0, held) & held for one in services}
    (top,) = [one for one in taught(_alone(services, service), own) if one.pk == service.pk]
    results = results_of([top], marks_of(keys, period), grades_of(keys, period))
    return Desk(
        service=service,
        period=period,
        pupils=pupils,
        works=works,
        texts=texts,
        of_cpro=of_cpro,
        results={student: result for (pk, student), result in results.items() if pk == service.pk},
        figures=group_figures(top, results, without=left_before_the_end(pupils, period)),
        has_subservices=len(services) > 1,
        has_frame=_is_framed(service, period),
    )


def _is_framed(service: Service, period: Period) -> bool:
    """Whether its subject has a frame, or degrees stand in it: one query."""
    held = Degree.objects.filter(service=service, period=period)
    return Frame.objects.filter(Q(subject=service.subject) | Exists(held)).exists()


def _alone(services: Sequence[Service], top: Service) -> list[Service]:
    """A sub-service looked at by itself is the first of its tree."""
    for one in services:
        if one.pk == top.pk:
            one.parent_id = None
    return list(services)


def _texts(service: Service, period: Period) -> tuple[Texts, frozenset[tuple[int, str]]]:
    """Three queries."""
    texts: dict[tuple[int, str], str] = {}
    of_cpro = set()
    place = {"service": service, "period": period}
    for grade in TeacherGrade.objects.filter(**place):
        where = (grade.student_id, Field(Sort.GRADE).key)
        texts[where] = canonical(mark_value(grade.value))
        if grade.source == Source.CPRO:
            of_cpro.add(where)
    for appraisal in Appraisal.objects.filter(**place):
        where = (appraisal.student_id, Field(Sort.APPRAISAL).key)
        texts[where] = appraisal.text
        if appraisal.source == Source.CPRO:
            of_cpro.add(where)
    for mark in Mark.objects.filter(assessment__service=service, assessment__period=period):
        where = (mark.student_id, Field(Sort.MARK, mark.assessment_id).key)
        texts[where] = canonical(mark_value(mark.value))
    return texts, frozenset(of_cpro)


def general_texts(
    division: Division, period: Period, school: School
) -> tuple[Sequence[Enrolment], Texts]:
    """The pupils of a division and their general appraisals: two queries."""
    pupils = pupils_of(division, period, school)
    held = general_appraisals_of({one.student_id for one in pupils}, period)
    key = Field(Sort.GENERAL).key
    return pupils, {(student, key): text for student, text in held.items()}


def assessment_of(pk: int, service: Service, period: Period) -> Assessment | None:
    """A piece of work of a service and period: one query."""
    own = Assessment.objects.filter(pk=pk, service=service, period=period)
    return own.select_related("service__subject", "period").first()


@dataclass(frozen=True)
class Progress:
    """How much is written in a service: pieces of work, pupils with a degree, appraisals.

    `framed`: whether its subject is evaluated on a frame.
    """

    works: int
    pupils: int
    appraisals: int
    framed: bool


def progress_of(services: Sequence[Service], number: int) -> dict[int, Progress]:
    """That of each service in the period of this number: four queries."""
    keys = [one.pk for one in services]
    works = _counted(Assessment, keys, number, Count("pk"))
    pupils = _counted(Degree, keys, number, Count("student", distinct=True))
    told = _counted(Appraisal, keys, number, Count("pk"))
    frames = Frame.objects.filter(subject__in={one.subject_id for one in services})
    framed = set(frames.values_list("subject", flat=True))
    return {
        one.pk: Progress(
            works.get(one.pk, 0),
            pupils.get(one.pk, 0),
            told.get(one.pk, 0),
            framed=one.subject_id in framed or one.pk in pupils,
        )
        for one in services
    }


def _counted(
    model: type[Assessment] | type[Degree] | type[Appraisal],
    services: Sequence[int],
    number: int,
    what: Count,
) -> dict[int, int]:
    rows: Any = model.objects.filter(service__in=services, period__number=number).order_by()
    return dict(rows.values_list("service").annotate(n=what))


@dataclass(frozen=True)
class MarksSeen:
    """The marks of a piece of work: how many, and what tells these from any others: a mark that
    changes is another row."""

    count: int
    last: int

    def __str__(self) -> str:
        return f"{self.count}:{self.last}"


def marks_seen(assessment: Assessment) -> MarksSeen:
    """Those of now: one query."""
    held = Mark.objects.filter(assessment=assessment).values_list("pk", flat=True)
    return MarksSeen(len(held), max(held, default=0))
