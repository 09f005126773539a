"""The people of a class who open its pages."""

from django.test import Client

import factories
from livret_factories import Classroom
from livretpro.accounts.models import User
from livretpro.schools.models import (
    Division,
    Enrolment,
    HandTeacher,
    PfmpReferent,
    PrincipalTeacher,
    Staff,
)
from livretpro.schools.rules import Role


def chef() -> User:
    """The head."""
    return _person("claire.ferrand", "FERRAND", "Claire", Role.CHEF)


def teacher(
    room: Classroom, name: str = "DUVAL", first_name: str = "Karine", *, of: Division | None = None
) -> User:
    """A teacher of the speciality in the division of the class, or in another one."""
    line = _staff(name, first_name)
    HandTeacher.objects.create(staff=line, division=of or room.division, cfd=room.diploma.cfd)
    return _account(line)


def principal(room: Classroom) -> User:
    """The professeur principal, who does not teach the speciality."""
    line = _staff("NGUYEN", "Paul")
    PrincipalTeacher.objects.create(staff=line, division=room.division)
    return _account(line)


def referent(room: Classroom, *pupils: Enrolment) -> User:
    """The référent PFMP of the first pupil, or of these, who teaches nothing there."""
    line = _staff("BLANC", "Rose")
    for pupil in pupils or (room.first,):
        PfmpReferent.objects.create(
            student=pupil.student, school_year=room.year, staff=line, start=room.year.start
        )
    return _account(line)


def teacher_elsewhere(room: Classroom) -> User:
    """A teacher of the speciality in another division of the diploma."""
    other = factories.division("TAUTRE")
    pupil = factories.student(2001, last_name="AUTRE")
    factories.enrolment(pupil, into=other, mef=factories.MEF_TERMINALE, level="terminale")
    return teacher(room, "ROUX", "Stéphane", of=other)


def stranger() -> User:
    """The head of another school."""
    person = factories.user("luc.loin", last_name="LOIN", first_name="Luc")
    factories.membership(person, Role.CHEF, of=factories.school(factories.OTHER_UAI))
    return person


def administrator() -> User:
    """Somebody with nothing pedagogical."""
    return _person("solene.brasquier", "BRASQUIER", "Solène", Role.ADMINISTRATEUR)


def signed_in(user: User) -> Client:
    """A browser where `user` has signed in, past the first visit that writes the session."""
    client = Client()
    client.force_login(user)
    return client


def address(enrolment: Enrolment, page: str = "") -> str:
    """The livret of a pupil, or one of its addresses (`champ/`, `historique/`)."""
    return f"{of_diploma()}livrets/{enrolment.pk}/{page}"


def of_diploma(page: str = "") -> str:
    """A page of the diploma."""
    return f"/suivi/{factories.UAI}/{factories.CFD}/{page}"


def _person(identifier: str, last_name: str, first_name: str, role: Role) -> User:
    person = factories.user(identifier, last_name=last_name, first_name=first_name)
    factories.membership(person, role)
    return person


def _staff(last_name: str, first_name: str) -> Staff:
    identifier = f"{first_name}.{last_name}".lower()
    person = _person(identifier, last_name, first_name, Role.ENSEIGNANT)
    return factories.staff(last_name, first_name, person=person)


def _account(line: Staff) -> User:
    assert line.user is not None
    return line.user
