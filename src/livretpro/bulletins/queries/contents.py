"""The bulletins of a division for a period: what each pupil's holds, read once for all of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch

from livretpro.bulletins.competences import Evaluated, grouped
from livretpro.bulletins.models import Mockup, Period, Service
from livretpro.bulletins.queries.values import (
    Degrees,
    GroupPupils,
    appraisals_of,
    degrees_of,
    general_appraisals_of,
    grades_of,
    group_pupils,
    left_before_the_end,
    marks_of,
    pupils_of,
    taught,
)
from livretpro.bulletins.results import (
    GroupFigures,
    Place,
    Result,
    Taught,
    general_average,
    group_figures,
    results_of,
)
from livretpro.bulletins.words import Grouping
from livretpro.schools.models import (
    Division,
    Enrolment,
    PrincipalTeacher,
    School,
    Staff,
    holding,
)


@dataclass(frozen=True)
class Line:
    """A service on the bulletin of a pupil; `group` is None as long as nobody has a value."""

    service: Service
    teachers: tuple[str, ...]
    result: Result
    group: GroupFigures | None
    competences: tuple[Evaluated, ...]
    appraisal: str
    below: tuple["Line", ...] = ()

    @property
    def idle(self) -> bool:
        """Whether it is the service of an import that has nothing of the pupil: no line then."""
        holds = self.result != Result() or self.competences or self.appraisal
        return self.service.generated_by_import and not holds


@dataclass(frozen=True)
class BulletinContent:
    """The bulletin of a pupil: one line for each active top-level service they follow."""

    enrolment: Enrolment
    lines: tuple[Line, ...]
    general_appraisal: str
    general_average: Decimal | None


@dataclass(frozen=True)
class DivisionBulletins:
    """Those of a division for a period, as the mock-up asks, in the order of names."""

    division: Division
    period: Period
    mockup: Mockup
    principals: tuple[str, ...]
    headcount: int
    bulletins: tuple[BulletinContent, ...]


def bulletins_of(
    division: Division,
    period: Period,
    mockup: Mockup,
    *,
    school: School,
    students: Collection[int] | None = None,
) -> DivisionBulletins:
    """The bulletins of a division, or of some of its pupils: ten queries, whatever the number of
    pupils and services, one more when groups have services. The caller has checked who asks.

    A teacher's grade that the mock-up does not show counts nowhere: the figures of a bulletin are
    those of the averages that it shows.
    """
    pupils = pupils_of(division, period, school)
    wanted = [one for one in pupils if students is None or one.student_id in students]
    read = _Read.of(division, period, school, pupils, wanted, mockup)
    return DivisionBulletins(
        division=division,
        period=period,
        mockup=mockup,
        principals=_principals(division, period),
        headcount=len(pupils) - len(left_before_the_end(pupils, period)),
        bulletins=tuple(read.content(one, Grouping(mockup.grouping)) for one in wanted),
    )


def _principals(division: Division, period: Period) -> tuple[str, ...]:
    """Names of those in charge of the division on the last day of the period: one query."""
    held = PrincipalTeacher.objects.filter(holding(period.end), division=division)
    lines = held.select_related("staff")
    return tuple(dict.fromkeys(str(line.staff) for line in lines.order_by("staff__name_key")))


@dataclass(frozen=True)
class _Read:
    """What the tables say of a division and a period."""

    services: Sequence[Service]
    lines: Sequence[Taught]
    results: Mapping[Place, Result]
    degrees: Degrees
    appraisals: Mapping[Place, str]
    general: Mapping[int, str]
    left: frozenset[int]

    @classmethod
    def of(
        cls,
        division: Division,
        period: Period,
        school: School,
        pupils: Sequence[Enrolment],
        wanted: Sequence[Enrolment],
        mockup: Mockup,
    ) -> "_Read":
        services = _services(division, period)
        keys = [service.pk for service in services]
        asked = {one.student_id for one in wanted}
        year = division.school_year
        groups = group_pupils((one.group_id for one in services), period, year, school)
        lines = taught(services, _pupils_by_service(services, pupils, groups))
        grades = grades_of(keys, period) if mockup.shows_teacher_grade else {}
        return cls(
            services=services,
            lines=lines,
            results=results_of(lines, marks_of(keys, period), grades),
            degrees=degrees_of(keys, period, asked),
            appraisals=appraisals_of(keys, period, asked),
            general=general_appraisals_of(asked, period),
            left=left_before_the_end(pupils, period) | groups.left,
        )

    @cached_property
    def by_key(self) -> dict[int, Service]:
        return {service.pk: service for service in self.services}

    @cached_property
    def teachers(self) -> dict[int, tuple[str, ...]]:
        return {
            one.pk: tuple(str(person) for person in one.teachers.all()) for one in self.services
        }

    @cached_property
    def figures(self) -> dict[int, GroupFigures | None]:
        return {
            one.pk: group_figures(one, self.results, without=self.left)
            for line in self.lines
            for one in _all(line)
        }

    def content(self, enrolment: Enrolment, grouping: Grouping) -> BulletinContent:
        student = enrolment.student_id
        return BulletinContent(
            enrolment=enrolment,
            lines=tuple(self._followed(self.lines, student, grouping)),
            general_appraisal=self.general.get(student, ""),
            general_average=general_average(student, self.lines, self.results),
        )

    def _followed(
        self, services: Iterable[Taught], student: int, grouping: Grouping
    ) -> Iterator[Line]:
        for one in services:
            if student in one.pupils:
                line = self._line(one, student, grouping)
                if not line.idle:
                    yield line

    def _line(self, one: Taught, student: int, grouping: Grouping) -> Line:
        service, place = self.by_key[one.pk], (one.pk, student)
        held = self.degrees.of.get(place, {})
        return Line(
            service=service,
            teachers=self.teachers[one.pk],
            result=self.results.get(place, Result()),
            group=self.figures[one.pk],
            competences=grouped(self.degrees.items, held, grouping) if held else (),
            appraisal=self.appraisals.get(place, ""),
            below=tuple(self._followed(one.below, student, grouping)),
        )


def _services(division: Division, period: Period) -> list[Service]:
    """The active services of a division and of its groups, with their teachers: two queries.

    A closed period shows what it showed when it was given out: one made since is no line there."""
    own = Service.objects.of_division(division).filter(active=True).known_by(period.closed_at)
    return list(
        own.select_related("subject")
        .prefetch_related(Prefetch("teachers", Staff.objects.order_by("name_key")))
        .order_by("rank", "subject__label", "pk")
    )


def _pupils_by_service(
    services: Sequence[Service], pupils: Sequence[Enrolment], groups: GroupPupils
) -> dict[int, frozenset[int]]:
    """Who follows each service: the whole division, or a group across divisions."""
    everybody = frozenset(one.student_id for one in pupils)
    return {
        one.pk: everybody if one.group_id is None else groups.of[one.group_id] for one in services
    }


def _all(line: Taught) -> Iterator[Taught]:
    yield line
    for one in line.below:
        yield from _all(one)
