"""What each person may still add to livrets, board by board (spec 02, Who may write what)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livretpro.livrets.boards import Alike, Board, Item, items_of
from livretpro.schools.actors import Actor
from livretpro.schools.followers import Follower
from livretpro.schools.models import SchoolYear

NOBODY: frozenset[int] = frozenset()


def is_of_pfmp(key: str) -> bool:
    """Whether a missing item is of the PFMP block; of the speciality otherwise."""
    return key.startswith("pfmp_")


@dataclass(frozen=True)
class Charge:
    """What somebody writes in the livrets of a board.

    `pfmp`: of every pupil; else of those whose `referent` they are (pupils).
    """

    speciality: bool = False
    pfmp: bool = False
    referent: frozenset[int] = NOBODY

    def writes(self, key: str, alike: Alike) -> int:
        """In how many of these livrets they write this item."""
        if is_of_pfmp(key):
            own = alike.students if self.pfmp else self.referent.intersection(alike.students)
            return len(own)
        return len(alike.students) if self.speciality else 0


def charge(actor: Actor, board: Board, year: SchoolYear) -> Charge:
    """What this teacher writes there by their services and charges, head or not: no query."""
    division = board.division.pk
    speciality = actor.teaches_speciality(division, board.cfd)
    principal = division in actor.principal_divisions
    return Charge(
        speciality=speciality,
        pfmp=principal or (speciality and actor.school.pfmp_by_speciality_teachers),
        referent=frozenset(student for of, student in actor.referent_of if of == year.pk),
    )


def charge_of(teacher: Follower, board: Board, *, pfmp_by_speciality: bool) -> Charge:
    """The same of a teacher seen from the pupils: no query."""
    division = board.division.pk
    speciality = (division, board.cfd) in teacher.speciality
    principal = division in teacher.principal
    return Charge(
        speciality=speciality,
        pfmp=principal or (speciality and pfmp_by_speciality),
        referent=teacher.referent,
    )


def unattended(board: Board, charges: Sequence[Charge]) -> Charge:
    """What nobody is in charge of there, as if it were the charge of somebody."""
    students = frozenset(student for alike in board.alike for student in alike.students)
    followed = frozenset(student for own in charges for student in own.referent)
    return Charge(
        speciality=not any(own.speciality for own in charges),
        referent=NOBODY if any(own.pfmp for own in charges) else students - followed,
    )


def owed(board: Board, own: Charge) -> Counter[Item]:
    """How many livrets lack each item that this person may add."""
    found: Counter[Item] = Counter()
    for alike in board.alike:
        for key, mandatory in items_of(alike.status):
            if livrets := own.writes(key, alike):
                found[key, mandatory] += livrets
    return found


def owing(board: Board, own: Charge) -> int:
    """How many livrets lack something mandatory that this person may add."""
    return sum(_owing(alike, own) for alike in board.alike)


def _owing(alike: Alike, own: Charge) -> int:
    mandatory = (missing.key for missing in alike.status.mandatory)
    return max((own.writes(key, alike) for key in mandatory), default=0)


def total(counted: Iterable[Counter[Item]], *, mandatory: bool) -> int:
    """How many data are missing in all, mandatory or optional."""
    return sum(n for items in counted for (_, must), n in items.items() if must is mandatory)
