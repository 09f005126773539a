"""Who writes the PFMP part of which pupil: professeurs principaux and référents (spec 02)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from livretpro.journal import actions as journal
from livretpro.schools.actors import Actor
from livretpro.schools.lines import BadChoice, allow, check_dates, dates, end_line
from livretpro.schools.models import (
    Division,
    PfmpReferent,
    PrincipalTeacher,
    SchoolYear,
    Staff,
    Student,
)

NO_ACCOUNT = "{} n’a pas de compte : l’administrateur doit d’abord l’inviter."


@transaction.atomic
def name_principal(
    division: Division, staff: Staff, *, start: date, end: date | None = None, by: Actor
) -> PrincipalTeacher:
    """Name a professeur principal beside those of STS, between two dates of the year, both in.

    Raises `NotAllowed`, or `BadChoice` for dates that cannot be or a charge already held then.
    """
    allow(by)
    check_dates(division.school_year, start, end)
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    _refuse_twice(PrincipalTeacher.objects.filter(staff=staff, division=division), start, end)
    made = PrincipalTeacher.objects.create(
        staff=staff,
        division=division,
        start=start,
        end=end,
        by_hand=True,
        named_by=by.author.name,
    )
    _tell_principal(made, "cree", "", _held_by(made), by=by)
    return made


def _refuse_twice(held: QuerySet[PrincipalTeacher], start: date, end: date | None) -> None:
    until = Q() if end is None else Q(start=None) | Q(start__lte=end)
    line = held.filter(until, Q(end=None) | Q(end__gte=start)).select_related("staff").first()
    if line is not None:
        raise BadChoice(f"{line.staff} est déjà professeur principal à ces dates.")


@transaction.atomic
def end_principal(line: PrincipalTeacher, *, on: date, by: Actor) -> None:
    """Take back a charge named by hand, from the day `on`; those of STS end by STS.

    Raises `NotAllowed`.
    """
    allow(by)
    before = _held_by(line)
    by_hand = PrincipalTeacher.objects.filter(pk=line.pk, by_hand=True)
    if end_line(by_hand, on=on):
        _tell_principal(line, "retire", before, "", by=by)


def _held_by(line: PrincipalTeacher) -> str:
    return f"{line.staff} {dates(line.start, line.end)}"


def _tell_principal(
    line: PrincipalTeacher, action: str, before: str, after: str, *, by: Actor
) -> None:
    key = f"{line.division.school_year.year}:{line.division.code}"
    change = journal.Change(action, "charge", key, "professeur principal", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)


@transaction.atomic
def name_referents(
    year: SchoolYear, students: Collection[Student], staff: Staff | None, *, on: date, by: Actor
) -> int:
    """Give these pupils a référent PFMP from the day `on`, or none; says how many changed.

    The former référent writes until the day before. Six queries, whatever the number of pupils.
    Raises `NotAllowed`, or `BadChoice` for somebody without account.
    """
    allow(by)
    if staff is not None and staff.user_id is None:
        raise BadChoice(NO_ACCOUNT.format(staff))
    pupils = _locked(students)
    before = _open_lines(year, pupils)
    changed = [p for p in pupils if _staff_of(before, p) != (staff and staff.pk)]
    _close([before[p.pk] for p in changed if p.pk in before], on=on)
    if staff is not None:
        PfmpReferent.objects.bulk_create(
            PfmpReferent(
                student=p, school_year=year, staff=staff, start=on, named_by=by.author.name
            )
            for p in changed
        )
    _tell_referents(year, changed, before, staff, by=by)
    return len(changed)


def _locked(students: Collection[Student]) -> Sequence[Student]:
    """The pupils, held: two heads name one after the other."""
    wanted = {student.pk for student in students}
    return list(Student.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


def _open_lines(year: SchoolYear, pupils: Sequence[Student]) -> dict[int, PfmpReferent]:
    found = PfmpReferent.objects.filter(school_year=year, student__in=pupils, end=None)
    return {line.student_id: line for line in found.select_related("staff")}


def _staff_of(lines: Mapping[int, PfmpReferent], pupil: Student) -> int | None:
    return lines[pupil.pk].staff_id if pupil.pk in lines else None


def _close(lines: Sequence[PfmpReferent], *, on: date) -> None:
    """End them the day before `on`; those of the day itself are removed."""
    begun = [line.pk for line in lines if line.start is not None and line.start < on]
    PfmpReferent.objects.filter(pk__in=begun).update(end=on - timedelta(days=1))
    PfmpReferent.objects.filter(pk__in={line.pk for line in lines} - set(begun)).delete()


def _tell_referents(
    year: SchoolYear,
    changed: Sequence[Student],
    before: Mapping[int, PfmpReferent],
    staff: Staff | None,
    *,
    by: Actor,
) -> None:
    changes = [
        journal.Change(
            _action(had=pupil.pk in before, has=staff is not None),
            "charge",
            f"{year.year}:{pupil.siecle_id}",
            "référent PFMP",
            f"{before[pupil.pk].staff}, pour {pupil}" if pupil.pk in before else "",
            f"{staff}, pour {pupil}" if staff else "",
        )
        for pupil in changed
    ]
    if changes:
        journal.record(changes, school_uai=by.school.uai, by=by.author)


def _action(*, had: bool, has: bool) -> str:
    if had and has:
        return "modifie"
    return "cree" if has else "retire"
