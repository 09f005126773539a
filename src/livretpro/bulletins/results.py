"""What a pupil gets in a service, and what a group gets (spec 06, Model). Pure.

Averages are exact: `figures.shown` rounds them where they are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from livretpro.bulletins.figures import service_average, weighted_mean
from livretpro.bulletins.words import Source

Weighted = tuple[Decimal | None, Decimal]
"""A value, None when there is none, and its coefficient."""


@dataclass(frozen=True)
class Grade:
    """The teacher's grade; no value: « non noté »."""

    value: Decimal | None
    source: Source = Source.TYPED


@dataclass(frozen=True)
class Result:
    """The average of a pupil in a service: the computed one, and the teacher's grade if any."""

    computed: Decimal | None = None
    grade: Grade | None = None

    @property
    def value(self) -> Decimal | None:
        """What is shown and what counts above: the teacher's grade in place of the computed one."""
        return self.computed if self.grade is None else self.grade.value

    @property
    def not_graded(self) -> bool:
        """Whether the teacher decided that the pupil has no grade."""
        return self.grade is not None and self.grade.value is None


@dataclass(frozen=True)
class Taught:
    """A service as averages see it: its coefficient, its sub-services, and the pupils it has."""

    pk: int
    coefficient: Decimal
    pupils: frozenset[int]
    graded: bool = True
    below: tuple["Taught", ...] = ()


@dataclass(frozen=True)
class GroupFigures:
    """How many pupils of a service have a value; their average, the lowest and the highest."""

    count: int
    average: Decimal
    lowest: Decimal
    highest: Decimal


Place = tuple[int, int]
"""Keys of a service and of a pupil."""


def results_of(
    services: Iterable[Taught],
    marks: Mapping[Place, Iterable[Weighted]],
    grades: Mapping[Place, Grade],
) -> dict[Place, Result]:
    """The result of each pupil in each service and sub-service; none where it is without marks.

    A service with sub-services averages what is shown of those that the pupil follows, weighted;
    one without, its own marks. What is not marked does not count.
    """
    found: dict[Place, Result] = {}
    for service in services:
        found |= results_of(service.below, marks, grades)
        if service.graded:
            found |= dict(_results(service, marks, grades, found))
    return found


def _results(
    service: Taught,
    marks: Mapping[Place, Iterable[Weighted]],
    grades: Mapping[Place, Grade],
    below: Mapping[Place, Result],
) -> Iterator[tuple[Place, Result]]:
    for pupil in service.pupils:
        place = (service.pk, pupil)
        under = [
            (below[one.pk, pupil].value, one.coefficient)
            for one in service.below
            if (one.pk, pupil) in below
        ]
        computed = service_average(marks.get(place, ()), under)
        yield place, Result(computed, grades.get(place))


def group_figures(
    service: Taught,
    results: Mapping[Place, Result],
    *,
    without: frozenset[int] = frozenset(),
) -> GroupFigures | None:
    """Those of the pupils of a service who have a value, but for some; None when nobody has."""
    places = ((service.pk, pupil) for pupil in service.pupils - without)
    found = [results[place].value for place in places if place in results]
    values = [value for value in found if value is not None]
    if not values:
        return None
    mean = sum(values, Decimal(0)) / len(values)
    return GroupFigures(len(values), mean, min(values), max(values))


def general_average(
    pupil: int, services: Iterable[Taught], results: Mapping[Place, Result]
) -> Decimal | None:
    """The mean of the lines of the bulletin by their coefficients; 0 keeps a line out."""
    return weighted_mean(
        (results[service.pk, pupil].value, service.coefficient)
        for service in services
        if (service.pk, pupil) in results
    )
