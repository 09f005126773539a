"""The teachers who write livrets in some divisions: the rights of `actors`, seen from the pupils.

Rights: spec 02, Who may write what.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

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
from livretpro.schools.rules import Role

Pair = tuple[int, int]  # staff, what they are in charge of
Charges = dict[int, frozenset[int]]  # by staff


@dataclass(frozen=True)
class Follower:
    """A teacher of some pupils of one diploma; `user` is None for who cannot sign in as such.

    Divisions where they teach the speciality, where they are professeur principal; pupils whose
    référent PFMP they are.
    """

    staff: Staff
    user: User | None
    speciality: frozenset[int]
    principal: frozenset[int]
    referent: frozenset[int]

    def writes_speciality(self, pupil: Enrolment) -> bool:
        """Whether they teach the speciality of this pupil."""
        return pupil.division_id in self.speciality

    def follows_pfmp(self, pupil: Enrolment) -> bool:
        """Whether they are professeur principal or référent of this pupil."""
        return pupil.division_id in self.principal or pupil.student_id in self.referent

    def follows(self, pupil: Enrolment) -> bool:
        """Whether they write anything of this pupil's livret."""
        return self.writes_speciality(pupil) or self.follows_pfmp(pupil)


def followers(year: SchoolYear, pupils: Sequence[Enrolment], *, on: date) -> list[Follower]:
    """Who writes the livrets of these pupils of one diploma at the date `on`, by name.

    Six queries; people who left, and cannot sign in, are left out.
    """
    day = year.bounded(on)
    divisions = {pupil.division_id for pupil in pupils if pupil.division_id is not None}
    cfds = {pupil.cfd for pupil in pupils}
    held = (
        [*_services(year, divisions), *_by_hand(divisions, cfds, day)],
        _principals(divisions, day),
        _referents(year, {pupil.student_id for pupil in pupils}, day),
    )
    stand_ins = _stand_ins({staff for pairs in held for staff, _ in pairs}, day)
    speciality, principal, referent = (_charges(pairs, stand_ins) for pairs in held)
    none: frozenset[int] = frozenset()
    return [
        Follower(
            person,
            _account(person),
            speciality.get(person.pk, none),
            principal.get(person.pk, none),
            referent.get(person.pk, none),
        )
        for person in _staff({*speciality, *principal, *referent}, on)
        if person.gone_on is None or _account(person)
    ]


def _services(year: SchoolYear, divisions: Collection[int]) -> list[Pair]:
    rows = ServiceTeacher.objects.filter(
        Q(service__division__in=divisions) | Q(service__group__divisions__in=divisions),
        service__school_year=year,
        service__subject_code__in=year.school.speciality_subjects,
    ).values_list("staff_id", "service__division_id", "service__group__divisions")
    return [(staff, d) for staff, *held in rows for d in held if d in divisions]


def _by_hand(divisions: Collection[int], cfds: Collection[str], day: date) -> list[Pair]:
    rows = HandTeacher.objects.filter(holding(day), division__in=divisions, cfd__in=cfds)
    return list(rows.values_list("staff_id", "division_id"))


def _principals(divisions: Collection[int], day: date) -> list[Pair]:
    rows = PrincipalTeacher.objects.filter(holding(day), division__in=divisions)
    return list(rows.values_list("staff_id", "division_id"))


def _referents(year: SchoolYear, students: Collection[int], day: date) -> list[Pair]:
    rows = PfmpReferent.objects.filter(holding(day), school_year=year, student__in=students)
    return list(rows.values_list("staff_id", "student_id"))


def _stand_ins(staff: Collection[int], day: date) -> list[Pair]:
    rows = Substitution.objects.on(day).filter(absent__in=staff)
    return list(rows.values_list("absent_id", "substitute_id"))


def _charges(pairs: Iterable[Pair], stand_ins: Iterable[Pair]) -> Charges:
    """What each is in charge of; who stands in for another has the other's too."""
    own: dict[int, set[int]] = defaultdict(set)
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
