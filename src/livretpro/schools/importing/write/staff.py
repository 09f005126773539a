"""Writes the people of STS, their charges, and the services."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from livretpro.accounts.rules import folded
from livretpro.schools.importing.comparison import Plan
from livretpro.schools.importing.plan.changes import Kind, ServiceChange, StaffChange
from livretpro.schools.importing.plan.facts import StaffKey
from livretpro.schools.importing.write.bulk import rewrite
from livretpro.schools.importing.write.structure import Keys
from livretpro.schools.models import PrincipalTeacher, School, Service, ServiceTeacher, Staff

People = Mapping[StaffKey, int]
"""Primary key by ID and TYPE."""
STAFF_FIELDS = (
    "sts_id",
    "sts_type",
    "last_name",
    "first_name",
    "birth_date",
    "function",
    "name_key",
    "gone_on",
)


def write_staff(plan: Plan, school: School, divisions: Keys) -> People:
    """Create and update people and charges; give the primary keys of all those of STS."""
    changes = [change for change in plan.staff if change.kind is not Kind.SAME]
    new = [_staff(change, school) for change in changes if change.kind is Kind.ADDED]
    Staff.objects.bulk_create(new)
    known = [_staff(change, school) for change in changes if change.kind is not Kind.ADDED]
    rewrite(Staff.objects, known, *STAFF_FIELDS)
    people = {person.key: person.pk for person in plan.held.staff}
    people |= {(staff.sts_id, staff.sts_type): staff.pk for staff in known}
    people |= {(staff.sts_id, staff.sts_type): staff.pk for staff in new}
    _write_charges(changes, people, divisions)
    return people


def _staff(change: StaffChange, school: School) -> Staff:
    sts_id, sts_type = change.key
    return Staff(
        pk=change.pk,
        school=school,
        sts_id=sts_id,
        sts_type=sts_type,
        name_key=folded(change.person.name),
        gone_on=change.gone_on,
        **asdict(change.person),
    )


def _write_charges(changes: Iterable[StaffChange], people: People, divisions: Keys) -> None:
    """Replace the charges of professeur principal that differ: two queries."""
    dropped = {pk for change in changes for pk in change.dropped}
    if dropped:
        PrincipalTeacher.objects.filter(pk__in=dropped).delete()
    PrincipalTeacher.objects.bulk_create(
        [
            PrincipalTeacher(
                staff_id=people[change.key], division_id=divisions[code], start=start, end=end
            )
            for change in changes
            for code, (start, end) in change.charges.items()
        ]
    )


def write_services(
    changes: Iterable[ServiceChange],
    year: int,
    *,
    people: People,
    divisions: Keys,
    groups: Keys,
) -> None:
    """Create and delete services and the links to their teachers: at most five queries."""
    todo = [change for change in changes if change.kind is not Kind.SAME]
    removed = {pk for change in todo for pk in change.removed}
    gone = {c.pk for c in todo if c.pk is not None and c.kind is Kind.GONE}
    if removed:
        ServiceTeacher.objects.filter(pk__in=removed).delete()
    if gone:
        Service.objects.filter(pk__in=gone).delete()
    rows = {c.key: _service(c, year, divisions, groups) for c in todo if c.kind is not Kind.GONE}
    Service.objects.bulk_create([row for row in rows.values() if row.pk is None])
    ServiceTeacher.objects.bulk_create(
        [
            ServiceTeacher(service_id=rows[change.key].pk, staff_id=people[teacher])
            for change in todo
            for teacher in sorted(change.added)
        ]
    )


def _service(change: ServiceChange, year: int, divisions: Keys, groups: Keys) -> Service:
    place, code, subject, mode = change.key
    return Service(
        pk=change.pk,
        school_year_id=year,
        division_id=divisions[code] if place == "D" else None,
        group_id=groups[code] if place == "G" else None,
        subject_code=subject,
        course_mode=mode,
    )
