"""Makes the smallest valid objects of a school in the database; arguments are variants.

Two calls with the same key make one object: a test names only what it is about.
"""

from datetime import date

from livretpro.accounts.models import User
from livretpro.accounts.rules import folded
from livretpro.journal.actions import Author
from livretpro.referentiels.models import Mef
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
from livretpro.schools.rules import Role, default_year_bounds

UAI = "0990001N"
OTHER_UAI = "0990002P"
YEAR = 2025
CFD = "40025520"
MEF_PREMIERE = "2472552032"
MEF_TERMINALE = "2472552033"
SCHOOL_DAY = date(YEAR, 10, 1)


def school(uai: str = UAI, *, current_year: int | None = YEAR) -> School:
    """Make a school."""
    found, _ = School.objects.get_or_create(
        uai=uai, defaults={"name": f"Lycée {uai}", "current_year": current_year}
    )
    return found


def school_year(of: School | None = None, year: int = YEAR) -> SchoolYear:
    """Make a school year, from 1 September to 31 August."""
    start, end = default_year_bounds(year)
    found, _ = SchoolYear.objects.get_or_create(
        school=of or school(), year=year, defaults={"start": start, "end": end}
    )
    return found


def division(code: str = "1MELEC", *, year: SchoolYear | None = None) -> Division:
    """Make a division."""
    found, _ = Division.objects.get_or_create(school_year=year or school_year(), code=code)
    return found


def student(
    siecle_id: int = 1001,
    *,
    of: School | None = None,
    last_name: str = "MARTIN",
    first_name: str = "Léa",
    ine: str = "",
    birth_date: date | None = date(2009, 2, 14),
) -> Student:
    """Make a pupil known to the school, without enrolment."""
    found, _ = Student.objects.get_or_create(
        school=of or school(),
        siecle_id=siecle_id,
        defaults={
            "last_name": last_name,
            "first_name": first_name,
            "ine": ine,
            "birth_date": birth_date,
            "name_key": folded(last_name),
            "first_name_key": folded(first_name),
        },
    )
    return found


def enrolment(
    pupil: Student | None = None,
    *,
    into: Division | None = None,
    mef: str = MEF_PREMIERE,
    level: str = "premiere",
    status: str = "ST",
    end: date | None = None,
) -> Enrolment:
    """Make an enrolment that has a livret: première of MELEC, under school status."""
    place = into or division()
    return Enrolment.objects.create(
        student=pupil or student(),
        school_year=place.school_year,
        division=place,
        mef_given=f"{mef}0",
        mef=mef,
        cfd=CFD,
        level=level,
        status=status,
        start=place.school_year.start,
        end=end,
    )


def mef(code: str = MEF_PREMIERE, *, ministry: str = "MENJ", year: int = YEAR) -> Mef:
    """Make a row of the national table: MELEC by default."""
    stat = "2383" if code.endswith("3") else "2382"
    found, _ = Mef.objects.get_or_create(
        code=code,
        school_year=year,
        defaults={
            "mefstat": f"{stat}0025520",
            "cfd": CFD,
            "label": "MELEC",
            "ministry": ministry,
        },
    )
    return found


def actor(*roles: Role, of: School | None = None) -> Actor:
    """Make the head of the school, or somebody with other roles, without account."""
    held = frozenset(roles or {Role.CHEF})
    name = " ".join(sorted(role.label for role in held))
    return Actor(school=of or school(), author=Author("a.martin", name), roles=held)


def user(
    identifier: str = "lea.petit", *, last_name: str = "PETIT", first_name: str = "Léa"
) -> User:
    """Make an account without password."""
    found, _ = User.objects.get_or_create(
        identifier=identifier, defaults={"last_name": last_name, "first_name": first_name}
    )
    return found


def membership(
    person: User | None = None, role: Role = Role.ENSEIGNANT, *, of: School | None = None
) -> Membership:
    """Make a role that holds since the beginning of the year."""
    start, _ = default_year_bounds(YEAR)
    return Membership.objects.create(
        user=person or user(), school=of or school(), role=role, start=start
    )


def staff(
    last_name: str = "PETIT",
    first_name: str = "Zoé",
    *,
    of: School | None = None,
    sts_id: str = "",
    sts_type: str = "",
    person: User | None = None,
) -> Staff:
    """Make a member of the staff, added by hand unless STS's key is given."""
    return Staff.objects.create(
        school=of or school(),
        sts_id=sts_id,
        sts_type=sts_type,
        last_name=last_name,
        first_name=first_name,
        name_key=folded(f"{last_name} {first_name}"),
        user=person,
    )
