"""What the journal keeps of one pupil, and emptying it when the law asks (spec 08)."""

from collections.abc import Sequence

from livretpro.journal import actions as journal
from livretpro.journal.queries import Object, with_values
from livretpro.livrets.models import Livret
from livretpro.schools.actors import Actor
from livretpro.schools.models import Student
from livretpro.schools.queries import school_years


class NotTheOperator(Exception):
    """Erasure goes by the command line of the instance."""

    phrase = "L’effacement se demande à l’exploitant de LivretPro, en ligne de commande."


def values_kept(student: Student) -> int:
    """How many entries still keep values of the pupil: three queries."""
    found = with_values(_objects(student), school_uai=student.school.uai)
    return sum(found.values())


def erase_pupil_trail(student: Student, *, by: Actor) -> int:
    """Empty the values the journal keeps of the pupil: imports, charges and every livret.

    Says how many entries lost theirs; entries stay, and the chain verifies. Raises
    `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    uai = student.school.uai
    return journal.erase_objects(_objects(student), school_uai=uai, by=by.author)


def _objects(student: Student) -> Sequence[Object]:
    """Every object of the journal that is the pupil or a part of what is kept of the pupil."""
    number = str(student.siecle_id)
    livrets = Livret.objects.filter(student=student).values_list("pk", flat=True)
    charges = [f"{year.year}:{number}" for year in school_years(student.school)]
    return [
        ("eleve", number),
        *(("charge", key) for key in charges),
        *(("livret", str(pk)) for pk in livrets),
    ]
