"""Names for the journal."""

from collections.abc import Iterable

from django.db.models import Q

from livretpro.bulletins.models import Service
from livretpro.bulletins.queries.services import Place
from livretpro.schools.models import School, Student


def pupil_names(school: School, pupils: Iterable[int]) -> dict[int, str]:
    """Name and first name of these pupils of the school, by key: one query."""
    found = Student.objects.filter(school=school, pk__in=set(pupils))
    return {one.pk: str(one) for one in found}


def names_once_in(place: Place, pupils: Iterable[int]) -> dict[int, str]:
    """The same, among the pupils who are or were in a division, or are in a group: one query. The
    caller has checked who asks."""
    division, group = place
    there = Q(enrolments__division=division) if division else Q(group_members__group=group)
    found = Student.objects.filter(there, pk__in=set(pupils))
    return {one.pk: str(one) for one in found}


def service_names(school: School, services: Iterable[int]) -> dict[int, str]:
    """Name and place of these services of the school, by key: one query."""
    own = Service.objects.filter(school_year__school=school, pk__in=set(services))
    rows = own.select_related("subject", "division", "group")
    return {one.pk: f"{one.name}, {one.division or one.group}" for one in rows}
