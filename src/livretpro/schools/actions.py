"""Imports from the web: deposit, confirm, give up. The work itself is done in the background."""

from collections.abc import Collection, Sequence

from django.db import transaction

from livretpro.schools import tasks
from livretpro.schools.actors import Actor
from livretpro.schools.importing import jobs
from livretpro.schools.importing.forgetting import drop_open
from livretpro.schools.importing.refusal import Forbidden
from livretpro.schools.importing.report import Report
from livretpro.schools.models import ImportBatch, ImportFile, ImportState, School
from livretpro.schools.permissions import can_import

MAX_FILES = 8
MAX_MEBIBYTES = 32
MAX_BYTES = MAX_MEBIBYTES * 1024 * 1024
"""All the files of an import, as sent: 2 000 pupils with addresses take 20 MiB, 1 MiB without.

Kept in the database until the import ends: each byte is held several times on its way there.
"""


class BadDeposit(Exception):
    """The files cannot even be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class NotOpen(Exception):
    """The import is no longer where the person saw it: applied, given up, or at work."""

    phrase = "Cet import n’attend plus de réponse : il est déjà appliqué, abandonné ou en cours."


class ConfirmationMissing(Exception):
    """The preview asked for a confirmation that the form does not hold."""

    phrase = "Cochez les confirmations demandées avant d’appliquer l’import."


@transaction.atomic
def start_import(school: School, files: Sequence[tuple[str, bytes]], *, by: Actor) -> ImportBatch:
    """Keep the files (name, content) and compute their preview in the background.

    A former import of the school that still waits is given up. The job belongs to the caller's
    transaction. Raises `Forbidden`, `BadDeposit`.
    """
    if not can_import(by, school):
        raise Forbidden
    _check_sizes(files)
    drop_open(school, by=by.author)
    batch = ImportBatch.objects.create(
        school=school,
        state=ImportState.READING,
        author_id=by.author.id,
        author_name=by.author.name,
    )
    ImportFile.objects.bulk_create(
        [ImportFile(batch=batch, name=name[:200], content=content) for name, content in files]
    )
    tasks.read_import.configure(lock=_lock(batch)).defer(batch_id=batch.pk)
    return batch


def _check_sizes(files: Sequence[tuple[str, bytes]]) -> None:
    if not files:
        raise BadDeposit("Choisissez au moins un fichier.")
    if len(files) > MAX_FILES:
        raise BadDeposit(f"Un import tient en {MAX_FILES} fichiers au plus.")
    if sum(len(content) for _, content in files) > MAX_BYTES:
        raise BadDeposit(
            f"Les fichiers dépassent ensemble {MAX_MEBIBYTES} Mo : "
            "exportez-les sans les adresses, ou envoyez les archives .zip."
        )


def _lock(batch: ImportBatch) -> str:
    """Jobs of one school follow each other."""
    return f"import:{batch.school_id}"


@transaction.atomic
def confirm_import(
    batch: ImportBatch,
    *,
    by: Actor,
    nouvelle_annee: bool = False,
    confirmer_departs: bool = False,
    same_person: Collection[int] = frozenset(),
    same_staff: Collection[str] = frozenset(),
) -> None:
    """Apply in the background what the preview shows; the journal will name `by`.

    Raises `Forbidden`, `NotOpen`, `ConfirmationMissing`.
    """
    report = Report.from_record(_locked(batch, by, [ImportState.PREVIEW]).report)
    if (report.demande_nouvelle_annee and not nouvelle_annee) or (
        report.demande_confirmation_departs and not confirmer_departs
    ):
        raise ConfirmationMissing
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=ImportState.APPLYING, author_id=by.author.id, author_name=by.author.name
    )
    tasks.apply_import.configure(lock=_lock(batch)).defer(
        batch_id=batch.pk,
        nouvelle_annee=nouvelle_annee,
        confirmer_departs=confirmer_departs,
        same_person=[*sorted(same_person)],
        same_staff=[*sorted(same_staff)],
    )


@transaction.atomic
def drop_import(batch: ImportBatch, *, by: Actor) -> None:
    """Give up an import that is not applied; its files are emptied at once.

    Raises `Forbidden`, `NotOpen`.
    """
    jobs.drop(_locked(batch, by, jobs.OPEN), by=by.author)


def _locked(batch: ImportBatch, by: Actor, states: Collection[ImportState]) -> ImportBatch:
    if not can_import(by, batch.school):
        raise Forbidden
    found = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state__in=states).first()
    if found is None:
        raise NotOpen
    return found
