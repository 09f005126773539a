"""What the journal keeps of the record of one pupil (spec 08)."""

from collections.abc import Sequence

from livretpro.journal.queries import Object
from livretpro.schools.models import Student


def pupil_objects(student: Student) -> Sequence[Object]:
    """The record, by SIECLE identifier. No query."""
    return [("dossier_lsl", str(student.siecle_id))]
