"""Who acts in a school, with every right worked out once: the checks that follow read no table."""

import getpass
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest, JSONArray, JSONObject, Least

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
from livretpro.schools.rules import HEADS, SECOND_FACTOR, Role, bounded

COMMAND_LINE = "ligne de commande"
Held = TypeVar("Held", HandTeacher, PrincipalTeacher, PfmpReferent)


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


def actor_of(user: User, uai: str, *, on: date) -> Actor | None:
    """The rights of `user` in the school `uai` at the date `on`; none without a membership then.

    One query: every request of a school begins with it.
    """
    found: Any = School.objects.filter(uai=uai).annotate(**_asked(user, on)).first()
    roles = frozenset(map(Role, found.own_roles)) if found else frozenset()
    if not roles:
        return None
    actor = Actor(
        school=found,
        author=Author(id=user.identifier, name=user.full_name),
        roles=roles,
        user=user,
    )
    if Role.ENSEIGNANT not in roles or not found.own_year:
        return actor
    (year,) = found.own_year
    services = {division for pair in found.own_services for division in pair}
    return replace(
        actor,
        speciality_divisions=frozenset(services - {None}),
        by_hand=frozenset((division, cfd) for division, cfd in found.own_hand),
        principal_divisions=frozenset(found.own_principal),
        referent_of=frozenset((year["pk"], student) for student in found.own_pupils),
        on=bounded(
            on, start=date.fromisoformat(year["start"]), end=date.fromisoformat(year["end"])
        ),
    )


def actor_again(author: Author, school: School, *, on: date) -> Actor | None:
    """Who acted earlier, with the rights they have now: for a job that acts in their name.

    None when they have no role there any more. Two queries.
    """
    if author.id == COMMAND_LINE:
        return replace(command_line(school), author=author)
    user = User.objects.filter(identifier=author.id, is_active=True).first()
    return actor_of(user, school.uai, on=on) if user else None


def _asked(user: User, on: date) -> dict[str, ArraySubquery]:
    """What the tables say of a person, school by school: roles, the year at work, and what a
    teacher holds in it."""
    memberships = Membership.objects.current(on).filter(user=user, school=OuterRef("pk"))
    services = _services(user, on).annotate(
        places=JSONArray("service__division_id", "service__group__divisions")
    )
    hand = _lines(HandTeacher, "division__school_year__", user, on)
    principal = _lines(PrincipalTeacher, "division__school_year__", user, on)
    pupils = _lines(PfmpReferent, "school_year__", user, on)
    year = SchoolYear.objects.filter(_at_work("")).annotate(
        told=JSONObject(pk="pk", start="start", end="end")
    )
    return {
        "own_roles": ArraySubquery(memberships.values("role")),
        "own_year": ArraySubquery(year.values("told")),
        "own_services": ArraySubquery(services.values("places")),
        "own_hand": ArraySubquery(
            hand.annotate(place=JSONArray("division_id", "cfd")).values("place")
        ),
        "own_principal": ArraySubquery(principal.values("division_id")),
        "own_pupils": ArraySubquery(pupils.values("student_id")),
    }


def _at_work(year: str) -> Q:
    """What belongs to the year at work of the school around; `year` leads to the school year."""
    return Q(**{f"{year}school": OuterRef("pk"), f"{year}year": OuterRef("current_year")})


def _services(user: User, on: date) -> QuerySet[ServiceTeacher]:
    """Services of the speciality, in a division or in one of its groups."""
    year = "service__school_year__"
    return ServiceTeacher.objects.filter(
        _at_work(year),
        _self_or_absent(user, _day(year, on)),
        service__school_year__school__speciality_subjects__contains=[F("service__subject_code")],
    )


def _lines(model: type[Held], year: str, user: User, on: date) -> QuerySet[Held]:
    """Dated lines of a person that hold that day."""
    day = _day(year, on)
    return QuerySet(model).filter(_at_work(year), _self_or_absent(user, day), holding(day))


def _day(year: str, on: date) -> Least:
    """`on` brought inside the school year."""
    return Least(Greatest(Value(on), F(f"{year}start")), F(f"{year}end"))


def command_line(school: School) -> Actor:
    """The command line: the rights of the head, and the system user's name in the journal."""
    author = Author(COMMAND_LINE, f"{COMMAND_LINE} ({getpass.getuser()})")
    return Actor(school=school, author=author, roles=frozenset({Role.CHEF}))


def _self_or_absent(user: User, day: Least) -> Q:
    """The lines of the person, and of whoever the person stands in for that day."""
    stands_in = Q(
        Q(staff__replaced_by__end__isnull=True) | Q(staff__replaced_by__end__gte=day),
        staff__replaced_by__substitute__user=user,
        staff__replaced_by__start__lte=day,
    )
    return Q(staff__user=user) | stands_in
