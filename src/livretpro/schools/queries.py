"""Reads of schools for the layers above."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from livretpro.accounts.models import User
from livretpro.accounts.rules import folded
from livretpro.rows import rows_where
from livretpro.schools.actors import Actor
from livretpro.schools.models import (
    Division,
    Enrolment,
    Membership,
    School,
    SchoolYear,
    Staff,
    Student,
)
from livretpro.schools.models.pupils import EnrolmentQuerySet
from livretpro.schools.places import PupilPlace
from livretpro.schools.rules import APPRENTICE_STATUS, SCHOOL_STATUS, SECOND_FACTOR, Role
from livretpro.schools.stays import stands


def school_of(uai: str) -> School | None:
    """The school of this UAI, for the command line: one query."""
    return School.objects.filter(uai=uai).first()


def school_year(school: School, year: int | None = None) -> SchoolYear | None:
    """A year of the school, the current one by default: one query."""
    wanted = school.current_year if year is None else year
    if wanted is None:
        return None
    return SchoolYear.objects.filter(school=school, year=wanted).select_related("school").first()


def school_years(school: School) -> tuple[SchoolYear, ...]:
    """All the years of the school, newest first: one query."""
    return tuple(
        SchoolYear.objects.filter(school=school).select_related("school").order_by("-year")
    )


def former_livret(actor: Actor, pupil: Enrolment, pk: int) -> Enrolment | None:
    """An enrolment of the same pupil and year at another diploma or level: one query."""
    same = Q(cfd=pupil.cfd, level=pupil.level)
    own = Enrolment.objects.visible_to(actor).with_livret().exclude(same)
    return own.filter(student=pupil.student_id, school_year=pupil.school_year_id, pk=pk).first()


def division_by_code(actor: Actor, year: SchoolYear, code: str) -> Division | None:
    """The division of this code and year, when the actor may see it: one query."""
    return (
        Division.objects.visible_to(actor)
        .filter(school_year=year, code=code)
        .select_related("school_year")
        .first()
    )


def pupils_of_division(actor: Actor, division: Division) -> Sequence[Enrolment]:
    """Those of the division who have a livret, in the order of names: one query.

    For the current year, the pupils present; for a past one, those who stayed until its end.
    """
    own = division.enrolments.visible_to(actor).with_livret()  # they share this very division
    return _standing_in(own, actor.school, division)


def pupils_with_bilan(actor: Actor, division: Division) -> Sequence[Enrolment]:
    """The same for the bilans of a period, apprentices included: one query."""
    own = division.enrolments.visible_to(actor).with_bilan()
    return _standing_in(own, actor.school, division)


def _standing_in(own: EnrolmentQuerySet, school: School, division: Division) -> Sequence[Enrolment]:
    here = own.filter(standing(school, division.school_year))
    return list(here.select_related("student").in_name_order())


def pupils_at(
    actor: Actor, division: int, cfd: str, year: int, *, among: Iterable[int]
) -> list[Enrolment]:
    """Those of the enrolments `among` who are pupils of the division for one diploma, of any
    status, from what an address writes: one query, and one for a past year."""
    asked = {
        "among": sorted(set(among)),
        "division": division,
        "cfd": cfd,
        "school": actor.school.pk,
        "year": year,
        "past": year < (actor.school.current_year or 0),
    }
    found = [one for one in rows_where(Enrolment, _AT, asked) if actor.sees(one)]
    if any(one.end for one in found):
        own = SchoolYear.objects.get(pk=found[0].school_year_id)
        for one in found:
            one.school_year = own
    return found


_AT = """
id = ANY (%(among)s) AND division_id = %(division)s AND cfd = %(cfd)s
AND no_livret = '' AND school_year_id IN (
  SELECT year.id FROM schools_schoolyear AS year
   WHERE year.school_id = %(school)s AND year.year = %(year)s
     AND (schools_enrolment."end" IS NULL OR %(past)s AND schools_enrolment."end" >= year."end")
)
"""


def standing(school: School, year: SchoolYear) -> Q:
    """What picks out, among enrolments of a year, the pupils present; for a past year, those who
    stayed until its end."""
    if year.year == school.current_year:
        return Q(end__isnull=True)
    return Q(end__isnull=True) | Q(end__gte=year.end)


def there_during(start: date, last: date) -> Q:
    """What picks out, among enrolments, where each pupil of a period was last, those who left on
    the way included. Who comes or moves on the last day alone spent the period elsewhere."""
    later = Enrolment.objects.filter(
        Q(start__gt=OuterRef("start")) | Q(start=OuterRef("start"), pk__gt=OuterRef("pk")),
        student=OuterRef("student"),
        school_year=OuterRef("school_year"),
        start__lt=last,
    )
    came = Q(start__lt=last) & (Q(end__isnull=True) | Q(end__gt=start))
    return came & ~Q(Exists(later))


def diplomas_of_division(actor: Actor, division: Division) -> Sequence[str]:
    """The diplomas (CFD) that pupils of the division have a livret for: one query."""
    return list(
        Enrolment.objects.visible_to(actor)
        .filter(standing(actor.school, division.school_year), division=division)
        .with_livret()
        .order_by("cfd")
        .values_list("cfd", flat=True)
        .distinct()
    )


def divisions_of_diploma(actor: Actor, year: SchoolYear, cfd: str) -> Sequence[Division]:
    """Divisions where pupils prepare this diploma, whatever their status, by code: one query.

    A division of apprentices alone is there too: the export page says why it has no file.
    """
    enrolments = Enrolment.objects.visible_to(actor).filter(
        standing(actor.school, year), school_year=year, cfd=cfd
    )
    in_scope = enrolments.exclude(level="").exclude(division=None)
    found = Division.objects.filter(pk__in=in_scope.values("division"))
    return list(found.select_related("school_year").order_by("code"))


def pupils_of_diploma(
    actor: Actor,
    year: SchoolYear,
    cfd: str,
    *,
    divisions: Iterable[Division] | None = None,
    students: Iterable[int] | None = None,
) -> Sequence[Enrolment]:
    """Pupils of a diploma who have a livret, by division then by name: one query.

    `divisions`: those of these divisions alone; `students`: these alone.
    """
    own = Enrolment.objects.visible_to(actor).filter(school_year=year, cfd=cfd).with_livret()
    if divisions is not None:
        own = own.filter(division__in=divisions)
    if students is not None:
        own = own.filter(student__in=students)
    return list(
        own.filter(standing(actor.school, year))
        .select_related("student", "division")
        .order_by(
            "division__code",
            "student__name_key",
            "student__first_name_key",
            "student__siecle_id",
        )
    )


def places(actor: Actor, year: SchoolYear, cfd: str = "") -> list[PupilPlace]:
    """Where the pupils of the year, or of one diploma, who have a livret are: one query."""
    own = Enrolment.objects.visible_to(actor).filter(school_year=year).with_livret()
    found = own.filter(standing(actor.school, year), **({"cfd": cfd} if cfd else {}))
    divisions: dict[int, Division] = {}
    told = []
    for student, division, code, at, level in found.values_list(
        "student_id", "division_id", "division__code", "cfd", "level"
    ):
        if division not in divisions:
            divisions[division] = Division(pk=division, code=code, school_year=year)
        told.append(PupilPlace(student, divisions[division], at, level))
    return told


@dataclass(frozen=True)
class Roll:
    """Everybody enrolled in a diploma this year, by division then by name, each in one list.

    `present` have a livret; `apprentices` never have one; `without` says why in `no_livret`;
    `gone` left the school; `moved` follow another diploma there now; `no_longer` had a livret
    and are under another status now: what was written is kept, and found again if they come back.
    """

    present: tuple[Enrolment, ...]
    apprentices: tuple[Enrolment, ...]
    without: tuple[Enrolment, ...]
    gone: tuple[Enrolment, ...]
    no_longer: tuple[Enrolment, ...] = ()
    moved: tuple[Enrolment, ...] = ()


def roll(actor: Actor, year: SchoolYear, cfd: str) -> Roll:
    """Everybody of a diploma whom the actor may see: one query."""
    found = (
        Enrolment.objects.visible_to(actor)
        .filter(school_year=year, cfd=cfd)
        .annotate(elsewhere=_elsewhere(actor.school, year, cfd))
        .select_related("student", "division")
        .order_by("division__code", "student__name_key", "student__first_name_key", "pk")
    )
    here = [e for e in found if stands(e, actor.school, year)]
    staying = {e.student_id for e in here}
    left = {e.student_id: e for e in found if e.student_id not in staying and e.has_livret}
    moved = {pk for pk, e in left.items() if vars(e)["elsewhere"]}
    had = {e.student_id for e in found if e.has_livret}
    no_longer = [e for e in here if e.status != SCHOOL_STATUS and e.student_id in had]
    others = [e for e in here if not e.has_livret and e not in no_longer]
    return Roll(
        present=tuple(e for e in here if e.has_livret),
        apprentices=tuple(e for e in here if e.status == APPRENTICE_STATUS),
        without=tuple(e for e in others if e.status != APPRENTICE_STATUS),
        gone=tuple(e for pk, e in left.items() if pk not in moved),
        no_longer=tuple(no_longer),
        moved=tuple(e for pk, e in left.items() if pk in moved),
    )


def _elsewhere(school: School, year: SchoolYear, cfd: str) -> Exists:
    """Whether the pupil of an enrolment now follows another diploma than this one."""
    own = Enrolment.objects.filter(standing(school, year), school_year=year)
    return Exists(own.filter(student=OuterRef("student")).exclude(cfd=cfd))


def scolarites(actor: Actor, student: Student) -> Sequence[Enrolment]:
    """Every enrolment of a pupil that the actor may see, oldest first: one query."""
    found = Enrolment.objects.visible_to(actor).filter(student=student)
    return list(found.select_related("division", "school_year").order_by("start", "pk"))


def enrolment_in(actor: Actor, year: SchoolYear, cfd: str, pk: int) -> Enrolment | None:
    """An enrolment of the year in a diploma, when the actor may see it: one query."""
    found = Enrolment.objects.visible_to(actor).filter(school_year=year, cfd=cfd, pk=pk)
    return found.select_related("student", "division__school_year", "school_year").first()


def divisions_of_year(actor: Actor, year: SchoolYear) -> Sequence[Division]:
    """The divisions of a year that the actor may see, by code: one query."""
    return list(Division.objects.visible_to(actor).filter(school_year=year).order_by("code"))


def visible_division(actor: Actor, pk: int, **also: Any) -> Division | None:
    """A division of the school that the actor may see: one query.

    `also`: expressions that the same query reads, by the name that the division bears them under.
    """
    found = Division.objects.visible_to(actor).filter(pk=pk).select_related("school_year")
    return found.annotate(**also).first()


def pupil_by_number(school: School, siecle_id: int) -> Student | None:
    """The pupil of this SIECLE's identifier, with the school: one query."""
    found = Student.objects.filter(school=school, siecle_id=siecle_id)
    return found.select_related("school").first()


