"""Reads of livrets for the layers above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from livretpro.livrets.campaign import ALWAYS_OPEN, Campaign
from livretpro.livrets.contents import stored_contents
from livretpro.livrets.figures import annual_average
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.rules import (
    Content,
    Expected,
    PeriodKind,
)
from livretpro.livrets.status import Status, status_of
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.referentiels.queries import assessed_competences, diplomas
from livretpro.referentiels.rules import Level
from livretpro.rows import rows_where
from livretpro.schools.models import Division, Enrolment, School, SchoolYear
from livretpro.schools.rules import SCHOOL_STATUS

Track = tuple[str, str]  # diploma (CFD), level
LivretKey = tuple[int, str, str]  # pupil, diploma (CFD), level


@dataclass(frozen=True)
class Sheet:
    """A pupil's livret as it stands: who, the content, and what follows from it.

    `livret_id` is None while nothing was saved. `referentiel` is the version the livret was opened
    with, else the current one of the diploma; none when the diploma has none. `period_days`: see
    `periods.periods_of`.
    """

    enrolment: Enrolment
    livret_id: int | None
    referentiel: Referentiel | None
    content: Content
    project_open: bool
    campaign: Campaign = ALWAYS_OPEN
    period_days: tuple[date, ...] = ()

    @cached_property
    def status(self) -> Status:
        """Colour and missing items."""
        return status_of(self.content)

    @cached_property
    def annual(self) -> Fraction | None:
        """The pupil's annual average, unrounded."""
        return annual_average(self.content.averages)


def sheets(
    enrolments: Iterable[Enrolment],
    school_year: SchoolYear,
    *,
    known: Mapping[str, Diploma] | None = None,
    bilans: bool = False,
) -> list[Sheet]:
    """The livrets of these pupils of `school_year`: five queries, whatever their number.

    The enrolments come with `student` and `division` loaded. `known`: the diplomas by CFD, when
    the caller has them (one query less). `bilans`: with the appraisals and degrees of the periods.
    Livrets opened with a version of a référentiel that is no longer that of a diploma cost one
    more.
    """
    pupils = list(enrolments)
    held = _livrets(pupils, school_year)
    contents = stored_contents(held.values(), bilans=bilans)
    if known is None:
        known = diplomas((e.cfd for e in pupils), school=uai_of(school_year.school_id))
    periodicity = periodicities(school_year, {e.cfd for e in pupils})
    rows = _Rows(held, contents, periodicity, known, _versions(held.values(), known.values()))
    return [rows.sheet(enrolment) for enrolment in pupils]


def uai_of(school_id: int) -> QuerySet[Any, Any]:
    """The UAI of a school, as a query to put inside another."""
    return School.objects.filter(pk=school_id).values("uai")


@dataclass(frozen=True)
class _Version:
    """A version of a référentiel and the competences it expects."""

    referentiel: Referentiel
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class _Rows:
    """What the tables hold of some pupils, by key."""

    livrets: Mapping[LivretKey, Livret]
    contents: Mapping[int, Content]
    periodicity: Mapping[Track, Periodicity]
    diplomas: Mapping[str, Diploma]
    versions: Mapping[int, _Version]

    def sheet(self, enrolment: Enrolment) -> Sheet:
        """The sheet of one of these pupils."""
        livret = self.livrets.get((enrolment.student_id, enrolment.cfd, enrolment.level))
        row = self.periodicity.get((enrolment.cfd, enrolment.level))
        version = self._version(enrolment, livret)
        held = self.contents[livret.pk] if livret else Content(Level(enrolment.level), kind=None)
        return Sheet(
            enrolment=enrolment,
            livret_id=livret.pk if livret else None,
            referentiel=version.referentiel if version else None,
            content=replace(
                held,
                kind=PeriodKind(row.kind) if row else None,
                expected=version.expected if version else (),
            ),
            project_open=bool(row and row.project),
            campaign=row.campaign if row else ALWAYS_OPEN,
            period_days=tuple(row.period_days) if row else (),
        )

    def _version(self, enrolment: Enrolment, livret: Livret | None) -> _Version | None:
        """The one the livret was opened with, else the current one of the diploma."""
        if livret:
            return self.versions[livret.referentiel_id]
        diploma = self.diplomas.get(enrolment.cfd)
        current = diploma and diploma.referentiel_id
        return self.versions[current] if current else None


def _livrets(pupils: Sequence[Enrolment], school_year: SchoolYear) -> dict[LivretKey, Livret]:
    students = [e.student_id for e in pupils]
    found = rows_where(
        Livret, "school_year_id = %s AND student_id = ANY (%s)", [school_year.pk, students]
    )
    return {(livret.student_id, livret.cfd, livret.level): livret for livret in found}


def _versions(livrets: Iterable[Livret], known: Iterable[Diploma]) -> dict[int, _Version]:
    """The référentiels in use, by id: those of the diplomas, then older ones of open livrets."""
    current = {d.referentiel_id: d.referentiel for d in known if d.referentiel}
    older = {livret.referentiel_id for livret in livrets} - current.keys()
    found = current | Referentiel.objects.in_bulk(older)
    competences = assessed_competences(found)
    return {
        pk: _Version(referentiel, _expected(competences.get(pk, ())))
        for pk, referentiel in found.items()
    }


