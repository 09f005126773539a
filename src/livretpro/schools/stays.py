"""Where pupils are in a school year, whether they stayed or not."""

from collections.abc import Iterable
from dataclasses import dataclass

from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School, SchoolYear


@dataclass(frozen=True)
class Stay:
    """The last enrolment of a pupil in a year; `stands` is false once the pupil left."""

    enrolment: Enrolment
    stands: bool


def last_stays(actor: Actor, year: SchoolYear, siecle_ids: Iterable[int]) -> dict[int, Stay]:
    """Where pupils are now, or were last, by ELEVE_ID: one query."""
    found = (
        Enrolment.objects.visible_to(actor)
        .filter(school_year=year, student__siecle_id__in=set(siecle_ids))
        .select_related("student", "division")
        .order_by("start", "pk")
    )
    return last_of_each(found, actor.school, year)


def last_of_each(
    enrolments: Iterable[Enrolment], school: School, year: SchoolYear
) -> dict[int, Stay]:
    """The last of these enrolments of a year, older first, by ELEVE_ID; one that stands, if any."""
    stays: dict[int, Stay] = {}
    for enrolment in enrolments:
        stay = Stay(enrolment, stands(enrolment, school, year))
        key = enrolment.student.siecle_id
        if key not in stays or stay.stands or not stays[key].stands:
            stays[key] = stay
    return stays


def stands(enrolment: Enrolment, school: School, year: SchoolYear) -> bool:
    """Open; in a past year, open until its end at least."""
    if enrolment.end is None:
        return True
    return year.year != school.current_year and enrolment.end >= year.end
