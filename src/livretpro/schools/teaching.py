"""Who teaches the speciality beyond what STS says, and what these teachers may write (spec 02)."""

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, HandTeacher, School, Staff
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


def _allow(by: Actor) -> None:
    if not can_name_teachers(by):
        raise NotAllowed


def _tell(action: str, line: HandTeacher, *, before: str, after: str, by: Actor) -> None:
    key = f"{line.division_id}:{line.cfd}"
    change = journal.Change(action, "specialite", key, "enseignant", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
