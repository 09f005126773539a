"""Files as they come: kept in pieces, then treated in the background, one import a file."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import transaction

import safe_input
from livretpro.journal import actions as journal
from livretpro.lsl_registry import tasks
from livretpro.lsl_registry.models import CHUNK, Import, ImportChunk, ImportState
from livretpro.lsl_registry.permissions import allow
from livretpro.schools.actors import Actor
from livretpro.schools.models import School

MAX_FILES = 60
MAX_BYTES = safe_input.DEFAULT_LIMITS.max_bytes
NAME_MAX, DIVISION_MAX = 200, 8
AFTER_COMMAND = timedelta(minutes=10)
"""When a worker looks whether the command that imports by itself was killed."""


class BadDeposit(Exception):
    """The files cannot even be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True)
class Deposit:
    """What a person sends: files by name, and the division for those that announce none; `key` is
    what a software calls the deposit of one file."""

    files: Iterable[tuple[str, bytes]]
    chosen: str = ""
    key: str | None = None


@transaction.atomic
def receive(deposit: Deposit, *, by: Actor, defer: bool = True) -> list[Import]:
    """Keep the files, a zip as each `.xml` that it holds, and treat them in the background, in
    order. A file that the same person sent already, by the same name, for the same division,
    and that is still being treated is that import: a double click has one effect (spec 08, A3).

    Not to `defer` is to run them oneself at once: a worker takes them over if one is killed, and
    what is sent meanwhile does not wait for that.
    Raises `NotAllowed`, `BadDeposit` and `safe_input.Refused` (a damaged zip): nothing is kept.
    """
    allow(by)
    year = by.school.current_year
    if year is None:
        raise BadDeposit(
            "Cet établissement n’a pas encore d’élèves : importez d’abord ses fichiers SIECLE."
        )
    if len(deposit.chosen) > DIVISION_MAX or not deposit.chosen.isprintable():
        raise BadDeposit(f"Une division tient en {DIVISION_MAX} caractères au plus.")
    files = list(_opened(deposit.files))
    if not files:
        raise BadDeposit("Choisissez au moins un fichier .xml, ou une archive .zip qui en tient.")
    running = _running(deposit, by)
    kept = [
        running.get((name[-NAME_MAX:], sha256(content))) or _keep(name, content, deposit, year, by)
        for name, content in files
    ]
    made = [one for one in kept if one not in running.values()]
    for one in made:
        if defer:
            tasks.import_in_turn(one)
        else:
            tasks.rescue_later(one, AFTER_COMMAND)
    journal.record(
        [
            journal.Change("depose", "import_lsl", str(one.pk), "", "", one.file_name)
            for one in made
        ],
        school_uai=by.school.uai,
        by=by.author,
    )
    return kept


def _running(deposit: Deposit, by: Actor) -> dict[tuple[str, str], Import]:
    """What the person sent for the same division that is not over, by name and digest; one that
    bears a key is told apart by it. Deposits of a school wait for each other."""
    School.objects.select_for_update(no_key=True).get(pk=by.school.pk)
    if deposit.key is not None:
        return {}
    own = Import.objects.filter(
        school=by.school, author_id=by.author.id, chosen=deposit.chosen, state=ImportState.RUNNING
    )
    return {(one.file_name, one.sha256): one for one in own}


def _opened(files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files to treat; nothing is opened past the bounds, which hold for all together."""
    count, left = 0, MAX_BYTES
    for name, content in files:
        for inner, data in _members(name, content, left):
            left -= len(data)
            if left < 0:
                raise _too_large()
            if inner is None:
                continue
            count += 1
            if count > MAX_FILES:
                raise BadDeposit(f"Envoyez au plus {MAX_FILES} fichiers à la fois.")
            yield inner, data


def _members(name: str, content: bytes, left: int) -> Iterator[tuple[str | None, bytes]]:
    """A file, or those of a zip of at most `left` bytes; without a name, those left aside."""
    if not safe_input.is_zip(content):
        yield name, content
        return
    limits = replace(safe_input.DEFAULT_LIMITS, max_unzipped=left)
    try:
        for inner, data in safe_input.members(content, limits, most=MAX_FILES):
            yield (inner if inner.lower().endswith(".xml") else None), data
    except safe_input.Refused as refusal:
        if refusal.code == "trop_gros":
            raise _too_large() from refusal
        raise


def _too_large() -> BadDeposit:
    return BadDeposit(
        f"Les fichiers dépassent ensemble {MAX_BYTES // CHUNK} Mo : envoyez-les en plusieurs fois."
    )


def sha256(content: bytes) -> str:
    """What a file is known by."""
    return hashlib.sha256(content).hexdigest()


def _keep(name: str, content: bytes, deposit: Deposit, year: int, by: Actor) -> Import:
    received = Import.objects.create(
        school=by.school,
        year=year,
        file_name=name[-NAME_MAX:] or "fichier.xml",
        sha256=sha256(content),
        size=len(content),
        chosen=deposit.chosen,
        key=deposit.key,
        author_id=by.author.id,
        author_name=by.author.name,
    )
    ImportChunk.objects.bulk_create(
        (
            ImportChunk(received=received, rank=rank, data=content[start : start + CHUNK])
            for rank, start in enumerate(range(0, len(content), CHUNK))
        ),
        batch_size=8,
    )
    return received
