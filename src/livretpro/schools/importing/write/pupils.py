"""Writes pupils, enrolments and memberships."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from livretpro.accounts.rules import folded
from livretpro.schools.importing.plan.changes import Kind, PupilChange
from livretpro.schools.importing.plan.facts import Identity, Schooling
from livretpro.schools.importing.write.bulk import rewrite
from livretpro.schools.importing.write.structure import Keys
from livretpro.schools.models import Enrolment, GroupMember, School, Student

ENROLMENT_FIELDS = tuple(Schooling.__dataclass_fields__)
IDENTITY_FIELDS = (*Identity.__dataclass_fields__, "name_key", "first_name_key")


def write_pupils(
    changes: Iterable[PupilChange], school: School, year: int, *, divisions: Keys, groups: Keys
) -> None:
    """Write what happens to the pupils: at most eight queries."""
    todo = [change for change in changes if change.kind is not Kind.SAME]
    students = _write_students(todo, school)
    _rewrite_enrolments(todo, divisions)
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                student_id=students[change.line.key],
                school_year_id=year,
                start=change.start,
                **_columns(change.schooling, divisions),
            )
            for change in todo
            if change.start and change.schooling
        ]
    )
    _write_memberships(todo, students, groups)


def _write_students(todo: Sequence[PupilChange], school: School) -> Keys:
    """Create and update; give the primary keys by ELEVE_ID, as the lines write it."""
    new = [_student(c.identity, school) for c in todo if c.identity and c.known is None]
    Student.objects.bulk_create(new)
    known = {c.line.key: c.known.pk for c in todo if c.known}
    rewrite(
        Student.objects,
        [_student(c.identity, school, c.known.pk) for c in todo if c.identity and c.known],
        *IDENTITY_FIELDS,
    )
    return known | {str(student.siecle_id): student.pk for student in new}


def _student(identity: Identity, school: School, pk: int | None = None) -> Student:
    return Student(
        pk=pk,
        school=school,
        name_key=folded(identity.last_name),
        first_name_key=folded(identity.first_name),
        **asdict(identity),
    )


def _rewrite_enrolments(todo: Iterable[PupilChange], divisions: Keys) -> None:
    """Close the newest enrolments, or correct what they say: two queries."""
    of = {c.known.last.pk: c for c in todo if c.known and c.known.last and _rewrites(c)}
    rows = Enrolment.objects.in_bulk(of) if of else {}
    for pk, row in rows.items():
        change = of[pk]
        row.end = change.close or row.end
        if change.schooling and change.start is None:
            for name, value in _columns(change.schooling, divisions).items():
                setattr(row, name, value)
    rewrite(Enrolment.objects, list(rows.values()), "end", *ENROLMENT_FIELDS)


def _rewrites(change: PupilChange) -> bool:
    return change.close is not None or (change.schooling is not None and change.start is None)


def _columns(schooling: Schooling, divisions: Keys) -> dict[str, Any]:
    """The columns of an enrolment, with the primary key of its division."""
    columns = asdict(schooling)
    code = columns.pop("division")
    return columns | {"division_id": divisions[code] if code else None}


def _write_memberships(todo: Iterable[PupilChange], students: Keys, groups: Keys) -> None:
    """Add and remove memberships of groups: two queries."""
    gone: list[int] = []
    new: list[GroupMember] = []
    for change in todo:
        if change.groups is not None:
            held = change.known.groups if change.known else {}
            gone += [pk for code, pk in held.items() if code not in change.groups]
            student = students[change.line.key]
            new += [
                GroupMember(student_id=student, group_id=groups[code])
                for code in sorted(change.groups - held.keys())
            ]
    if gone:
        GroupMember.objects.filter(pk__in=gone).delete()
    GroupMember.objects.bulk_create(new)
