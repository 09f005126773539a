"""Where each field stands: in a content, in the tables; writing one value or thousands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from livretpro.livrets.fields import Field, Value
from livretpro.livrets.models import Degree, Livret, PeriodBilan, PeriodDegree, TeacherLine
from livretpro.livrets.rules import NOT_GRADED, Block, Content, Teacher
from livretpro.rows import prepared

COLUMNS = {
    "appreciation": "appreciation",
    "pfmp_exporter": "pfmp_export",
    "pfmp_synthese": "pfmp_synthesis",
    "pfmp_nom": "pfmp_last_name",
    "pfmp_prenom": "pfmp_first_name",
    "pfmp_semaines": "pfmp_weeks",
    "pfmp_etranger": "pfmp_abroad",
    "projet_note": "project_mark",
    "projet_appreciation": "project_appreciation",
}


@dataclass(frozen=True)
class Cell:
    """A value to write in a locked livret; `competence` is the key of the competence, if any."""

    livret: Livret
    field: Field
    value: Value
    competence: int | None = None


def value_in(content: Content, field: Field) -> Value:
    """The value a field has in a content already read; no query."""
    if field.of_period:
        return _period_value(content, field)
    if field.competence:
        return content.degrees.get(field.competence)
    if field.block:
        return _half(_lines(content, field.block).get(field.number), field)
    return _plain_value(content, field.key)


def _period_value(content: Content, field: Field) -> Value:
    if field.competence:
        return content.period_degrees.get((field.number, field.competence))
    if field.is_appraisal:
        return content.appraisals.get(field.number, "")
    return content.averages.get(field.number)


def _lines(content: Content, block: Block) -> Mapping[int, Teacher]:
    return content.project.teachers if block is Block.PROJECT else content.teachers


def _plain_value(content: Content, key: str) -> Value:
    pfmp, project = content.pfmp, content.project
    values: dict[str, Value] = {
        "appreciation": content.appreciation,
        "pfmp_exporter": pfmp.exported,
        "pfmp_synthese": pfmp.synthesis,
        "pfmp_nom": pfmp.teacher.last_name,
        "pfmp_prenom": pfmp.teacher.first_name,
        "pfmp_semaines": pfmp.weeks,
        "pfmp_etranger": pfmp.abroad,
        "projet_note": project.mark,
        "projet_appreciation": project.appreciation,
    }
    return values[key]


def _half(line: Teacher | None, field: Field) -> str:
    return "" if line is None else str(getattr(line, _part(field)))


def _part(field: Field) -> str:
    return "last_name" if field.key.endswith("_nom") else "first_name"


def column_of(livret: Livret, field: Field) -> Value:
    """The value of a field that is a column of the livret; no query."""
    value: Value = getattr(livret, COLUMNS[field.key])
    return value


def write(cells: Sequence[Cell]) -> None:
    """Store values; an empty one leaves nothing stored, but for when a period changed last. At most
    twelve queries, whatever their number."""
    _write_columns([c for c in cells if c.field.key in COLUMNS])
    degrees = [c for c in cells if c.field.competence and not c.field.of_period]
    _write_degrees(Degree, degrees)
    _write_teachers([c for c in cells if c.field.block])
    _write_periods([c for c in cells if c.field.of_period])


def _write_columns(cells: Sequence[Cell]) -> None:
    for cell in cells:
        setattr(cell.livret, COLUMNS[cell.field.key], cell.value)
    if cells:
        livrets = {cell.livret.pk: cell.livret for cell in cells}.values()
        Livret.objects.bulk_update(livrets, sorted({COLUMNS[c.field.key] for c in cells}))


def _write_degrees(model: type[Degree] | type[PeriodDegree], cells: Sequence[Cell]) -> None:
    """Those of the livret, or of its periods."""
    of_period = model is PeriodDegree
    gone = [Q(**_place(c, of_period)) for c in cells if c.value is None]
    if gone:
        model.objects.filter(_any(gone)).delete()
    kept = [c for c in cells if c.value is not None]
    if not kept:
        return
    columns: list[list[Any]] = [[*_place(c, of_period).values(), c.value] for c in kept]
    with prepared() as cursor:
        cursor.execute(
            _PERIOD_DEGREES if of_period else _DEGREES, [*map(list, zip(*columns, strict=True))]
        )


_DEGREES = """
INSERT INTO livrets_degree (livret_id, competence_id, value)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[])
ON CONFLICT (livret_id, competence_id) DO UPDATE SET value = EXCLUDED.value
"""

_PERIOD_DEGREES = """
INSERT INTO livrets_perioddegree (livret_id, number, competence_id, value)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::smallint[])
ON CONFLICT (livret_id, number, competence_id) DO UPDATE SET value = EXCLUDED.value
"""


def _place(cell: Cell, of_period: bool) -> dict[str, Any]:  # noqa: FBT001 (which of two tables)
    number = {"number": cell.field.number} if of_period else {}
    return {"livret_id": cell.livret.pk, **number, "competence_id": cell.competence}


def _write_periods(cells: Sequence[Cell]) -> None:
    if not cells:
        return
    degrees = [c for c in cells if c.field.competence]
    appraisals = [c for c in cells if c.field.is_appraisal]
    _write_degrees(PeriodDegree, degrees)
    touched = {(c.livret.pk, c.field.number): _bilan(c) for c in degrees}
    _write_bilans(touched.values(), [])
    _write_bilans((_bilan(c, appraisal=str(c.value or "")) for c in appraisals), ["appraisal"])
    averages = (_average_bilan(c) for c in cells if c.field.is_average)
    _write_bilans(averages, ["average", "not_graded"])


def _write_bilans(bilans: Iterable[PeriodBilan], changed: list[str]) -> None:
    PeriodBilan.objects.bulk_create(
        bilans,
        update_conflicts=True,
        unique_fields=["livret", "number"],
        update_fields=[*changed, "changed_at"],
    )


def _bilan(cell: Cell, **values: Decimal | bool | str | None) -> PeriodBilan:
    return PeriodBilan(livret=cell.livret, number=cell.field.number, **values)


def _average_bilan(cell: Cell) -> PeriodBilan:
    mark = cell.value if isinstance(cell.value, Decimal) else None
    return _bilan(cell, average=mark, not_graded=cell.value is NOT_GRADED)


def date_periods(places: Iterable[tuple[int, int]]) -> None:
    """The bilans (livret, period) that lose or find degrees without being typed in change now: who
    reads them is told (spec 05). One query; a period 0 is the livret's own, which bears no date."""
    touched = [Q(livret=livret, number=period) for livret, period in set(places) if period]
    if touched:
        PeriodBilan.objects.filter(_any(touched)).update(changed_at=timezone.now())


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _write_teachers(cells: Sequence[Cell]) -> None:
    """Write halves of lines; a line with neither name nor first name goes."""
    if not cells:
        return
    held = TeacherLine.objects.filter(livret__in={c.livret for c in cells})
    lines = {(line.livret_id, line.block, line.position): line for line in held}
    touched = {key: _changed_line(lines, key, cell) for cell in cells if (key := _line_key(cell))}
    gone = [line.pk for line in touched.values() if _blank(line) and line.pk]
    if gone:
        TeacherLine.objects.filter(pk__in=gone).delete()
    TeacherLine.objects.bulk_create(
        [_copy(line) for line in touched.values() if not _blank(line)],
        update_conflicts=True,
        unique_fields=["livret", "block", "position"],
        update_fields=["last_name", "first_name"],
    )


_LineKey = tuple[int, str, int]


def _line_key(cell: Cell) -> _LineKey:
    block = cell.field.block or Block.SPECIALITY
    return cell.livret.pk, block.value, cell.field.number


def _changed_line(lines: dict[_LineKey, TeacherLine], key: _LineKey, cell: Cell) -> TeacherLine:
    livret, block, position = key
    line = lines.setdefault(key, TeacherLine(livret_id=livret, block=block, position=position))
    setattr(line, _part(cell.field), cell.value or "")
    return line


def _blank(line: TeacherLine) -> bool:
    return not (line.last_name or line.first_name)


def _copy(line: TeacherLine) -> TeacherLine:
    return TeacherLine(
        livret_id=line.livret_id,
        block=line.block,
        position=line.position,
        last_name=line.last_name,
        first_name=line.first_name,
    )
