"""What the journal keeps of the bulletins of one pupil (spec 08)."""

from collections.abc import Sequence

from livretpro.bulletins.models import Period
from livretpro.journal.queries import Object
from livretpro.schools.models import Student


def pupil_objects(student: Student) -> Sequence[Object]:
    """The pupil in every period of the school, as `12:3`: one query."""
    periods = Period.objects.filter(school_year__school=student.school)
    keys = periods.values_list("pk", flat=True)
    return [("bulletin", f"{student.pk}:{period}") for period in keys]
