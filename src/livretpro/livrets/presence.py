"""What livrets hold, without the values: enough to tell the status of many of them at once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from livretpro.livrets.models import Degree, Livret, PeriodBilan, TeacherLine
from livretpro.livrets.rules import (
    NOT_GRADED,
    Block,
    Content,
    Expected,
    PeriodKind,
    Pfmp,
    Teacher,
)
from livretpro.referentiels.rules import Level
from livretpro.schools.models import SchoolYear

LivretKey = tuple[int, str, str]  # pupil, diploma (CFD), level
STAND_IN = "x"
"""Stands in a `Content` for a text that nobody reads here."""


class Presence(NamedTuple):
    """Which fields of a livret hold something; `referentiel` is None while nothing was saved.

    `degrees`: the competences that have one; `marked`: a period with a number; `periods`: a number
    or "non noté"; `named`: a line of teacher with both names; `lines`: any line; `apart`: what no
    status counts (weeks, abroad, projet).
    """

    referentiel: int | None = None
    degrees: tuple[int, ...] = ()
    marked: bool = False
    periods: bool = False
    named: bool = False
    lines: bool = False
    appreciation: bool = False
    pfmp_exported: bool = False
    pfmp_synthesis: bool = False
    pfmp_last_name: bool = False
    pfmp_first_name: bool = False
    apart: bool = False

    def content(
        self,
        level: Level,
        kind: PeriodKind | None,
        expected: tuple[Expected, ...],
        codes: Mapping[int, str],
    ) -> Content:
        """A content of the same status as the livret: stand-ins where something is held.

        `codes` are those of the competences, by id.
        """
        mark = Decimal(0) if self.marked else NOT_GRADED
        teacher = Teacher(STAND_IN, STAND_IN if self.named else "")
        return Content(
            level=level,
            kind=kind,
            expected=expected,
            degrees={codes[competence]: 1 for competence in self.degrees},
            averages={1: mark} if self.periods else {},
            teachers={1: teacher} if self.lines else {},
            appreciation=_text(self.appreciation),
            pfmp=Pfmp(
                exported=self.pfmp_exported,
                synthesis=_text(self.pfmp_synthesis),
                teacher=Teacher(_text(self.pfmp_last_name), _text(self.pfmp_first_name)),
                weeks=1 if self.apart else None,
            ),
        )


NOTHING = Presence()


def _text(held: bool) -> str:  # noqa: FBT001
    return STAND_IN if held else ""


def presences(students: Sequence[int], year: SchoolYear) -> dict[LivretKey, Presence]:
    """What the livrets of these pupils hold, unsaved ones left out: one query."""
    return {
        (student, cfd, level): Presence(referentiel, tuple(degrees), *held)
        for student, cfd, level, referentiel, degrees, *held in _rows(students, year)
    }


def _rows(students: Sequence[int], year: SchoolYear) -> QuerySet[Any, Any]:
    found = Livret.objects.filter(school_year=year, student__in=students)
    return found.values_list(
        "student_id",
        "cfd",
        "level",
        "referentiel_id",
        ArraySubquery(
            Degree.objects.filter(livret=OuterRef("pk"))
            .order_by("competence_id")
            .values("competence_id")
        ),
        Exists(_periods().exclude(average=None)),
        Exists(_periods()),
        Exists(_lines(Block.SPECIALITY).exclude(Q(last_name="") | Q(first_name=""))),
        Exists(_lines(Block.SPECIALITY)),
        _holds(~Q(appreciation="")),
        "pfmp_export",
        _holds(~Q(pfmp_synthesis="")),
        _holds(~Q(pfmp_last_name="")),
        _holds(~Q(pfmp_first_name="")),
        _holds(_APART | Q(Exists(_lines(Block.PROJECT)))),
    )


_APART = (
    Q(pfmp_weeks__isnull=False)
    | Q(pfmp_abroad__isnull=False)
    | Q(project_mark__isnull=False)
    | ~Q(project_appreciation="")
)


def _holds(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _periods() -> QuerySet[PeriodBilan]:
    given = Q(average__isnull=False) | Q(not_graded=True)
    return PeriodBilan.objects.filter(given, livret=OuterRef("pk")).order_by()


def _lines(block: Block) -> QuerySet[TeacherLine]:
    return TeacherLine.objects.filter(livret=OuterRef("pk"), block=block.value).order_by()
