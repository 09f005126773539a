"""What the journal keeps of one pupil, and emptying it when the law asks (spec 08).

Each system knows which of its objects are the pupil's (its own `erasing`); the pupil's own entries
and charges are those of the school.
"""

from collections.abc import Iterable, Sequence

from livretpro.journal import actions as journal
from livretpro.journal.queries import Object, with_values
from livretpro.schools.actors import Actor
from livretpro.schools.models import Student
from livretpro.schools.queries import school_years


class NotTheOperator(Exception):
    """Erasure goes by the command line of the instance."""

    phrase = "L’effacement se demande à l’exploitant de LivretPro, en ligne de commande."


def pupil_objects(student: Student) -> Sequence[Object]:
    """The pupil as imports tell of them, and their charges: one query."""
    number = str(student.siecle_id)
    charges = [("charge", f"{year.year}:{number}") for year in school_years(student.school)]
    return [("eleve", number), *charges]


def values_kept(student: Student, objects: Iterable[Object]) -> int:
    """How many entries of these objects still keep values: one query."""
    return sum(with_values(list(objects), school_uai=student.school.uai).values())


def erase_pupil_trail(student: Student, objects: Iterable[Object], *, by: Actor) -> int:
    """Empty the values that the journal keeps of these objects of a pupil.

    Says how many entries lost theirs; entries stay, and the chain verifies. Raises
    `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    return journal.erase_objects(list(objects), school_uai=student.school.uai, by=by.author)
