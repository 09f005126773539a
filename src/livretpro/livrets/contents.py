"""What livrets hold, from the tables: one query, whatever their number."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from livretpro.livrets.models import Livret
from livretpro.livrets.rules import NOT_GRADED, Block, Content, NotGraded, Pfmp, Project, Teacher
from livretpro.referentiels.rules import Level


def stored_contents(livrets: Iterable[Livret], *, bilans: bool = False) -> dict[int, Content]:
    """What these livrets hold, without periodicity nor expected list: one query.

    `bilans`: with the appraisals and degrees of the periods.
    """
    by_id = {livret.pk: livret for livret in livrets}
    values = _Values()
    for row in _rows_of(by_id, bilans=bilans) if by_id else ():
        values.add(*row)
    return {pk: _content(livret, values) for pk, livret in by_id.items()}


def _rows_of(livrets: Iterable[int], *, bilans: bool) -> list[tuple[Any, ...]]:
    """Averages, degrees and lines of teachers, in rows of one shape: livret, what, number, texts.

    Three tables in one query: each question costs a round trip, and every page asks all three.
    """
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"average": _AVERAGE, "degree": _DEGREE}
        asked |= {"appraisal": _APPRAISAL, "period_degree": _PERIOD_DEGREE}
        cursor.execute(_VALUES + _BILANS if bilans else _VALUES, asked | {"livrets": list(livrets)})
        return list(cursor.fetchall())


_AVERAGE, _DEGREE = "moyenne", "degré"
_VALUES = """
SELECT livret_id, %(average)s, number, coalesce(average::text, ''), ''
  FROM livrets_periodbilan
 WHERE livret_id = ANY (%(livrets)s) AND (average IS NOT NULL OR not_graded)
UNION ALL
SELECT degree.livret_id, %(degree)s, degree.value, competence.code, ''
  FROM livrets_degree AS degree
  JOIN referentiels_competence AS competence ON competence.id = degree.competence_id
 WHERE degree.livret_id = ANY (%(livrets)s)
UNION ALL
SELECT livret_id, block, "position", last_name, first_name
  FROM livrets_teacherline WHERE livret_id = ANY (%(livrets)s)
"""
_APPRAISAL, _PERIOD_DEGREE = "appréciation de période", "degré de période"
_BILANS = """UNION ALL
SELECT livret_id, %(appraisal)s, number, appraisal, ''
  FROM livrets_periodbilan WHERE livret_id = ANY (%(livrets)s) AND appraisal <> ''
UNION ALL
SELECT degree.livret_id, %(period_degree)s, degree.value, competence.code, degree.number::text
  FROM livrets_perioddegree AS degree
  JOIN referentiels_competence AS competence ON competence.id = degree.competence_id
 WHERE degree.livret_id = ANY (%(livrets)s)
"""


@dataclass(frozen=True)
class _Values:
    """Averages by period, degrees by competence, teachers by line, each by livret."""

    averages: dict[int, dict[int, Decimal | NotGraded]] = field(default_factory=dict)
    degrees: dict[int, dict[str, int]] = field(default_factory=dict)
    teachers: dict[tuple[int, str], dict[int, Teacher]] = field(default_factory=dict)
    appraisals: dict[int, dict[int, str]] = field(default_factory=dict)
    period_degrees: dict[int, dict[tuple[int, str], int]] = field(default_factory=dict)

    def add(self, livret: int, what: str, number: int, first: str, second: str) -> None:
        """Take a row of `_rows_of`."""
        if what == _AVERAGE:
            mark = Decimal(first) if first else NOT_GRADED
            self.averages.setdefault(livret, {})[number] = mark
        elif what == _DEGREE:
            self.degrees.setdefault(livret, {})[first] = number
        elif what == _APPRAISAL:
            self.appraisals.setdefault(livret, {})[number] = first
        elif what == _PERIOD_DEGREE:
            self.period_degrees.setdefault(livret, {})[int(second), first] = number
        else:
            self.teachers.setdefault((livret, what), {})[number] = Teacher(first, second)

    def averages_of(self, livret: int) -> dict[int, Decimal | NotGraded]:
        """The averages, in the order of the periods."""
        return dict(sorted(self.averages.get(livret, {}).items()))

    def teachers_of(self, livret: int, block: Block) -> dict[int, Teacher]:
        """The lines of a block, in their order."""
        return dict(sorted(self.teachers.get((livret, block.value), {}).items()))


def _content(livret: Livret, values: _Values) -> Content:
    return Content(
        level=Level(livret.level),
        kind=None,
        averages=values.averages_of(livret.pk),
        degrees=values.degrees.get(livret.pk, {}),
        appreciation=livret.appreciation,
        teachers=values.teachers_of(livret.pk, Block.SPECIALITY),
        pfmp=Pfmp(
            exported=livret.pfmp_export,
            synthesis=livret.pfmp_synthesis,
            teacher=Teacher(livret.pfmp_last_name, livret.pfmp_first_name),
            weeks=livret.pfmp_weeks,
            abroad=livret.pfmp_abroad,
        ),
        project=Project(
            mark=livret.project_mark,
            appreciation=livret.project_appreciation,
            teachers=values.teachers_of(livret.pk, Block.PROJECT),
        ),
        appraisals=values.appraisals.get(livret.pk, {}),
        period_degrees=values.period_degrees.get(livret.pk, {}),
    )
