"""What STS says of the teachers of services that exist: who joins, who is no longer there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch

from livretpro.bulletins.models import Service
from livretpro.bulletins.queries.services import Place, taught_in_sts, vocational_codes
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear, Staff

People = dict[int, Staff]


@dataclass(frozen=True)
class TeacherChange:
    """A service whose teachers are not those of STS."""

    service: Service
    added: tuple[Staff, ...]
    gone: tuple[Staff, ...]


def teacher_changes(year: SchoolYear, *, by: Actor) -> list[TeacherChange]:
    """The active services, without sub-services, whose teachers STS says otherwise: four queries.

    Nobody joins who left the school. Where STS names nobody, only those who left the school go.
    Where it cannot be told which service of a place STS means, nothing is proposed.
    """
    rows = Service.objects.filter(
        school_year=year, school_year__school=by.school, active=True, generated_by_import=False
    )
    own = list(
        rows.select_related("subject", "division", "group")
        .prefetch_related(Prefetch("teachers", Staff.objects.order_by("name_key", "pk")))
        .order_by("division__code", "group__code", "subject__label", "pk")
    )
    parents = {service.parent_id for service in own}
    leaves: dict[Place, list[Service]] = {}
    for service in own:
        if service.pk not in parents:
            leaves.setdefault((service.division_id, service.group_id), []).append(service)
    told = _told(year, leaves, by=by)
    changes = (_change(service, told[service.pk]) for service in own if service.pk in told)
    return [one for one in changes if one.added or one.gone]


def _told(
    year: SchoolYear, leaves: Mapping[Place, list[Service]], *, by: Actor
) -> dict[int, People]:
    """The people whom STS names, by service."""
    vocational, found = vocational_codes(by.school), dict[int, People]()
    for (division, group, code), rows in taught_in_sts(year, by=by).items():
        service = _meant(code, leaves.get((division, group), ()), vocational)
        if service is not None:
            people = found.setdefault(service.pk, {})
            people |= {person.pk: person for row in rows for person in row.teachers.all()}
    return found


def _meant(code: str, there: Iterable[Service], vocational: frozenset[str]) -> Service | None:
    """The service of a place that STS means: the only one of its code, else the only vocational
    one, whose code may have been set since."""
    held = list(there)
    same = [one for one in held if one.subject.code == code]
    if not same and code in vocational:
        same = [one for one in held if one.subject.code in vocational]
    return same[0] if len(same) == 1 else None


def _change(service: Service, named: People) -> TeacherChange:
    held = {person.pk: person for person in service.teachers.all()}
    return TeacherChange(
        service,
        tuple(one for one in named.values() if one.pk not in held and one.gone_on is None),
        tuple(one for one in held.values() if one.pk not in named and (named or one.gone_on)),
    )
