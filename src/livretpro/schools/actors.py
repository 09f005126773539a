"""Who acts in a school, with every right worked out once: the checks that follow read no table."""

import getpass
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from livretpro.accounts.models import User
from livretpro.journal.actions import Author
from livretpro.rows import rows_and_more
from livretpro.schools.models import Enrolment, School
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

    def sees(self, enrolment: Enrolment) -> bool:
        """Whether the enrolment, one of this school, is among those `visible_to` this person."""
        if self.is_head or enrolment.division_id in self.divisions:
            return True
        return (enrolment.school_year_id, enrolment.student_id) in self.referent_of

    def own_pupils(self, through: str = "") -> Q:
        """What picks out the pupils this person is référent of, among enrolments or livrets, or
        among what leads to them `through` a relation (`enrolments__`)."""
        years, students = ({pair[rank] for pair in self.referent_of} for rank in (0, 1))
        return Q(**{f"{through}school_year__in": years, f"{through}student__in": students})


def actor_of(user: User, uai: str, *, on: date) -> Actor | None:
    """The rights of `user` in the school `uai` at the date `on`; none without a membership then.

    One query, prepared: every request of a school begins with it.
    """
    asked = {"uai": uai, "user": user.pk, "on": on}
    found = rows_and_more(School, _RIGHTS, asked)
    if not found:
        return None
    school, (year, day, roles, *held) = found[0]
    if not roles:
        return None
    actor = Actor(
        school=school,
        author=Author(id=user.identifier, name=user.full_name),
        roles=frozenset(map(Role, roles)),
        user=user,
    )
    if Role.ENSEIGNANT not in actor.roles or year is None:
        return actor
    speciality, hand, principal, pupils = held
    return replace(
        actor,
        speciality_divisions=frozenset(speciality),
        by_hand=frozenset((int(division), cfd) for division, cfd in hand),
        principal_divisions=frozenset(principal),
        referent_of=frozenset((year, student) for student in pupils),
        on=day,
    )


_RIGHTS = """
WITH at_work AS (
  SELECT school.id AS school, school.speciality_subjects AS subjects, year.id AS year,
         least(greatest(%(on)s::date, year.start), year."end") AS day
    FROM schools_school AS school
    LEFT JOIN schools_schoolyear AS year
      ON year.school_id = school.id AND year.year = school.current_year
   WHERE school.uai = %(uai)s
), own AS (  -- the lines of the person, and of whoever the person stands in for that day
  SELECT staff.id FROM at_work JOIN schools_staff AS staff ON staff.school_id = school
   WHERE staff.user_id = %(user)s
  UNION
  SELECT stands.absent_id FROM at_work
    JOIN schools_staff AS staff ON staff.school_id = school AND staff.user_id = %(user)s
    JOIN schools_substitution AS stands ON stands.substitute_id = staff.id
   WHERE stands.start <= day AND coalesce(stands."end", day) >= day
), service AS (  -- of the speciality, in a division or in one of its groups
  SELECT service.division_id, service.group_id FROM at_work
    JOIN schools_service AS service ON service.school_year_id = year
     AND service.subject_code = ANY (subjects)
    JOIN schools_serviceteacher AS teacher ON teacher.service_id = service.id
   WHERE teacher.staff_id IN (SELECT id FROM own)
)
SELECT {columns}, at_work.year, at_work.day,
  ARRAY(
    SELECT role FROM schools_membership
     WHERE school_id = school.id AND user_id = %(user)s
       AND start <= %(on)s AND coalesce("end", %(on)s) >= %(on)s
  ),
  ARRAY(
    SELECT division_id FROM service WHERE division_id IS NOT NULL
    UNION
    SELECT held.division_id FROM service
      JOIN schools_group_divisions AS held ON held.group_id = service.group_id
  ),
  ARRAY(
    SELECT ARRAY[line.division_id::text, line.cfd] FROM schools_handteacher AS line
      JOIN schools_division AS division ON division.id = line.division_id
     WHERE division.school_year_id = at_work.year AND line.staff_id IN (SELECT id FROM own)
       AND coalesce(line.start, day) <= day AND coalesce(line."end", day) >= day
  ),
  ARRAY(
    SELECT line.division_id FROM schools_principalteacher AS line
      JOIN schools_division AS division ON division.id = line.division_id
     WHERE division.school_year_id = at_work.year AND line.staff_id IN (SELECT id FROM own)
       AND coalesce(line.start, day) <= day AND coalesce(line."end", day) >= day
  ),
  ARRAY(
    SELECT line.student_id FROM schools_pfmpreferent AS line
     WHERE line.school_year_id = at_work.year AND line.staff_id IN (SELECT id FROM own)
       AND coalesce(line.start, day) <= day AND coalesce(line."end", day) >= day
  )
FROM at_work JOIN schools_school AS school ON school.id = at_work.school
"""


def actor_again(author: Author, school: School, *, on: date) -> Actor | None:
    """Who acted earlier, with the rights they have now: for a job that acts in their name.

    None when they have no role there any more. Two queries.
    """
    if author.id == COMMAND_LINE:
        return replace(command_line(school), author=author)
    user = User.objects.filter(identifier=author.id, is_active=True).first()
    return actor_of(user, school.uai, on=on) if user else None


def command_line(school: School) -> Actor:
    """The command line: the rights of the head, and the system user's name in the journal."""
    return Actor(school=school, author=command_author(), roles=frozenset({Role.CHEF}))


def command_author() -> Author:
    """The command line, as the journal names it: with the system user."""
    return Author(COMMAND_LINE, f"{COMMAND_LINE} ({getpass.getuser()})")
