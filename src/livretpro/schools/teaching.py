"""Who teaches the speciality beyond what STS says, and what these teachers may write (spec 02)."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from livretpro.journal import actions as journal
from livretpro.schools.actors import Actor
from livretpro.schools.models import (
    Division,
    HandTeacher,
    School,
    SchoolYear,
    Staff,
    Substitution,
)
from livretpro.schools.permissions import can_name_teachers


class NotAllowed(Exception):
    """Naming teachers belongs to the head and the DDFPT."""

    phrase = "Seuls le chef d’établissement et le DDFPT nomment les enseignants de la spécialité."


@transaction.atomic
def add_by_hand(division: Division, cfd: str, staff: Staff, *, by: Actor) -> bool:
    """Let a member of the staff write the speciality of a diploma in a division.

    Says whether something changed. Raises `NotAllowed`.
    """
    _allow(by)
    line, created = HandTeacher.objects.get_or_create(division=division, cfd=cfd, staff=staff)
    if created:
        _tell("cree", line, before="", after=str(staff), by=by)
    return created


@transaction.atomic
def remove_by_hand(line: HandTeacher, *, by: Actor) -> None:
    """Take this right back, unless somebody just did; what the person wrote stays.

    Raises `NotAllowed`.
    """
    _allow(by)
    if HandTeacher.objects.filter(pk=line.pk).delete()[0]:
        _tell("retire", line, before=str(line.staff), after="", by=by)


@transaction.atomic
def let_speciality_write_pfmp(school: School, *, allowed: bool, by: Actor) -> bool:
    """Let the teachers of the speciality write the PFMP synthesis, or not; says what changed."""
    _allow(by)
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


class BadChoice(Exception):
    """What was chosen cannot be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def set_speciality_subjects(school: School, codes: Collection[str], *, by: Actor) -> bool:
    """Say which subjects of STS are those of the speciality; says whether something changed.

    Their teachers write the livrets from the next request on, and those of a subject taken out no
    longer do. Raises `NotAllowed`, or `BadChoice` when no code is left.
    """
    _allow(by)
    wanted = sorted(set(codes))
    if not wanted:
        raise BadChoice("Gardez au moins une matière : sans elle, aucun enseignant n’écrit.")
    held = School.objects.select_for_update().get(pk=school.pk)
    before = sorted(held.speciality_subjects)
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
    _allow(by)
    if absent.pk == substitute.pk:
        raise BadChoice("Choisissez deux personnes différentes.")
    _check_dates(year, start, end)
    Staff.objects.select_for_update().get(pk=absent.pk)
    held = Substitution.objects.filter(absent=absent, substitute=substitute)
    if held.filter(Q(end__isnull=True) | Q(end__gte=start)).exists():
        raise BadChoice(f"{substitute} remplace déjà {absent} à cette date.")
    made = Substitution.objects.create(absent=absent, substitute=substitute, start=start, end=end)
    _tell_substitution(made, "cree", "", _dates(start, end), by=by)
    return made


def _check_dates(year: SchoolYear, start: date, end: date | None) -> None:
    if end is not None and end < start:
        raise BadChoice("La fin vient avant le début : corrigez les dates.")
    if any(day != year.bounded(day) for day in (start, end) if day is not None):
        raise BadChoice(
            f"Les dates doivent être dans l’année scolaire, du {year.start:%d/%m/%Y} au "
            f"{year.end:%d/%m/%Y}."
        )


@transaction.atomic
def end_substitution(line: Substitution, *, by: Actor, on: date) -> None:
    """End it: the substitute no longer writes from the day `on`; what was written stays.

    One that had not begun is removed. Raises `NotAllowed`.
    """
    _allow(by)
    held = Substitution.objects.select_for_update(of=("self",)).select_related(
        "absent", "substitute"
    )
    found = held.filter(pk=line.pk).first()
    if found is None or (found.end is not None and found.end < on):
        return
    before = _dates(found.start, found.end)
    if found.start >= on:
        found.delete()
    else:
        found.end = on - timedelta(days=1)
        found.save(update_fields=["end"])
    _tell_substitution(line, "retire", before, "", by=by)


def _dates(start: date, end: date | None) -> str:
    return f"du {start:%d/%m/%Y}" + (f" au {end:%d/%m/%Y}" if end else "")


def _tell_substitution(
    line: Substitution, action: str, before: str, after: str, *, by: Actor
) -> None:
    field = f"{line.substitute} remplace {line.absent}"[:64]
    change = journal.Change(action, "specialite", str(line.absent_id), field, before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _allow(by: Actor) -> None:
    if not can_name_teachers(by):
        raise NotAllowed


def _tell(action: str, line: HandTeacher, *, before: str, after: str, by: Actor) -> None:
    key = f"{line.division_id}:{line.cfd}"
    change = journal.Change(action, "specialite", key, "enseignant", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
