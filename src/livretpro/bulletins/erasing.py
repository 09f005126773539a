"""What the journal and the reports of imports keep of one pupil's bulletins (spec 08)."""

from collections.abc import Iterator, Sequence

from livretpro.bulletins.models import ImportLine, Period
from livretpro.journal.queries import Object
from livretpro.schools.actors import Actor
from livretpro.schools.erasing import NotTheOperator, numbers_of
from livretpro.schools.models import Student


def pupil_objects(student: Student) -> Sequence[Object]:
    """The pupil in every period of the school, as `12:3`: one query."""
    periods = Period.objects.filter(school_year__school=student.school)
    keys = periods.values_list("pk", flat=True)
    return [("bulletin", f"{student.pk}:{period}") for period in keys]


def pupil_reports(student: Student) -> int:
    """How many reports of imports name the pupil: two queries, and one for each number borne."""
    return sum(1 for _ in _reports(student))


def erase_pupil_reports(student: Student, *, by: Actor) -> int:
    """Take out of the reports of imports what names the pupil, by name, ELEVE_ID or INE; counts
    stay. Says out of how many. Raises `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    lines = list(_reports(student))
    ImportLine.objects.bulk_update(lines, ["report"])
    return len(lines)


def _reports(student: Student) -> Iterator[ImportLine]:
    """The lines of imports whose report names the pupil, what names them taken out."""
    marks = {*numbers_of(student), student.ine} - {""}
    name = str(student)
    lines = ImportLine.objects.filter(batch__school_year__school=student.school)
    for line in lines.filter(report__has_key="constats").exclude(report__constats=[]):
        held = line.report["constats"]
        left = [one for one in held if one[1] != name and not marks & _marks(one[2])]
        if left != held:
            line.report["constats"] = left
            yield line


def _marks(what: str) -> set[str]:
    """The words of `n° 1001 0123456789A`, how a finding tells who it is about."""
    return set(what.removeprefix("n° ").split()) if what else set()
