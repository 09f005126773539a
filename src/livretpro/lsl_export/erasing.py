"""What the bilans of LSL say of one pupil, and taking it away when the law asks (spec 08).

What the journal keeps of a bilan names a file and counts, nobody.
"""

from django.db.models import Q, QuerySet

from livretpro.lsl_export.models import ReturnedPupil
from livretpro.schools.actors import Actor
from livretpro.schools.erasing import NotTheOperator, numbers_of
from livretpro.schools.models import Student


def pupil_rows(student: Student) -> int:
    """How many bilans say something of the pupil: one query, and one for each number borne."""
    return _rows(student).count()


def erase_pupil_rows(student: Student, *, by: Actor) -> int:
    """Take the pupil out of every bilan, whose counts stay; says out of how many.

    Before the journal is emptied: it tells the former numbers. Raises `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    erased, _ = _rows(student).delete()
    return erased


def _rows(student: Student) -> QuerySet[ReturnedPupil]:
    numbers = [int(number) for number in numbers_of(student)]
    same = Q(student=student) | Q(bilan__school=student.school, siecle_id__in=numbers)
    return ReturnedPupil.objects.filter(same)
