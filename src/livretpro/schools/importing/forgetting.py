"""Cutting the reports of ended imports to their counts: they name pupils and staff (spec 08).

What an import changed stays in the journal, which knows how to erase a pupil.
"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from livretpro.schools.importing.jobs import ENDED
from livretpro.schools.importing.report import Report
from livretpro.schools.models import ImportBatch, School

REPORT_KEPT = timedelta(days=30)
"""How long one may read again, line by line, what an import did."""


def forget_old_reports(*, now: datetime) -> int:
    """Cut the reports of imports ended long enough ago; says how many. One query, two a report."""
    return _cut(detailed().filter(ended_at__lte=now - REPORT_KEPT))


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
