"""A school with two diplomas, and the people who open its pages."""

from dataclasses import dataclass
from datetime import date
from itertools import count

import pytest
from django.test import Client
from pytest_django import Settings

from browser import chromium, page
from livretpro.accounts.actions import create_user
from livretpro.accounts.models import User
from livretpro.referentiels.models import Diploma
from livretpro.schools.models import (
    Division,
    Enrolment,
    HandTeacher,
    Membership,
    School,
    SchoolYear,
    Staff,
    Student,
)
from livretpro.schools.rules import Role

__all__ = ["chromium", "page"]

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
        division = Division.objects.create(school_year=self.year, code=f"T{number}")
        student = Student.objects.create(
            school=self.school, siecle_id=number, last_name="BENALI", first_name="Yanis"
        )
        Enrolment.objects.create(
            student=student,
            school_year=self.year,
            division=division,
            cfd=cfd,
            level="terminale",
            start=self.year.start,
        )
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
    school = School.objects.create(uai=uai, name=name, current_year=2025)
    year = SchoolYear.objects.create(
        school=school, year=2025, start=date(2025, 9, 1), end=date(2026, 8, 31)
    )
    return Valmeray(school, year)


@pytest.fixture(autouse=True)
def shell_urls(settings: Settings) -> None:
    """The shell alone, with empty pages behind its doors."""
    settings.ROOT_URLCONF = "web.base.shell_urls"


@pytest.fixture
def valmeray(db: None) -> Valmeray:
    return found_school(UAI, "Lycée professionnel de Valmeray")


@pytest.fixture
def diplomas(db: None) -> None:
    Diploma.objects.create(
        cfd=MELEC,
        sigle="MELEC",
        label="Métiers de l’électricité et de ses environnements connectés",
    )
    Diploma.objects.create(
        cfd=CIEL, sigle="CIEL", label="Cybersécurité, informatique et réseaux, électronique"
    )


@pytest.fixture
def head(valmeray: Valmeray) -> User:
    return member(valmeray.school, Role.CHEF)


@pytest.fixture
def as_head(head: User) -> Client:
    return signed_in(head)


def signed_in(user: User) -> Client:
    """A browser where `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client
