"""The background half of an import: reading for the preview, then applying.

Each run is an attempt fenced by its number (`livretpro.fencing`); a run after the end finds another
state and does nothing.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import OperationalError, transaction
from django.db.models.functions import Now

from livretpro.fencing import Overtaken, hold, next_attempt
from livretpro.journal import actions as journal
from livretpro.journal.actions import Author
from livretpro.schools.importing.comparison import Choices
from livretpro.schools.importing.files import read_files
from livretpro.schools.importing.importer import preview, write_files
from livretpro.schools.importing.refusal import Refused
from livretpro.schools.importing.report import Refus, Report
from livretpro.schools.importing.telling import refused
from livretpro.schools.models import ImportBatch, ImportFile, ImportState, School

BROKEN = Refus(
    "erreur",
    "L’import s’est arrêté sur une erreur de LivretPro : rien n’a été importé. "
    "Signalez-le à la personne qui s’occupe de cette instance.",
)
OPEN = (ImportState.READING, ImportState.PREVIEW)
ENDED = frozenset({ImportState.APPLIED, ImportState.REFUSED, ImportState.DROPPED})
TO_CONFIRM = frozenset({"nouvelle_annee", "departs"})


@dataclass(frozen=True)
class Run:
    """One run of a job on one batch."""

    batch: ImportBatch

    @property
    def school(self) -> School:
        """The school of the batch."""
        return self.batch.school

    @property
    def author(self) -> Author:
        """Who last acted on the batch: whoever confirmed it."""
        return Author(self.batch.author_id, self.batch.author_name)

    def contents(self) -> list[bytes]:
        """The files, in the order they were given: one query."""
        rows = ImportFile.objects.filter(batch=self.batch).order_by("pk")
        return [bytes(content) for content in rows.values_list("content", flat=True)]

    def progress(self, done: int, total: int) -> None:
        """Show how far the run is, at once. Raises `Overtaken`."""
        hold(self.batch, done=done, total=total)

    def end(self, state: ImportState, report: Report) -> None:
        """Leave the batch in `state`; a batch at its end keeps no file. Raises `Overtaken`."""
        with transaction.atomic():
            hold(self.batch, state=state, report=report.as_record())
            if state in ENDED:
                close(self.batch)
            if state == ImportState.REFUSED and report.refus:
                told = refused(f"dépôt {self.batch.pk}", report.refus)
                journal.record([told], school_uai=self.school.uai, by=self.author)


def close(batch: ImportBatch) -> None:
    """Date the end and empty the files, which may hold addresses."""
    ImportBatch.objects.filter(pk=batch.pk).update(ended_at=Now())
    ImportFile.objects.filter(batch=batch).update(content=b"")


def drop(batch: ImportBatch, *, by: Author) -> None:
    """Give up an import that is still open and locked; its files are emptied, the journal tells."""
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.DROPPED, report={})
    close(batch)
    change = journal.Change("abandonne", "import", f"dépôt {batch.pk}")
    journal.record([change], school_uai=batch.school.uai, by=by)


def read_batch(batch_id: int, *, on: date) -> None:
    """Compute the preview of a batch; `on` is today."""
    with _run(batch_id, ImportState.READING) as run:
        if run is not None:
            report = preview(run.school, run.contents(), on=on, progress=run.progress)
            run.end(ImportState.REFUSED if report.refus else ImportState.PREVIEW, report)


def apply_batch(batch_id: int, choices: Choices, *, on: date) -> None:
    """Apply a batch: its end stands in the transaction that writes the pupils."""
    with _run(batch_id, ImportState.APPLYING) as run:
        if run is None:
            return
        try:
            _apply(run, choices, on)
        except Refused as raised:
            run.end(ImportState.REFUSED, Report(refus=raised.refus))


def _apply(run: Run, choices: Choices, on: date) -> None:
    files = read_files(run.contents(), uai=run.school.uai)
    with transaction.atomic():
        report = write_files(run.school, files, choices, author=run.author, on=on)
        run.end(_state_after(report), report)


def _state_after(report: Report) -> ImportState:
    """A confirmation that came to lack since the preview leads back to it."""
    if report.refus is None:
        return ImportState.APPLIED
    return ImportState.PREVIEW if report.refus.code in TO_CONFIRM else ImportState.REFUSED


@contextlib.contextmanager
def _run(batch_id: int, state: ImportState) -> Iterator[Run | None]:
    """Take the batch in `state`. A bug ends it; a lost database leaves it for the next run."""
    run = take(batch_id, state)
    try:
        yield run
    except Overtaken:
        return
    except OperationalError:
        raise
    except Exception:
        if run is not None:
            with contextlib.suppress(Overtaken):
                run.end(ImportState.REFUSED, Report(refus=BROKEN))
        raise


def take(batch_id: int, state: ImportState) -> Run | None:
    """The next run of the batch, none if it is no longer in `state`."""
    batches = ImportBatch.objects.select_related("school")
    batch = next_attempt(batches, batch_id, state, done=0, total=0)
    return Run(batch) if batch else None
