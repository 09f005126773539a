"""What the law lets LSL keep, and for how long: two months after the results of a session in the
active base, six more in archive (spec 07, Records)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest

from livretpro.journal.actions import Author, Change, record
from livretpro.lsl_registry.models import Import, Record
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment

ACTIVE, ARCHIVE = 2, 6  # months
MONTHS = range(6, 13)
"""When a session has its results: in June or July, later for the replacement papers."""


class NoSession(Exception):
    """No session has its results on such a day: what a purge took would be of a year at work."""

    phrase = (
        "Les résultats d’une session tombent de juin à décembre : donnez le jour de ceux de la "
        "session dont les dossiers ne sont plus à garder."
    )


@dataclass(frozen=True)
class Purge:
    """What a purge does, or would do: records put in archive, records and files removed."""

    archived: int
    removed: int
    files: int


def school_year_of(results: date) -> int:
    """The school year, by its first civil year, whose session had its results that day: the one
    before the summer, for replacement papers too. Raises `NoSession`."""
    if results.month not in MONTHS:
        raise NoSession
    return results.year - 1


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the last of its month when there is none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError(day)


@transaction.atomic
def purge(results: date, *, on: date, by: Author, apply: bool) -> Purge:
    """Keep no longer than allowed the records of the pupils whose session had its results that day,
    and the files received in its school year. Without `apply` it only counts.

    Raises `NoSession`.
    """
    year = school_year_of(results)
    held, files = _records_of(year), Import.objects.filter(year=year)
    if on >= months_after(results, ACTIVE + ARCHIVE):
        found = Purge(0, held.count(), files.count())
        if apply:
            _tell(held, "supprime", by)
            held.delete()
            files.delete()
        return found
    if on >= months_after(results, ACTIVE):
        leaving = held.filter(archived_at=None)
        found = Purge(leaving.count(), 0, 0)
        if apply:
            _tell(leaving, "archive", by)
            leaving.update(archived_at=on, closed_year=Greatest("closed_year", year))
            files.filter(archived_at=None).update(archived_at=on)
        return found
    return Purge(0, 0, 0)


def _records_of(year: int) -> QuerySet[Record]:
    """Of the pupils in terminale in a school year, and of those in première once their school knows
    the year after: but for those who then have a livret, whose session is another one."""
    livrets = Q(level__in=(Level.PREMIERE.value, Level.TERMINALE.value))
    following = Enrolment.objects.filter(school_year__year=year + 1)
    known = following.values("school_year__school")
    ended = Enrolment.objects.filter(school_year__year=year).filter(
        Q(level=Level.TERMINALE.value)
        | Q(level=Level.PREMIERE.value, school_year__school__in=known)
    )
    return Record.objects.filter(student__in=ended.values("student")).exclude(
        student__in=following.filter(livrets).values("student")
    )


def _tell(records: QuerySet[Record], action: str, by: Author) -> None:
    by_school: dict[str, list[Change]] = {}
    rows = records.values_list("school__uai", "student__siecle_id").order_by("pk")
    for uai, number in rows:
        by_school.setdefault(uai, []).append(Change(action, "dossier_lsl", str(number)))
    for uai in sorted(by_school):
        record(by_school[uai], school_uai=uai, by=by)
