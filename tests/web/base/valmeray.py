"""A school with two diplomas, and the people who open its pages."""

from dataclasses import dataclass
from datetime import date
from itertools import count

from django.test import Client

import factories
from livretpro.accounts.actions import create_user
from livretpro.accounts.models import User
from livretpro.schools.models import (
    Division,
    HandTeacher,
    Membership,
    School,
    SchoolYear,
    Staff,
)
from livretpro.schools.rules import Role

UAI = "0599001N"
PASSWORD = "quatre mots simples ensemble"
MELEC, CIEL = "40025518", "40025523"
_numbers = count(1)


@dataclass(frozen=True)
class Valmeray:
    """The school and what its tests add to it."""

    school: School
    year: SchoolYear

    def pupil_of(self, cfd: str) -> Division:
        """One more pupil, in a division of their own."""
        number = next(_numbers)
        division = factories.division(f"T{number}", year=self.year)
        enrolment = factories.enrolment(factories.student(number, of=self.school), into=division)
        enrolment.cfd = cfd
        enrolment.save(update_fields=["cfd"])
        return division

    def teacher_of(self, division: Division, cfd: str, *, name: str = "Duval") -> User:
        """A teacher added by hand to a division."""
        user = member(self.school, Role.ENSEIGNANT, name=name)
        staff = Staff.objects.create(
            school=self.school, last_name=name, first_name="Karine", user=user
        )
        HandTeacher.objects.create(staff=staff, division=division, cfd=cfd)
        return user


def member(school: School, *roles: Role, name: str = "Ferrand") -> User:
    """Somebody with these roles and a password."""
    user = create_user(last_name=name, first_name="Claire")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    for role in roles:
        Membership.objects.create(user=user, school=school, role=role, start=date(2020, 9, 1))
    return user


def found_school(uai: str, name: str) -> Valmeray:
    """A school in the middle of 2025-2026."""
    school = factories.school(uai)
    school.name = name
    school.save(update_fields=["name"])
    return Valmeray(school, factories.school_year(school))


def signed_in(user: User) -> Client:
    """A browser where `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client
