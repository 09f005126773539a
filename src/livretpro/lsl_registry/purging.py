"""What the law lets LSL keep, and for how long: two months after the results of a session in the
active base, six more in archive (spec 07, Records)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from livretpro.journal.actions import Author, Change, record
from livretpro.lsl_registry.models import Import, Record
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Enrolment

ACTIVE, ARCHIVE = 2, 6  # months


@dataclass(frozen=True)
class Purge:
    """What a purge does, or would do: records put in archive, records and files removed."""

    archived: int
    removed: int
    files: int


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
    """Keep no longer than allowed the records of the pupils whose session had its results that day.

    They are the pupils in terminale in the school year of that day, but for those who came back
    the year after: their session is another one. Without `apply` it only counts.
    """
    year = results.year - 1 if results.month < 9 else results.year
    passed = Enrolment.objects.filter(school_year__year=year, level=Level.TERMINALE.value)
    back = Enrolment.objects.filter(school_year__year=year + 1)
    held = Record.objects.filter(student__in=passed.values("student")).exclude(
        student__in=back.values("student")
    )
    if on >= months_after(results, ACTIVE + ARCHIVE):
        files = Import.objects.filter(year=year)
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
            leaving.update(archived_at=on)
        return found
    return Purge(0, 0, 0)


def _tell(records: QuerySet[Record], action: str, by: Author) -> None:
    by_school: dict[str, list[Change]] = {}
    rows = records.values_list("school__uai", "student__siecle_id").order_by("pk")
    for uai, number in rows:
        by_school.setdefault(uai, []).append(Change(action, "dossier_lsl", str(number)))
    for uai in sorted(by_school):
        record(by_school[uai], school_uai=uai, by=by)
