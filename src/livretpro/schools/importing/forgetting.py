"""What imports keep of people goes in time (spec 08): reports of ended imports are cut to their
counts, imports that nobody answers are given up with their files, which may hold addresses.

What an import changed stays in the journal, which knows how to erase a pupil.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from livretpro.journal.actions import Author
from livretpro.schools.importing.jobs import ENDED, OPEN, drop
from livretpro.schools.importing.report import Report
from livretpro.schools.models import ImportBatch, School

REPORT_KEPT = timedelta(days=30)
"""How long one may read again, line by line, what an import did."""
ANSWER_AWAITED = timedelta(days=7)
"""How long an import waits to be applied or given up."""
CLOCK = Author("abandon automatique", "LivretPro")


def forget_old_reports(*, now: datetime) -> int:
    """Cut the reports of imports ended long enough ago; says how many. One query, two a report."""
    return _cut(detailed().filter(ended_at__lte=now - REPORT_KEPT))


def drop_unanswered(*, now: datetime) -> int:
    """Give up the imports that nobody answered for a week; says how many."""
    return _drop(ImportBatch.objects.filter(created_at__lte=now - ANSWER_AWAITED), by=CLOCK)


def drop_open(school: School, *, by: Author) -> int:
    """Give up the import of the school that waits for an answer; says how many."""
    return _drop(opened(school), by=by)


def opened(school: School) -> "QuerySet[ImportBatch]":
    """The import of the school that waits for an answer, whose files name people."""
    return ImportBatch.objects.filter(school=school, state__in=OPEN)


@transaction.atomic
def _drop(batches: "QuerySet[ImportBatch]", *, by: Author) -> int:
    waiting = batches.filter(state__in=OPEN).select_for_update(of=["self"])
    found = list(waiting.select_related("school").order_by("pk"))
    for batch in found:
        drop(batch, by=by)
    return len(found)


def forget_reports(school: School) -> int:
    """Cut the reports of every import of the school that has ended; says how many."""
    return _cut(detailed().filter(school=school))


def detailed() -> "QuerySet[ImportBatch]":
    """Ended imports whose report still names people."""
    whole = Q(report__reduit=False) | Q(report__reduit__isnull=True)
    return ImportBatch.objects.filter(whole, state__in=ENDED).exclude(report={})


def _cut(batches: "QuerySet[ImportBatch]") -> int:
    count = 0
    for batch in batches.order_by("pk").iterator(chunk_size=1):
        reduced = Report.from_record(batch.report).reduced()
        ImportBatch.objects.filter(pk=batch.pk).update(report=reduced.as_record())
        count += 1
    return count
