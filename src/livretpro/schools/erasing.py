"""What the journal keeps of one pupil, and emptying it when the law asks (spec 08).

Each system knows which of its objects are the pupil's (its own `erasing`); the pupil's own entries
and charges are those of the school.
"""

from collections.abc import Iterable, Sequence

from livretpro.journal import actions as journal
from livretpro.journal.queries import Object, latest, with_values
from livretpro.schools.actors import Actor
from livretpro.schools.importing.forgetting import detailed, drop_open, forget_reports, opened
from livretpro.schools.models import Student
from livretpro.schools.queries import school_years

NUMBER, MOST_CHANGES = "identifiant SIECLE", 100
"""The field under which an import tells that it changed; more times than anyone's ever will."""


class NotTheOperator(Exception):
    """Erasure goes by the command line of the instance."""

    phrase = "L’effacement se demande à l’exploitant de LivretPro, en ligne de commande."


def pupil_objects(student: Student) -> Sequence[Object]:
    """The pupil as imports tell of them, and their charges: one query, and one for each number
    that they bore."""
    numbers = numbers_of(student)
    years = [year.year for year in school_years(student.school)]
    charges = [("charge", f"{year}:{number}") for number in numbers for year in years]
    return [*(("eleve", number) for number in numbers), *charges]


def numbers_of(student: Student) -> Sequence[str]:
    """The ELEVE_ID of a pupil, then each former one: the journal tells a change under the new."""
    uai, numbers = student.school.uai, [str(student.siecle_id)]
    for number in numbers:
        changes = latest(school_uai=uai, kind="eleve", key=number, field=NUMBER, limit=MOST_CHANGES)
        before = [kept.before for one in changes if (kept := getattr(one, "values_kept", None))]
        numbers += [old for old in dict.fromkeys(before) if old and old not in numbers]
    return numbers


def values_kept(student: Student, objects: Iterable[Object]) -> int:
    """How many entries of these objects still keep values: one query."""
    return sum(with_values(list(objects), school_uai=student.school.uai).values())


def reports_kept(student: Student) -> int:
    """How many imports of the school name people still, ended or waiting: two queries."""
    return detailed().filter(school=student.school).count() + opened(student.school).count()


def erase_pupil_reports(student: Student, *, by: Actor) -> int:
    """Cut the reports of the school's ended imports, which may name the pupil, to their counts,
    and give up the one that waits for an answer, with its files.

    Says how many were. Raises `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    return forget_reports(student.school) + drop_open(student.school, by=by.author)


def erase_pupil_trail(student: Student, objects: Iterable[Object], *, by: Actor) -> int:
    """Empty the values that the journal keeps of these objects of a pupil.

    Says how many entries lost theirs; entries stay, and the chain verifies. Raises
    `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    return journal.erase_objects(list(objects), school_uai=student.school.uai, by=by.author)
