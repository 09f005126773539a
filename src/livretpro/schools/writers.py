"""Who writes which part of the livrets of a division (spec 02, Who may write what): reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from livretpro.schools.actors import Actor
from livretpro.schools.models import (
    Division,
    Enrolment,
    HandTeacher,
    PfmpReferent,
    PrincipalTeacher,
    School,
    SchoolYear,
    Service,
    ServiceTeacher,
    Staff,
    holding,
)
from livretpro.schools.queries import divisions_of_diploma, pupils_of_division


def speciality_teachers(
    school: School, division: Division, cfd: str, *, on: date
) -> Sequence[Staff]:
    """Who teaches the speciality of a diploma in a division, by name: one query.

    Services of the division or of one of its groups, and teachers added by hand at the date `on`.
    """
    services = Service.objects.filter(
        Q(division=division) | Q(group__divisions=division),
        subject_code__in=school.speciality_subjects,
    )
    by_hand = HandTeacher.objects.filter(holding(on), division=division, cfd=cfd)
    found = Staff.objects.filter(
        Q(services__in=services) | Q(pk__in=by_hand.values("staff")), gone_on=None
    )
    return list(found.order_by("name_key", "pk").distinct())


@dataclass(frozen=True)
class ServiceLine:
    """A teacher of the speciality as STS tells it; `group` is empty for a whole division."""

    name: str
    subject: str
    group: str
    has_account: bool


@dataclass(frozen=True)
class Teaching:
    """Who writes the livrets of a diploma in a division.

    `by_hand` and `principals` hold or are still to come; the past ones ended. `referents` counts
    the pupils who have a référent PFMP, of `pupils` who have a livret.
    """

    division: Division
    services: tuple[ServiceLine, ...]
    by_hand: tuple[HandTeacher, ...]
    principals: tuple[PrincipalTeacher, ...]
    past_by_hand: tuple[HandTeacher, ...]
    past_principals: tuple[PrincipalTeacher, ...]
    referents: int
    pupils: int

    @property
    def nobody(self) -> bool:
        """Whether no teacher at all may write the speciality there."""
        return not self.services and not self.by_hand


def teaching(actor: Actor, year: SchoolYear, cfd: str, *, on: date) -> Sequence[Teaching]:
    """Who writes, per division of a diploma at the date `on`, those without teacher first.

    Five queries, whatever the number of divisions.
    """
    divisions = divisions_of_diploma(actor, year, cfd)
    rows = _Rows(
        services=_speciality_services(actor.school, year),
        by_hand=_by_division(HandTeacher.objects.filter(division__in=divisions, cfd=cfd)),
        principals=_by_division(PrincipalTeacher.objects.filter(division__in=divisions)),
        referents=_referent_counts(divisions, cfd, on),
        on=on,
    )
    return sorted((rows.teaching(division) for division in divisions), key=lambda t: not t.nobody)


@dataclass(frozen=True)
class _Rows:
    """What the tables hold of the divisions, by division."""

    services: Mapping[int, list[ServiceLine]]
    by_hand: Mapping[int, list[HandTeacher]]
    principals: Mapping[int, list[PrincipalTeacher]]
    referents: Mapping[int, tuple[int, int]]
    on: date

    def teaching(self, division: Division) -> Teaching:
        """Those of one division."""
        hand = self.by_hand.get(division.pk, [])
        charges = self.principals.get(division.pk, [])
        referents, pupils = self.referents.get(division.pk, (0, 0))
        return Teaching(
            division=division,
            services=tuple(self.services.get(division.pk, ())),
            by_hand=tuple(line for line in hand if not line.is_over(self.on)),
            principals=tuple(line for line in charges if not line.is_over(self.on)),
            past_by_hand=tuple(line for line in hand if line.is_over(self.on)),
            past_principals=tuple(line for line in charges if line.is_over(self.on)),
            referents=referents,
            pupils=pupils,
        )


_L = TypeVar("_L", HandTeacher, PrincipalTeacher)


def _by_division(lines: QuerySet[_L]) -> dict[int, list[_L]]:
    found: dict[int, list[_L]] = {}
    for line in lines.select_related("staff").order_by("staff__name_key", "pk"):
        found.setdefault(line.division_id, []).append(line)
    return found


def _referent_counts(
    divisions: Sequence[Division], cfd: str, on: date
) -> dict[int, tuple[int, int]]:
    named = PfmpReferent.objects.filter(
        holding(on), student=OuterRef("student"), school_year=OuterRef("school_year")
    )
    rows = (
        Enrolment.objects.present()
        .with_livret()
        .filter(division__in=divisions, cfd=cfd)
        .annotate(has_referent=Exists(named))
        .values("division")
        .annotate(named=Count("pk", filter=Q(has_referent=True)), pupils=Count("pk"))
    )
    return {row["division"]: (row["named"], row["pupils"]) for row in rows}


def _speciality_services(school: School, year: SchoolYear) -> dict[int, list[ServiceLine]]:
    rows = (
        ServiceTeacher.objects.filter(
            service__school_year=year, service__subject_code__in=school.speciality_subjects
        )
        .order_by("staff__name_key", "pk")
        .values_list(
            "service__division",
            "service__group__divisions",
            "staff__last_name",
            "staff__first_name",
            "service__subject_code",
            "service__group__code",
            "staff__user",
        )
    )
    found: dict[int, list[ServiceLine]] = {}
    for division, group_division, last, first, subject, group, user in rows:
        line = ServiceLine(f"{last} {first}", subject, group or "", user is not None)
        found.setdefault(division or group_division, []).append(line)
    return found


def hand_teacher(actor: Actor, pk: int) -> HandTeacher | None:
    """A line added by hand in the school: one query."""
    found = HandTeacher.objects.filter(pk=pk, division__school_year__school=actor.school)
    return found.select_related("staff", "division").first()


def principal_by_hand(actor: Actor, pk: int) -> PrincipalTeacher | None:
    """A charge of professeur principal named by hand in the school: one query."""
    found = PrincipalTeacher.objects.filter(
        pk=pk, by_hand=True, division__school_year__school=actor.school
    )
    return found.select_related("staff", "division__school_year").first()


@dataclass(frozen=True)
class Followed:
    """A pupil and who follows their PFMPs: at most one line holds, the others ended."""

    enrolment: Enrolment
    referent: PfmpReferent | None
    past: tuple[PfmpReferent, ...]


def followed(actor: Actor, division: Division, cfd: str, *, on: date) -> Sequence[Followed]:
    """The pupils of a division at a diploma, with their référents PFMP, by name: two queries."""
    pupils = [e for e in pupils_of_division(actor, division) if e.cfd == cfd]
    lines = _referents(division.school_year_id, pupils)
    return [
        Followed(
            enrolment,
            next((ln for ln in lines.get(enrolment.student_id, ()) if not ln.is_over(on)), None),
            tuple(ln for ln in lines.get(enrolment.student_id, ()) if ln.is_over(on)),
        )
        for enrolment in pupils
    ]


def _referents(year: int, pupils: Iterable[Enrolment]) -> dict[int, list[PfmpReferent]]:
    found: dict[int, list[PfmpReferent]] = {}
    rows = PfmpReferent.objects.filter(
        school_year=year, student__in={pupil.student_id for pupil in pupils}
    )
    for line in rows.select_related("staff").order_by("start", "pk"):
        found.setdefault(line.student_id, []).append(line)
    return found
