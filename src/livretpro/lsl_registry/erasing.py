"""What the journal keeps of the record of one pupil (spec 08)."""

from collections.abc import Sequence

from livretpro.journal.queries import Object
from livretpro.schools.erasing import numbers_of
from livretpro.schools.models import Student


def pupil_objects(student: Student) -> Sequence[Object]:
    """The record, by each SIECLE identifier the pupil bore: one query for each."""
    return [("dossier_lsl", number) for number in numbers_of(student)]
