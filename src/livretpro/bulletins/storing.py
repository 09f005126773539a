"""The values of a service and period: read under lock, written as a plan says, put back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from livretpro.bulletins.models import (
    Appraisal,
    BatchState,
    Degree,
    ImportBatch,
    ImportedValue,
    ImportLine,
    Period,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.plan import Held, Key, Kind, Value, Write
from livretpro.bulletins.words import Source
from livretpro.schools.models import Student

Row = TeacherGrade | Degree | Appraisal
_MODELS: dict[Kind, type[TeacherGrade] | type[Degree] | type[Appraisal]] = {
    Kind.GRADE: TeacherGrade,
    Kind.DEGREE: Degree,
    Kind.APPRAISAL: Appraisal,
}


@dataclass(frozen=True)
class Place:
    """Where values stand."""

    service: Service
    period: Period


def lock_services(which: Q) -> None:
    """Nobody writes in these services until the end of the transaction: one query."""
    own = Service.objects.select_for_update(of=["self"], no_key=True).filter(which)
    list(own.order_by("pk").values_list("pk"))


def locked_rows(place: Place) -> dict[Key, Row]:
    """Every value of a service and period, ours until the end of the transaction: three queries."""
    found: dict[Key, Row] = {}
    for kind, model in _MODELS.items():
        own = model.objects.filter(service=place.service, period=place.period)
        for row in own.select_for_update().order_by("pk"):
            found[Key(row.student_id, kind, getattr(row, "item_id", None))] = row
    return found


def held(rows: Mapping[Key, Row]) -> dict[Key, Held]:
    """The same in the words of the plan."""
    return {key: Held(value_of(row), Source(row.source)) for key, row in rows.items()}


def brought(place: Place) -> frozenset[Key]:
    """Where the last import that stands wrote a value: a person emptied what is not there any more,
    edited what is typed. One query."""
    last = (
        ImportedValue.objects.filter(service=place.service, line__period=place.period)
        .exclude(line__batch__state=BatchState.UNDONE)
        .order_by("student_id", "kind", "item_id", "-pk")
        .distinct("student_id", "kind", "item_id")
    )
    return frozenset(key_of(one) for one in last if not one.removed)


def value_of(row: Row) -> Value:
    """What a row says."""
    return row.text if isinstance(row, Appraisal) else row.value


def write(
    writes: Sequence[Write], rows: Mapping[Key, Row], place: Place, line: ImportLine, now: datetime
) -> None:
    """Write what the plan says, and keep what stood there: at most seven queries."""
    ImportedValue.objects.bulk_create(
        ImportedValue(
            line=line,
            student_id=one.key.student,
            service=place.service,
            kind=one.key.kind.value,
            item_id=one.key.item,
            before=_kept(rows[one.key]) if one.before is not None else {},
            removed=one.removes,
        )
        for one in writes
    )
    for kind, model in _MODELS.items():
        own = [one for one in writes if one.key.kind is kind]
        replaced = [rows[one.key].pk for one in own if one.before is not None]
        if replaced:
            model.objects.filter(pk__in=replaced).delete()
        fresh = [_row(one.key, one.after, place) for one in own if not one.removes]
        for row in fresh:
            row.source, row.batch, row.changed_at = Source.CPRO.value, line.batch, now
        model.objects.bulk_create(fresh)  # type: ignore[arg-type]


def _row(key: Key, value: Value, place: Place) -> Row:
    told: dict[str, Any] = {
        "service": place.service,
        "period": place.period,
        "student_id": key.student,
    }
    if key.kind is Kind.DEGREE:
        told["item_id"] = key.item
    told["text" if key.kind is Kind.APPRAISAL else "value"] = value
    return _MODELS[key.kind](**told)


def _kept(row: Row) -> dict[str, Any]:
    value = value_of(row)
    return {
        "value": str(value) if isinstance(value, Decimal) else value,
        "source": row.source,
        "batch": row.batch_id,
        "changed_at": row.changed_at.isoformat(),
    }


def hand_over(service: Service, to: Service) -> None:
    """What imports that stand brought into a service, what was made of it since and what undoes it
    goes to another service, where the place is free: five queries."""
    brought = ImportedValue.objects.filter(service=service).exclude(
        line__batch__state=BatchState.UNDONE
    )
    for kind, model in _MODELS.items():
        item = ["item"] if kind is Kind.DEGREE else []
        place = {name: OuterRef(name) for name in ("period", "student", *item)}
        asked = {"line__period" if name == "period" else name: ref for name, ref in place.items()}
        model.objects.filter(
            Exists(brought.filter(kind=kind.value, **asked)),
            ~Exists(model.objects.filter(service=to, **place)),
            service=service,
        ).update(service=to)
    for kind, model in _MODELS.items():
        same = {"item": OuterRef("item")} if kind is Kind.DEGREE else {}
        left = model.objects.filter(
            service=service, period=OuterRef("line__period"), student=OuterRef("student"), **same
        )
        brought.filter(~Exists(left), kind=kind.value).update(service=to)
    ImportLine.objects.filter(service=service).update(service=to)


@dataclass(frozen=True)
class Move:
    """A value put back: what it is, what stood until now and what stands again, in words."""

    value: ImportedValue
    now: str
    again: str


@dataclass(frozen=True)
class PutBack:
    """What an undo did: values put back as they were, values changed since and left."""

    moves: tuple[Move, ...]
    left: int


def put_back(values: Sequence[ImportedValue], place: Place, batch: ImportBatch) -> PutBack:
    """Restore what stood before the import; a value written or emptied since is left: at most nine
    queries."""
    rows = locked_rows(place)
    own = [(value, rows.get(key_of(value))) for value in values]
    mine = [(value, row) for value, row in own if _stands(value, row, batch)]
    for model in _MODELS.values():
        gone = [row.pk for _, row in mine if isinstance(row, model)]
        model.objects.filter(pk__in=gone).delete()
        back = [_restored(key_of(value), value.before, place) for value, _ in mine if value.before]
        again = [row for row in back if isinstance(row, model)]
        model.objects.bulk_create(again)  # type: ignore[arg-type]
    return PutBack(tuple(_move(value, row) for value, row in mine), len(own) - len(mine))


def key_of(value: ImportedValue) -> Key:
    """What an import wrote, in the words of the plan."""
    return Key(value.student_id, Kind(value.kind), value.item_id)


def _stands(value: ImportedValue, row: Row | None, batch: ImportBatch) -> bool:
    """Whether what the import did is still what stands."""
    return value.removed if row is None else row.batch_id == batch.pk and not value.removed


def _move(value: ImportedValue, row: Row | None) -> Move:
    now = "" if row is None else told(value_of(row))
    again = told(value.before["value"]) if value.before else ""
    return Move(value, now, again)


def _restored(key: Key, before: Mapping[str, Any], place: Place) -> Row:
    value = before["value"]
    if key.kind is Kind.GRADE and value is not None:
        value = Decimal(value)
    row = _row(key, value, place)
    row.source, row.batch_id = before["source"], before["batch"]
    row.changed_at = datetime.fromisoformat(before["changed_at"])
    return row


def told(value: Value) -> str:
    """A value in words, for the journal."""
    return "non noté" if value is None else str(value)


def pupils_named(students: Iterable[int]) -> dict[int, str]:
    """Names by key: one query."""
    return {one.pk: str(one) for one in Student.objects.filter(pk__in=set(students))}