def _expected(competences: Sequence[Competence]) -> tuple[Expected, ...]:
    parts: dict[int, list[Expected]] = {}
    for one in competences:
        if one.parent_id and not one.expected:
            parts.setdefault(one.parent_id, []).append(Expected(one.pk, one.code, one.label))
    return tuple(
        Expected(one.pk, one.code, one.label, tuple(parts.get(one.pk, ())))
        for one in competences
        if one.expected
    )


def periodicities(school_year: SchoolYear, cfds: Iterable[str]) -> dict[Track, Periodicity]:
    """The periodicities set, by (diploma, level): one query."""
    found = Periodicity.objects.filter(school_year=school_year, cfd__in=set(cfds))
    return {(row.cfd, row.level): row for row in found}


def livret_id(enrolment: Enrolment) -> int | None:
    """The livret of an enrolment, None while nothing was saved: one query."""
    found = Livret.objects.filter(
        student=enrolment.student_id,
        school_year=enrolment.school_year_id,
        cfd=enrolment.cfd,
        level=enrolment.level,
    )
    return found.values_list("pk", flat=True).first()


def livrets_of(enrolments: Iterable[Enrolment]) -> list[tuple[int, int]]:
    """The livrets of these enrolments of one diploma and year, each with the key of its enrolment:
    one query."""
    held = {(e.student_id, e.level): e for e in enrolments}
    if not held:
        return []
    one = next(iter(held.values()))
    found = Livret.objects.filter(
        student__in=[student for student, _ in held],
        school_year=one.school_year_id,
        cfd=one.cfd,
    ).values_list("pk", "student_id", "level")
    return [
        (pk, held[student, level].pk) for pk, student, level in found if (student, level) in held
    ]


def livret_keys(division: Division, cfd: str) -> QuerySet[Any, Any]:
    """The livrets of a diploma whose pupils are, or were, in a division, as keys of the journal: a
    query to put inside another."""
    return (
        Livret.objects.filter(
            student__enrolments__division=division, school_year=division.school_year_id, cfd=cfd
        )
        .annotate(key=Cast("pk", TextField()))
        .values("key")
    )


def frozen_by(school_year: SchoolYear, cfd: str, level: str) -> int:
    """How many pupils, those gone included, hold a typed value: what freezes the periodicity.

    Two queries.
    """
    livrets = Livret.objects.filter(school_year=school_year, cfd=cfd, level=level)
    return sum(_typed(content) for content in stored_contents(livrets, bilans=True).values())


def _typed(content: Content) -> bool:
    """Whether a value stands in the livret or in one of its bilans de période."""
    return content.started or content.has_bilans


def former_premieres(students: Iterable[int], year: SchoolYear) -> list[Sheet]:
    """Last year's livrets of première of these pupils of terminale.

    Seven queries; two when there is none, one without a former year.
    """
    former = SchoolYear.objects.filter(school=year.school_id, year=year.year - 1).first()
    if former is None:
        return []
    return sheets(_last_enrolments(former, students), former)


def _last_enrolments(year: SchoolYear, students: Iterable[int]) -> list[Enrolment]:
    """The last enrolment of each pupil who had a livret of première and ended the year there.

    Who went on to another level or status within that year was no longer in première under school
    status (spec 02, Scope).
    """
    later = Q(start__gt=OuterRef("start")) | Q(start=OuterRef("start"), pk__gt=OuterRef("pk"))
    elsewhere = Enrolment.objects.filter(
        later, school_year=year, student=OuterRef("student")
    ).exclude(level=Level.PREMIERE.value, status=SCHOOL_STATUS)
    rows = (
        Enrolment.objects.filter(
            ~Exists(elsewhere),
            school_year=year,
            student__in=set(students),
            level=Level.PREMIERE.value,
        )
        .with_livret()
        .select_related("student", "division", "school_year")
        .order_by("start", "pk")
    )
    return list({row.student_id: row for row in rows}.values())


@dataclass(frozen=True)
class LevelSettings:
    """How a level of a diploma is set; `frozen_by` counts the pupils who hold a typed value."""

    level: Level
    row: Periodicity | None
    frozen_by: int

    @property
    def kind(self) -> PeriodKind | None:
        """Trimestres or semestres, once chosen."""
        return PeriodKind(self.row.kind) if self.row else None


def level_settings(school_year: SchoolYear, cfd: str) -> list[LevelSettings]:
    """The settings of première then terminale: three queries."""
    rows = periodicities(school_year, [cfd])
    livrets = Livret.objects.filter(school_year=school_year, cfd=cfd)
    level_of = {livret.pk: livret.level for livret in livrets}
    contents = stored_contents(livrets, bilans=True)
    started = [level_of[pk] for pk, content in contents.items() if _typed(content)]
    return [
        LevelSettings(level, rows.get((cfd, level.value)), started.count(level.value))
        for level in Level
    ]
