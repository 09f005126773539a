"""Reads of imports for the layers above."""

from collections.abc import Sequence

from livretpro.schools.importing.report import Report
from livretpro.schools.models import ImportBatch, ImportState, School

WAITING = (ImportState.READING, ImportState.PREVIEW, ImportState.APPLYING)


def open_import(school: School) -> ImportBatch | None:
    """The import of the school under way or waiting for an answer: one query."""
    return ImportBatch.objects.filter(school=school, state__in=WAITING).first()


def import_of(school: School, pk: int) -> ImportBatch | None:
    """An import of the school: one query."""
    return ImportBatch.objects.filter(school=school, pk=pk).first()


def import_report(batch: ImportBatch) -> Report | None:
    """The preview, then what was done; none while the files are being read. No query."""
    return Report.from_record(batch.report) if batch.report else None


def imports_of(school: School) -> Sequence[ImportBatch]:
    """The last twenty imports of the school, newest first, without their reports: one query."""
    return list(ImportBatch.objects.filter(school=school).defer("report").order_by("-pk")[:20])


def import_files(batch: ImportBatch) -> Sequence[str]:
    """The names of the files of an import, in the order they were given: one query."""
    return list(batch.files.order_by("pk").values_list("name", flat=True))
