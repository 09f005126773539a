"""Names for the journal."""

from collections.abc import Iterable

from livretpro.bulletins.models import Service
from livretpro.schools.models import School, Student


def pupil_names(school: School, pupils: Iterable[int]) -> dict[int, str]:
    """Name and first name of these pupils of the school, by key: one query."""
    found = Student.objects.filter(school=school, pk__in=set(pupils))
    return {one.pk: str(one) for one in found}


def service_names(school: School, services: Iterable[int]) -> dict[int, str]:
    """Name and place of these services of the school, by key: one query."""
    own = Service.objects.filter(school_year__school=school, pk__in=set(services))
    rows = own.select_related("subject", "division", "group")
    return {one.pk: f"{one.name}, {one.division or one.group}" for one in rows}
