"""Where each pupil of a school stands in a year, and stood the year before: what a receiving side
holds against a file (spec 07)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from livretpro.schools.models import Enrolment, School, SchoolYear
from livretpro.schools.rules import SCHOOL_STATUS
from livretpro.schools.stays import Stay, last_of_each


@dataclass(frozen=True)
class Standing:
    """A pupil by the last enrolment of a year.

    `mef` has ten characters; `level` is `premiere`, `terminale` or empty; no `division`: has left,
    or has none. `former_mef` and `former_level` are those of the last enrolment of the year before,
    empty when the school holds none.
    """

    siecle_id: int
    student_id: int
    ine: str
    last_name: str
    first_name: str
    mef: str
    level: str
    division: str | None
    school_status: bool
    former_mef: str = ""
    former_level: str = ""

    @property
    def name(self) -> str:
        """Name and first name."""
        return f"{self.last_name} {self.first_name}"


def standings(
    school: School, year: SchoolYear, siecle_ids: Collection[int] | None = None
) -> dict[int, Standing]:
    """Every pupil enrolled in a year, or those of these ELEVE_ID, in their order: two queries."""
    stays = last_of_each(_enrolments(school, year.year, siecle_ids), school, year)
    former = {
        enrolment.student_id: enrolment
        for enrolment in _enrolments(school, year.year - 1, siecle_ids)
    }
    found = (_standing(stay, former.get(stay.enrolment.student_id)) for stay in stays.values())
    return {one.siecle_id: one for one in sorted(found, key=lambda one: one.siecle_id)}


def _enrolments(
    school: School, year: int, siecle_ids: Collection[int] | None
) -> QuerySet[Enrolment]:
    """The enrolments of a year, the older first."""
    found = Enrolment.objects.filter(school_year__school=school, school_year__year=year)
    if siecle_ids is not None:
        found = found.filter(student__siecle_id__in=set(siecle_ids))
    return found.select_related("student", "division").order_by("start", "pk")


def _standing(stay: Stay, former: Enrolment | None) -> Standing:
    enrolment = stay.enrolment
    student, division = enrolment.student, enrolment.division
    return Standing(
        siecle_id=student.siecle_id,
        student_id=student.pk,
        ine=student.ine,
        last_name=student.last_name,
        first_name=student.first_name,
        mef=enrolment.mef,
        level=enrolment.level,
        division=division.code if division and stay.stands else None,
        school_status=enrolment.status == SCHOOL_STATUS,
        former_mef=former.mef if former else "",
        former_level=former.level if former else "",
    )
