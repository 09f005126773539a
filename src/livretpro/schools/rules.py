"""Words of a school: roles, statuses, dates."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")

FIRST_YEAR = 2020
SCHOOL_STATUS = "ST"
APPRENTICE_STATUS = "AP"
NOT_ENROLLED = "Inactifs"
TEACHER_FUNCTION = "ENS"
"""What STS calls the function of a teacher."""
DEFAULT_SPECIALITY_SUBJECTS = ("071000", "071100")


class Role(StrEnum):
    """What a person does in a school (spec 01, People)."""

    ADMINISTRATEUR = "administrateur"
    CHEF = "chef"
    ADJOINT = "adjoint"
    DDFPT = "ddfpt"
    ENSEIGNANT = "enseignant"

    @property
    def label(self) -> str:
        """The French words."""
        return {
            "administrateur": "administrateur",
            "chef": "chef d’établissement",
            "adjoint": "adjoint au chef d’établissement",
            "ddfpt": "DDFPT",
            "enseignant": "enseignant",
        }[self.value]


HEADS = frozenset({Role.CHEF, Role.ADJOINT, Role.DDFPT})
"""The same screens and the same rights (spec 01, People)."""
SECOND_FACTOR = HEADS | {Role.ADMINISTRATEUR}
"""Roles that ask for a second factor (spec 08, Accounts)."""


class StaffType(StrEnum):
    """STS's kinds of person: half of the key (ID, TYPE)."""

    EPP = "epp"
    LOCAL = "local"
    DIR = "dir"
    EPPSUP = "eppsup"


def is_not_enrolled(division: str) -> bool:
    """Whether the code is that of the division of those who are not enrolled (spec 04)."""
    return division.casefold() == NOT_ENROLLED.casefold()


def bounded(on: date, *, start: date, end: date) -> date:
    """`on` brought inside the school year: dates of validity are compared with it (spec 04)."""
    return min(max(on, start), end)


def default_year_bounds(year: int) -> tuple[date, date]:
    """1 September to 31 August, until STS says better."""
    return date(year, 9, 1), date(year + 1, 8, 31)


def retouched(held: Collection[T], shown: Collection[T], ticked: Collection[T]) -> set[T]:
    """What a list becomes when somebody who saw `shown` leaves `ticked`, while others changed it:
    what they ticked comes in, what they unticked goes, the rest stays as it is `held`."""
    return (set(held) | (set(ticked) - set(shown))) - (set(shown) - set(ticked))
