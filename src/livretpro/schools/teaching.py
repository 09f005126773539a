"""Who teaches the speciality beyond what STS says, and what these teachers may write (spec 02)."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q

from livretpro.journal import actions as journal
from livretpro.schools.actors import Actor
from livretpro.schools.lines import (
    BadChoice,
    allow,
    check_dates,
    dates,
    end_line,
    substitution_told,
)
from livretpro.schools.models import (
    Division,
    HandTeacher,
    School,
    SchoolYear,
    Staff,
    Substitution,
)
from livretpro.schools.rules import retouched


@transaction.atomic
def add_by_hand(
    division: Division,
    cfd: str,
    staff: Staff,
    *,
    start: date,
    end: date | None = None,
    by: Actor,
) -> HandTeacher:
    """Let a member of the staff write the speciality of a diploma in a division, between two dates
    of the year, both in. The very same line twice (a double click) is one line.

    Raises `NotAllowed`, or `BadChoice` for dates that cannot be or another line that holds then.
    """
    allow(by)
    check_dates(division.school_year, start, end)
    Staff.objects.select_for_update(no_key=True).get(pk=staff.pk)
    same = HandTeacher.objects.filter(division=division, cfd=cfd, staff=staff, start=start, end=end)
    if found := same.first():
        return found
    _refuse_twice(division, cfd, staff, start, end)
    line = HandTeacher.objects.create(
        division=division, cfd=cfd, staff=staff, start=start, end=end, named_by=by.author.name
    )
    _tell("cree", line, before="", after=_of(line), by=by)
    return line


def _refuse_twice(
    division: Division, cfd: str, staff: Staff, start: date, end: date | None
) -> None:
    held = HandTeacher.objects.filter(division=division, cfd=cfd, staff=staff)
    if held.filter(_meeting(start, end)).exists():
        raise BadChoice(f"{staff} écrit déjà la spécialité de {division} à ces dates.")


def _meeting(start: date, end: date | None) -> Q:
    """Lines that hold on some day between these two, both in."""
    until = Q() if end is None else Q(start=None) | Q(start__lte=end)
    return until & (Q(end=None) | Q(end__gte=start))


def _of(line: HandTeacher) -> str:
    return f"{line.staff} {dates(line.start, line.end)}".strip()


@transaction.atomic
def remove_by_hand(line: HandTeacher, *, on: date, by: Actor) -> None:
    """Take this right back from the day `on`, unless somebody just did; what was written stays.

    Raises `NotAllowed`.
    """
    allow(by)
    before = _of(line)
    if end_line(HandTeacher.objects.filter(pk=line.pk), on=on):
        _tell("retire", line, before=before, after="", by=by)


@transaction.atomic
def let_speciality_write_pfmp(school: School, *, allowed: bool, by: Actor) -> bool:
    """Let the teachers of the speciality write the PFMP synthesis, or not; says what changed."""
    allow(by)
    held = School.objects.select_for_update().get(pk=school.pk)
    if held.pfmp_by_speciality_teachers == allowed:
        return False
    held.pfmp_by_speciality_teachers = allowed
    held.save(update_fields=["pfmp_by_speciality_teachers"])
    before, after = ("non", "oui") if allowed else ("oui", "non")
    field = "synthèse des PFMP par la spécialité"
    change = journal.Change("modifie", "etablissement", school.uai, field, before, after)
    journal.record([change], school_uai=school.uai, by=by.author)
    return True


@transaction.atomic
def set_speciality_subjects(
    school: School, codes: Collection[str], *, shown: Collection[str] | None = None, by: Actor
) -> bool:
    """Say which subjects of STS are those of the speciality; says whether something changed.

    `shown` are those that stood when the person chose: what others changed since stays. Their
    teachers write the livrets from the next request on, and those of a subject taken out no
    longer do. Raises `NotAllowed`, or `BadChoice` when no code is left.
    """
    allow(by)
    held = School.objects.select_for_update().get(pk=school.pk)
    before = sorted(held.speciality_subjects)
    wanted = sorted(set(codes) if shown is None else retouched(before, shown, codes))
    if not wanted:
        raise BadChoice("Gardez au moins une matière : sans elle, aucun enseignant n’écrit.")
    if wanted == before:
        return False
    held.speciality_subjects = wanted
    held.save(update_fields=["speciality_subjects"])
    change = journal.Change(
        "modifie",
        "etablissement",
        school.uai,
        "matières de la spécialité",
        ", ".join(before),
        ", ".join(wanted),
    )
    journal.record([change], school_uai=school.uai, by=by.author)
    return True


@transaction.atomic
def name_substitute(
    year: SchoolYear, absent: Staff, substitute: Staff, *, start: date, end: date | None, by: Actor
) -> Substitution:
    """Have somebody stand in for a member of the staff, between two dates of the year, both in.

    Raises `NotAllowed`, or `BadChoice` for oneself, dates out of order or out of the year, or a
    substitution already named.
    """
    allow(by)
    if absent.pk == substitute.pk:
        raise BadChoice("Choisissez deux personnes différentes.")
    check_dates(year, start, end)
    Staff.objects.select_for_update().get(pk=absent.pk)
    held = Substitution.objects.filter(absent=absent, substitute=substitute)
    if held.filter(_meeting(start, end)).exists():
        raise BadChoice(f"{substitute} remplace déjà {absent} à ces dates.")
    made = Substitution.objects.create(absent=absent, substitute=substitute, start=start, end=end)
    _tell_substitution(made, "cree", "", dates(start, end), by=by)
    return made


@transaction.atomic
def end_substitution(line: Substitution, *, by: Actor, on: date) -> None:
    """End it: the substitute no longer writes from the day `on`; what was written stays.

    One that had not begun is removed. Raises `NotAllowed`.
    """
    allow(by)
    before = dates(line.start, line.end)
    if end_line(Substitution.objects.filter(pk=line.pk), on=on):
        _tell_substitution(line, "retire", before, "", by=by)


def _tell_substitution(
    line: Substitution, action: str, before: str, after: str, *, by: Actor
) -> None:
    change = substitution_told(action, line, before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _tell(action: str, line: HandTeacher, *, before: str, after: str, by: Actor) -> None:
    key = f"{line.division_id}:{line.cfd}"
    change = journal.Change(action, "specialite", key, "enseignant", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
