"""Reads of services: those that exist, those that STS teaches, those of the vocational subject."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from livretpro.accounts.rules import folded
from livretpro.bulletins.models import Service, Subject
from livretpro.bulletins.words import VOCATIONAL_CODE
from livretpro.referentiels.queries import subject_labels
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, School, SchoolYear, Staff
from livretpro.schools.models import Service as StsService

Place = tuple[int | None, int | None]
"""Keys of a division or of a group: one of the two."""
VOCATIONAL_WORDS = ("enseignement professionnel", "enseignement technologique")
"""Words of a subject without code that looks like the vocational one."""


@dataclass(frozen=True)
class Proposed:
    """A service that STS teaches: a division or a group, a subject, teachers (keys and names)."""

    division: int | None
    group: int | None
    place: str
    code: str
    label: str
    teachers: tuple[int, ...]
    names: tuple[str, ...]
    exists: bool


def sts_services(year: SchoolYear, *, by: Actor) -> list[Proposed]:
    """What STS teaches in the year, one line for a place and a subject whatever the modality, and
    whether a service of the bulletins says it already: four queries.

    A vocational service stands for every vocational subject of its place: its code may have been
    set since."""
    merged = taught_in_sts(year, by=by)
    codes = vocational_codes(by.school)
    own = Service.objects.filter(school_year=year, generated_by_import=False)
    held = {
        (division, group, VOCATIONAL_CODE if code in codes else code)
        for division, group, code in own.values_list("division_id", "group_id", "subject__code")
    }
    labels = subject_labels({code for _, _, code in merged})
    return [
        _proposed(
            key,
            same,
            labels.get(key[2], f"Matière {key[2]}"),
            exists=(*key[:2], VOCATIONAL_CODE if key[2] in codes else key[2]) in held,
        )
        for key, same in merged.items()
    ]


def taught_in_sts(
    year: SchoolYear, *, by: Actor
) -> dict[tuple[int | None, int | None, str], list[StsService]]:
    """What STS teaches in the year, by division, group and subject code: two queries."""
    rows = (
        StsService.objects.filter(school_year=year, school_year__school=by.school)
        .select_related("division", "group")
        .prefetch_related(Prefetch("teachers", Staff.objects.order_by("name_key")))
        .order_by("division__code", "group__code", "subject_code", "pk")
    )
    merged: dict[tuple[int | None, int | None, str], list[StsService]] = {}
    for row in rows:
        merged.setdefault((row.division_id, row.group_id, row.subject_code), []).append(row)
    return merged


def _proposed(
    key: tuple[int | None, int | None, str],
    same: Sequence[StsService],
    label: str,
    *,
    exists: bool,
) -> Proposed:
    division, group, code = key
    teachers = {person.pk: str(person) for row in same for person in row.teachers.all()}
    return Proposed(
        division=division,
        group=group,
        place=str(same[0].division or same[0].group),
        code=code,
        label=label,
        teachers=tuple(teachers),
        names=tuple(teachers.values()),
        exists=exists,
    )


def vocational_codes(school: School) -> frozenset[str]:
    """The SIECLE codes of the vocational subject in a school."""
    return frozenset({VOCATIONAL_CODE, *school.speciality_subjects})


def is_vocational(service: Service, school: School) -> bool:
    """Whether the subject of a service is the vocational one: its code, else its words."""
    code = service.subject.code
    if code:
        return code in vocational_codes(school)
    words = folded(service.subject.label)
    return any(word in words for word in VOCATIONAL_WORDS)


def vocational_services(division: Division, school: School) -> list[Service]:
    """The vocational services of a division that are lines of its bulletin, those of its groups
    too, the one an import made left out: one query."""
    return vocational_by_division([division], school)[division.pk]


def vocational_by_division(
    divisions: Iterable[Division], school: School
) -> dict[int, list[Service]]:
    """The same for several divisions of a year: two queries."""
    found: dict[int, list[Service]] = {division.pk: [] for division in divisions}
    rows = (
        Service.objects.lines()
        .filter(Q(division__in=found) | Q(group__divisions__in=found), generated_by_import=False)
        .select_related("subject", "group")
        .prefetch_related("group__divisions")
        .distinct()
    )
    for service in rows:
        if is_vocational(service, school):
            for place in _places(service):
                if place in found:
                    found[place].append(service)
    return found


def _places(service: Service) -> list[int]:
    if service.group is None:
        return [service.division_id] if service.division_id else []
    return [division.pk for division in service.group.divisions.all()]


def services_of(division: Division, *, by: Actor) -> list[Service]:
    """Every service of a division that the actor may see, each parent followed by its sub-services;
    last, those of a group put under a service of another division: three queries."""
    seen = Service.objects.visible_to(by).of_division(division)
    rows = list(
        seen.select_related("subject", "group")
        .prefetch_related("teachers")
        .order_by("rank", "subject__label", "pk")
    )
    below: dict[int | None, list[Service]] = {}
    for service in rows:
        below.setdefault(service.parent_id, []).append(service)
    ordered = [one for top in below.get(None, []) for one in (top, *below.get(top.pk, []))]
    return [*ordered, *(one for one in rows if one not in ordered)]


def service_of(pk: int, *, by: Actor) -> Service | None:
    """A service whose place and settings the actor may see: one query."""
    return _whole(Service.objects.visible_to(by).filter(pk=pk))


def read_service(pk: int, *, by: Actor) -> Service | None:
    """A service whose marks and appraisals the actor reads: one query."""
    return _whole(Service.objects.read_by(by).filter(pk=pk))


def _whole(found: QuerySet[Service]) -> Service | None:
    return found.select_related("subject", "division", "group", "school_year").first()


def subjects(school: School) -> list[Subject]:
    """The subjects of the school, by label: one query."""
    return list(Subject.objects.filter(school=school).order_by("label"))


def subject_of(pk: int, school: School) -> Subject | None:
    """A subject of the school: one query."""
    return Subject.objects.filter(school=school, pk=pk).first()