def pupil_names(school: School, siecle_ids: Iterable[int]) -> dict[int, str]:
    """Name and first name by ELEVE_ID: one query."""
    found = Student.objects.filter(school=school, siecle_id__in=set(siecle_ids))
    return {student.siecle_id: str(student) for student in found}


def roles_of(user: User, *, on: date) -> Sequence[Membership]:
    """The roles this person holds, school by school: one query."""
    held = Membership.objects.current(on).filter(user=user).select_related("school")
    return list(held.order_by("school__name", "role"))


def second_factor_is_asked(user: User, *, on: date) -> bool:
    """Whether a role of this person, in any school, asks for a second factor: one query."""
    held = Membership.objects.current(on).filter(user=user, role__in=SECOND_FACTOR)
    return held.exists()


def membership_of(school: School, pk: int, *, on: date) -> Membership | None:
    """A role of the school that holds at the date `on`: one query."""
    held = Membership.objects.current(on).filter(school=school, pk=pk)
    return held.select_related("user", "school").first()


def namesakes(school: School, role: Role, name: str, *, on: date) -> Sequence[User]:
    """Who holds this role already under the same folded name: one query."""
    held = Membership.objects.current(on).filter(school=school, role=role).select_related("user")
    people = [membership.user for membership in held]
    return [user for user in people if _is_called(user, name)]


