"""What the journal keeps of the livrets of one pupil (spec 08)."""

from collections.abc import Sequence

from livretpro.journal.queries import Object
from livretpro.livrets.models import Livret
from livretpro.schools.models import Student


def pupil_objects(student: Student) -> Sequence[Object]:
    """Every livret of the pupil: one query."""
    livrets = Livret.objects.filter(student=student).values_list("pk", flat=True)
    return [("livret", str(pk)) for pk in livrets]
