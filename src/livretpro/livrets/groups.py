"""The groups whose figures a livret shows: declared ones, else the division (spec 02)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db import connection

from livretpro.livrets.figures import GroupFigures, group_figures, mean
from livretpro.livrets.queries import Sheet
from livretpro.referentiels.rules import Level
from livretpro.schools.groups import PLACED
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
    return Groups(_member(row, known) for row in _members(year, cfds, list(known)))


def _members(year: SchoolYear, cfds: Collection[str], known: list[int]) -> list[tuple[Any, ...]]:
    asked: dict[str, Any] = {"year": year.pk, "cfds": list(cfds), "known": known}
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, asked | {"status": SCHOOL_STATUS})
        return list(cursor.fetchall())


def _member(row: tuple[Any, ...], known: Mapping[int, Fraction | None]) -> _Member:
    enrolment, *place, declared, name, marks = row
    annual = known[enrolment] if enrolment in known else mean(marks)
    return _Member(enrolment, tuple(place), declared or 0, name or "", annual)


_MEMBERS = f"""
SELECT schools_enrolment.id, division_id, cfd, level, placed.pk, placed.name,
       ARRAY(
         SELECT bilan.average FROM livrets_livret AS livret
           JOIN livrets_periodbilan AS bilan ON bilan.livret_id = livret.id
          WHERE livret.student_id = schools_enrolment.student_id
            AND livret.school_year_id = schools_enrolment.school_year_id
            AND livret.cfd = schools_enrolment.cfd AND livret.level = schools_enrolment.level
            AND bilan.average IS NOT NULL AND schools_enrolment.id <> ALL (%(known)s)
       ) AS marks
  FROM schools_enrolment
  JOIN schools_schoolyear AS year ON year.id = schools_enrolment.school_year_id
  JOIN schools_school AS school ON school.id = year.school_id
  LEFT JOIN LATERAL ({PLACED}) AS placed ON true
 WHERE schools_enrolment.school_year_id = %(year)s AND cfd = ANY (%(cfds)s)
   AND status = %(status)s AND no_livret = '' AND division_id IS NOT NULL
   AND CASE WHEN school.current_year = year.year THEN schools_enrolment."end" IS NULL
       ELSE NOT EXISTS (  -- what ends the count in a year gone by: another livret, level, status
         SELECT FROM schools_enrolment AS later
          WHERE later.student_id = schools_enrolment.student_id
            AND later.school_year_id = schools_enrolment.school_year_id
            AND (later.start, later.id) > (schools_enrolment.start, schools_enrolment.id)
            AND (
              later.no_livret = '' AND later.division_id IS NOT NULL
              OR later.status <> %(status)s OR later.level <> schools_enrolment.level
            )
       ) END
"""  # noqa: S608 (no value inside)
