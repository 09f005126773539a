"""The teachers who write livrets in some divisions: the rights of `actors`, seen from the pupils.

Rights: spec 02, Who may write what.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q

from livretpro.accounts.models import User
from livretpro.schools.models import (
    Enrolment,
    HandTeacher,
    Membership,
    PfmpReferent,
    PrincipalTeacher,
    SchoolYear,
    ServiceTeacher,
    Staff,
    Substitution,
    holding,
)
from livretpro.schools.places import Placed
from livretpro.schools.rules import Role

Taught = tuple[int, str]  # division, diploma (CFD)
Of = TypeVar("Of", int, Taught)


@dataclass(frozen=True)
class Follower:
    """A teacher of some pupils; `user` is None for who cannot sign in as such.

    Divisions and diplomas where they teach the speciality, divisions where they are professeur
    principal, pupils whose référent PFMP they are.
    """

    staff: Staff
    user: User | None
    speciality: frozenset[Taught]
    principal: frozenset[int]
    referent: frozenset[int]

    def writes_speciality(self, pupil: Enrolment) -> bool:
        """Whether they teach the speciality of this pupil."""
        return (pupil.division_id, pupil.cfd) in self.speciality

    def follows_pfmp(self, pupil: Enrolment) -> bool:
        """Whether they are professeur principal or référent of this pupil."""
        return pupil.division_id in self.principal or pupil.student_id in self.referent

    def follows(self, pupil: Enrolment) -> bool:
        """Whether they write anything of this pupil's livret."""
        return self.writes_speciality(pupil) or self.follows_pfmp(pupil)


def followers(year: SchoolYear, pupils: Sequence[Placed], *, on: date) -> list[Follower]:
    """Who writes the livrets of these pupils at the date `on`, by name.

    Six queries, whatever the number of pupils; people who left, and cannot sign in, are left out.
    """
    day = year.bounded(on)
    places = {(pupil.division_id, pupil.cfd) for pupil in pupils if pupil.division_id is not None}
    divisions = {division for division, _ in places}
    taught = [*_services(year, places), *_by_hand(places, day)]
    headed = _principals(divisions, day)
    followed = _referents(year, {pupil.student_id for pupil in pupils}, day)
    absent = {staff for staff, _ in [*taught, *headed, *followed]}
    stand_ins = _stand_ins(absent, day)
    speciality = _charges(taught, stand_ins)
    principal, referent = _charges(headed, stand_ins), _charges(followed, stand_ins)
    return [
        Follower(
            person,
            _account(person),
            speciality.get(person.pk, frozenset()),
            principal.get(person.pk, frozenset()),
            referent.get(person.pk, frozenset()),
        )
        for person in _staff({*speciality, *principal, *referent}, on)
        if person.gone_on is None or _account(person)
    ]


def _services(year: SchoolYear, places: Collection[Taught]) -> list[tuple[int, Taught]]:
    """A service is for all the diplomas of its division, or of the divisions of its group."""
    divisions = {division for division, _ in places}
    rows = ServiceTeacher.objects.filter(
        Q(service__division__in=divisions) | Q(service__group__divisions__in=divisions),
        service__school_year=year,
        service__subject_code__in=year.school.speciality_subjects,
    ).values_list("staff_id", "service__division_id", "service__group__divisions")
    cfds: dict[int | None, list[str]] = defaultdict(list)
    for division, cfd in places:
        cfds[division].append(cfd)
    return [(staff, (d, cfd)) for staff, *held in rows for d in held for cfd in cfds.get(d, ())]


def _by_hand(places: Collection[Taught], day: date) -> list[tuple[int, Taught]]:
    divisions = {division for division, _ in places}
    rows = HandTeacher.objects.filter(holding(day), division__in=divisions)
    named = rows.values_list("staff_id", "division_id", "cfd")
    return [(staff, (d, cfd)) for staff, d, cfd in named if (d, cfd) in places]


def _principals(divisions: Collection[int], day: date) -> list[tuple[int, int]]:
    rows = PrincipalTeacher.objects.filter(holding(day), division__in=divisions)
    return list(rows.values_list("staff_id", "division_id"))


def _referents(year: SchoolYear, students: Collection[int], day: date) -> list[tuple[int, int]]:
    rows = PfmpReferent.objects.filter(holding(day), school_year=year, student__in=students)
    return list(rows.values_list("staff_id", "student_id"))


def _stand_ins(staff: Collection[int], day: date) -> list[tuple[int, int]]:
    rows = Substitution.objects.on(day).filter(absent__in=staff)
    return list(rows.values_list("absent_id", "substitute_id"))


def _charges(
    pairs: Iterable[tuple[int, Of]], stand_ins: Iterable[tuple[int, int]]
) -> dict[int, frozenset[Of]]:
    """What each is in charge of; who stands in for another has the other's too."""
    own: dict[int, set[Of]] = defaultdict(set)
    for staff, held in pairs:
        own[staff].add(held)
    found = defaultdict(set, {staff: set(held) for staff, held in own.items()})
    for absent, substitute in stand_ins:
        if absent in own:
            found[substitute] |= own[absent]
    return {staff: frozenset(held) for staff, held in found.items()}


def _staff(people: Collection[int], on: date) -> list[Staff]:
    teaches = Membership.objects.current(on).filter(
        user=OuterRef("user"), school=OuterRef("school"), role=Role.ENSEIGNANT
    )
    found = Staff.objects.filter(pk__in=people).annotate(teaches=Exists(teaches))
    return list(found.select_related("user").order_by("name_key", "pk"))


def _account(person: Staff) -> User | None:
    user = person.user
    return user if user is not None and user.is_active and vars(person)["teaches"] else None
