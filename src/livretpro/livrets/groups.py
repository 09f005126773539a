"""The groups whose figures a livret shows: declared ones, else the division (spec 02)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from livretpro.livrets.figures import GroupFigures, group_figures, mean
from livretpro.livrets.models import PeriodBilan
from livretpro.livrets.queries import Sheet
from livretpro.referentiels.rules import Level
from livretpro.schools.groups import placed
from livretpro.schools.models import Enrolment, SchoolYear
from livretpro.schools.rules import SCHOOL_STATUS

Place = tuple[int | None, str, str]  # division, diploma (CFD), level


@dataclass(frozen=True)
class TeachingGroup:
    """Pupils whose figures go together; `name` is empty for those of a whole division."""

    name: str
    annuals: tuple[Fraction | None, ...]

    @property
    def headcount(self) -> int:
        """How many pupils, with or without average."""
        return len(self.annuals)

    @cached_property
    def figures(self) -> GroupFigures | None:
        """The figures of those who have an annual average."""
        return group_figures(self.annuals)


@dataclass(frozen=True)
class _Member:
    """A pupil who counts: where, in which declared group (0: none), with which annual average."""

    enrolment: int
    place: Place
    declared: int
    name: str
    annual: Fraction | None


class Groups:
    """The groups of some diplomas in a year."""

    def __init__(self, members: Iterable[_Member]) -> None:
        self._members = {member.enrolment: member for member in members}
        self._made: dict[Place | int, TeachingGroup] = {}

    def of(self, enrolment: Enrolment) -> TeachingGroup:
        """The group of a pupil; that of the division for one who is in no declared group."""
        member = self._members.get(enrolment.pk)
        if member and member.declared:
            return self._declared(member.declared)
        return self._division((enrolment.division_id, enrolment.cfd, enrolment.level))

    def in_division(self, division: int, cfd: str, level: Level) -> Sequence[TeachingGroup]:
        """The groups of the pupils of a division, declared ones by name, then the division itself
        when a pupil falls back on it, or when nobody is there."""
        place = (division, cfd, level.value)
        own = [member for member in self._members.values() if member.place == place]
        declared = {m.declared: m.name for m in own if m.declared}
        found = [self._declared(pk) for pk in sorted(declared, key=lambda pk: declared[pk])]
        alone = not own or any(not member.declared for member in own)
        return [*found, *([self._division(place)] if alone else [])]

    def _declared(self, pk: int) -> TeachingGroup:
        if pk not in self._made:
            own = [member for member in self._members.values() if member.declared == pk]
            self._made[pk] = TeachingGroup(own[0].name, tuple(m.annual for m in own))
        return self._made[pk]

    def _division(self, place: Place) -> TeachingGroup:
        if place not in self._made:
            own = (m.annual for m in self._members.values() if m.place == place)
            self._made[place] = TeachingGroup("", tuple(own))
        return self._made[place]


def groups(year: SchoolYear, cfds: Collection[str], *, read: Iterable[Sheet] = ()) -> Groups:
    """The groups of these diplomas in a year, whoever asks: one query.

    Present pupils count this year; in a year gone by, everybody as of their last day. The pupils of
    the sheets already `read` count with the average that these hold, so that a file agrees with
    itself when somebody saves meanwhile.
    """
    known = {sheet.enrolment.pk: sheet.annual for sheet in read}
    return Groups(_member(row, known) for row in _rows(year, cfds))


def _member(row: Mapping[str, Any], known: Mapping[int, Fraction | None]) -> _Member:
    declared = row["placed"] or {"pk": 0, "name": ""}
    marks: list[Decimal] = row["marks"]
    return _Member(
        enrolment=row["pk"],
        place=(row["division"], row["cfd"], row["level"]),
        declared=declared["pk"],
        name=declared["name"],
        annual=known[row["pk"]] if row["pk"] in known else mean(marks),
    )


def _rows(year: SchoolYear, cfds: Collection[str]) -> QuerySet[Any, Any]:
    at_work = Q(school_year__school__current_year=F("school_year__year"))
    marks = PeriodBilan.objects.filter(
        livret__student=OuterRef("student"),
        livret__school_year=OuterRef("school_year"),
        livret__cfd=OuterRef("cfd"),
        livret__level=OuterRef("level"),
        average__isnull=False,
    )
    return (
        Enrolment.objects.with_livret()
        .filter(
            Q(at_work, end=None) | Q(~at_work, ~Exists(_later())),
            school_year=year,
            cfd__in=cfds,
        )
        .annotate(placed=placed(), marks=ArraySubquery(marks.values("average")))
        .values("pk", "division", "cfd", "level", "placed", "marks")
    )


def _later() -> QuerySet[Enrolment]:
    """What ends the count of an enrolment in a year gone by: another livret, or another level."""
    after = Q(start__gt=OuterRef("start")) | Q(start=OuterRef("start"), pk__gt=OuterRef("pk"))
    same = Enrolment.objects.filter(
        after, school_year=OuterRef("school_year"), student=OuterRef("student")
    )
    livret = Q(status=SCHOOL_STATUS, no_livret="", division__isnull=False)
    return same.filter(livret | ~Q(level=OuterRef("level")))
