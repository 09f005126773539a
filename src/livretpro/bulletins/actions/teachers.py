"""Who teaches a service, hence who writes in it: from the next request on."""

from collections.abc import Collection, Iterator

from django.db import transaction

from livretpro.bulletins.models import Service, ServiceTeacher
from livretpro.bulletins.queries.services import is_vocational
from livretpro.bulletins.queries.teachers import teacher_changes
from livretpro.bulletins.refusals import BadChoice, allow
from livretpro.bulletins.telling import change, tell
from livretpro.journal.actions import Change
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, School, SchoolYear, Staff

Link = tuple[int, int]
"""Keys of a service and of a member of the staff."""


@transaction.atomic
def add_teacher(service: Service, person: int, *, by: Actor) -> bool:
    """Have a member of the staff teach a service; whether they did not yet.

    They teach its generic service too, and the one that an import made beside it. Raises
    `NotAllowed`, or `BadChoice` for somebody who is not in the school.
    """
    allow(by)
    _one_at_a_time(service.school_year_id)
    there = Staff.objects.filter(school=by.school, gone_on=None, pk=person).first()
    if there is None:
        raise BadChoice("Choisissez un enseignant présent dans l’établissement.")
    told = _changed(service, [there], [], by)
    tell(by, *told)
    return bool(told)


@transaction.atomic
def remove_teacher(service: Service, person: int, *, by: Actor) -> bool:
    """Have somebody teach a service no more; whether they did.

    They leave its generic service too, and the one that an import made beside it, unless they
    teach another one under it. Raises `NotAllowed`.
    """
    allow(by)
    _one_at_a_time(service.school_year_id)
    told = _changed(service, [], list(Staff.objects.filter(school=by.school, pk=person)), by)
    tell(by, *told)
    return bool(told)


@transaction.atomic
def follow_sts(
    year: SchoolYear, *, added: Collection[Link], gone: Collection[Link], by: Actor
) -> int:
    """Apply what STS proposes of teachers, among what was confirmed; how many.

    What STS no longer proposes is left. Raises `NotAllowed`.
    """
    allow(by)
    _one_at_a_time(year.pk)
    told, count = [], 0
    for one in teacher_changes(year, by=by):
        joining = [who for who in one.added if (one.service.pk, who.pk) in added]
        leaving = [who for who in one.gone if (one.service.pk, who.pk) in gone]
        told += _changed(one.service, joining, leaving, by)
        count += len(joining) + len(leaving)
    tell(by, *told)
    return count


def _one_at_a_time(year: int) -> None:
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year)


def _changed(
    service: Service, joining: Collection[Staff], leaving: Collection[Staff], by: Actor
) -> list[Change]:
    """Write in the service, then in those above it."""
    own = Service.objects.select_for_update(of=["self"], no_key=True)
    held = own.select_related("subject", "parent__subject", "division", "group").get(
        pk=service.pk, school_year__school=by.school
    )
    told = list(_write(held, joining, leaving))
    for above, below in _above(held, by.school):
        still = set(
            ServiceTeacher.objects.filter(service__in=below).values_list("staff", flat=True)
        )
        told += _write(above, joining, [one for one in leaving if one.pk not in still])
    return told


def _write(
    service: Service, joining: Collection[Staff], leaving: Collection[Staff]
) -> Iterator[Change]:
    before = _names(service)
    ServiceTeacher.objects.filter(service=service, staff__in=leaving).delete()
    ServiceTeacher.objects.bulk_create(
        (ServiceTeacher(service=service, staff=one) for one in joining), ignore_conflicts=True
    )
    after = _names(service)
    if before != after:
        told = {"before": before, "after": after}
        yield change("modifie", "service_bulletin", service.pk, "enseignants", **told)


def _names(service: Service) -> str:
    people = Staff.objects.filter(bulletin_service_teachers__service=service)
    return ", ".join(str(one) for one in people.order_by("name_key", "pk"))


def _above(service: Service, school: School) -> Iterator[tuple[Service, list[Service]]]:
    """The services that have the teachers of this one, each with all those it has them from: the
    generic one, then the one that an import made in the division."""
    top = service.parent or service
    if service.parent:
        yield service.parent, list(service.parent.subservices.all())
    if not is_vocational(top, school):
        return
    for place in _divisions(top):
        made = Service.objects.filter(division=place, generated_by_import=True).first()
        if made and made.pk != top.pk:
            own = Service.objects.of_division(place).filter(generated_by_import=False)
            rows = own.select_related("subject")
            yield made, [one for one in rows if is_vocational(one, school)]


def _divisions(service: Service) -> list[Division]:
    if service.group is None:
        return [service.division] if service.division else []
    return list(service.group.divisions.all())
