"""Who acts in a school, with every right worked out once: the checks that follow read no table."""

import getpass
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from livretpro.accounts.models import User
from livretpro.journal.actions import Author
from livretpro.schools.models import (
    HandTeacher,
    Membership,
    PfmpReferent,
    PrincipalTeacher,
    School,
    SchoolYear,
    ServiceTeacher,
    holding,
)
from livretpro.schools.rules import HEADS, SECOND_FACTOR, Role

COMMAND_LINE = "ligne de commande"


@dataclass(frozen=True)
class Actor:
    """A person (or the command line) at work in one school.

    Divisions are primary keys; `by_hand` holds (division, diploma's CFD), `referent_of` (school
    year, pupil). `on` is the date of a teacher's rights, inside the school year. Rights: spec 02,
    Who may write what.
    """

    school: School
    author: Author
    roles: frozenset[Role]
    user: User | None = None
    speciality_divisions: frozenset[int] = frozenset()
    by_hand: frozenset[tuple[int, str]] = frozenset()
    principal_divisions: frozenset[int] = frozenset()
    referent_of: frozenset[tuple[int, int]] = frozenset()
    on: date | None = None

    @property
    def is_head(self) -> bool:
        """Head of the school, adjoint or DDFPT: the same screens, the same rights."""
        return bool(self.roles & HEADS)

    @property
    def is_administrator(self) -> bool:
        """Structure and accounts, nothing pedagogical."""
        return Role.ADMINISTRATEUR in self.roles

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the roles asks for a second factor."""
        return bool(self.roles & SECOND_FACTOR)

    @property
    def is_operator(self) -> bool:
        """Whoever runs the instance, on its command line: no identifier holds a space."""
        return self.author.id == COMMAND_LINE

    @property
    def follows_pupils(self) -> bool:
        """Whether livrets can be read at all."""
        return self.is_head or bool(self.divisions or self.referent_of)

    @property
    def divisions(self) -> frozenset[int]:
        """Divisions whose pupils this teacher follows, one and all."""
        hand = frozenset(division for division, _ in self.by_hand)
        return self.speciality_divisions | hand | self.principal_divisions

    def teaches_speciality(self, division: int | None, cfd: str) -> bool:
        """Service of the speciality in the division, or added by hand for the diploma there."""
        return division in self.speciality_divisions or (division, cfd) in self.by_hand

    def own_pupils(self, through: str = "") -> Q:
        """What picks out the pupils this person is référent of, among enrolments or livrets, or
        among what leads to them `through` a relation (`enrolments__`)."""
        years, students = ({pair[rank] for pair in self.referent_of} for rank in (0, 1))
        return Q(**{f"{through}school_year__in": years, f"{through}student__in": students})


def actor_of(user: User, school: School, *, on: date) -> Actor | None:
    """The rights of `user` in `school` at the date `on`; none without a membership then.

    One query, six for a teacher.
    """
    roles = frozenset(
        Role(role)
        for role in Membership.objects.current(on)
        .filter(user=user, school=school)
        .values_list("role", flat=True)
    )
    if not roles:
        return None
    author = Author(id=user.identifier, name=user.full_name)
    year = _current_year(school) if Role.ENSEIGNANT in roles else None
    if year is None:
        return Actor(school=school, author=author, roles=roles, user=user)
    return Actor(
        school=school,
        author=author,
        roles=roles,
        user=user,
        speciality_divisions=_speciality_divisions(user, school, year, on),
        by_hand=_by_hand(user, year, on),
        principal_divisions=_principal_divisions(user, year, on),
        referent_of=_referent_of(user, year, on),
        on=year.bounded(on),
    )


def _current_year(school: School) -> SchoolYear | None:
    if school.current_year is None:
        return None
    return school.years.filter(year=school.current_year).first()


def command_line(school: School) -> Actor:
    """The command line: the rights of the head, and the system user's name in the journal."""
    author = Author(COMMAND_LINE, f"{COMMAND_LINE} ({getpass.getuser()})")
    return Actor(school=school, author=author, roles=frozenset({Role.CHEF}))


def _self_or_absent(user: User, day: date) -> Q:
    """The lines of the person, and of whoever the person stands in for that day."""
    stands_in = Q(
        Q(staff__replaced_by__end__isnull=True) | Q(staff__replaced_by__end__gte=day),
        staff__replaced_by__substitute__user=user,
        staff__replaced_by__start__lte=day,
    )
    return Q(staff__user=user) | stands_in


def _speciality_divisions(user: User, school: School, year: SchoolYear, on: date) -> frozenset[int]:
    """Divisions with a service of the speciality, in the division or in one of its groups."""
    rows = ServiceTeacher.objects.filter(
        _self_or_absent(user, year.bounded(on)),
        service__school_year=year,
        service__subject_code__in=school.speciality_subjects,
    ).values_list("service__division_id", "service__group__divisions")
    return frozenset(pk for row in rows for pk in row if pk is not None)


def _by_hand(user: User, year: SchoolYear, on: date) -> frozenset[tuple[int, str]]:
    day = year.bounded(on)
    rows = HandTeacher.objects.filter(
        _self_or_absent(user, day), holding(day), division__school_year=year
    )
    return frozenset(rows.values_list("division_id", "cfd"))


def _principal_divisions(user: User, year: SchoolYear, on: date) -> frozenset[int]:
    day = year.bounded(on)
    rows = PrincipalTeacher.objects.filter(
        _self_or_absent(user, day), holding(day), division__school_year=year
    )
    return frozenset(rows.values_list("division_id", flat=True))


def _referent_of(user: User, year: SchoolYear, on: date) -> frozenset[tuple[int, int]]:
    day = year.bounded(on)
    rows = PfmpReferent.objects.filter(_self_or_absent(user, day), holding(day), school_year=year)
    return frozenset(rows.values_list("school_year_id", "student_id"))