def known_accounts(school: School, name: str) -> Sequence[User]:
    """Who has, or had, a role in the school under the same folded name: one query."""
    users = User.objects.filter(memberships__school=school, is_active=True).distinct()
    return [user for user in users.order_by("pk") if _is_called(user, name)]


def _is_called(user: User, name: str) -> bool:
    return folded(f"{user.last_name} {user.first_name}") == folded(name)


def staff_without_account(school: School) -> Sequence[Staff]:
    """People of STS still there whom no account is linked to, by name: one query."""
    found = Staff.objects.filter(school=school, user=None, gone_on=None)
    return list(found.order_by("name_key", "pk"))


def gone_with_role(school: School, *, on: date) -> Sequence[Staff]:
    """People whom STS no longer has and who still have the role of a teacher at the date `on`, by
    name; each has the key of that role as `membership`. One query."""
    held = Membership.objects.current(on).filter(
        school=school, role=Role.ENSEIGNANT, user=OuterRef("user")
    )
    gone = Staff.objects.filter(school=school, gone_on__isnull=False, user__isnull=False)
    found = gone.annotate(membership=Subquery(held.values("pk")[:1]))
    return list(found.filter(membership__isnull=False).order_by("name_key", "pk"))


def staff_with_account(school: School) -> Sequence[Staff]:
    """People of STS still there who can sign in, by name: one query."""
    return [person for person in staff_present(school) if person.user_id is not None]


def staff_present(school: School) -> Sequence[Staff]:
    """People of STS still there, by name: one query."""
    return list(Staff.objects.filter(school=school, gone_on=None).order_by("name_key", "pk"))
