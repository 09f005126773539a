"""Vérifier l’intégration: the records beside the file that made them (spec 07, Bilan)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.db import transaction
from django.utils import timezone

import lsl_xml
import safe_input
from livretpro.journal import actions as journal
from livretpro.lsl_registry.cells import Cell, values
from livretpro.lsl_registry.kept import content
from livretpro.lsl_registry.models import Import, ImportLine, ImportState, Record
from livretpro.lsl_registry.permissions import allow, allow_reading
from livretpro.lsl_registry.records import compared
from livretpro.lsl_registry.serial import from_data
from livretpro.schools.actors import Actor

MOST = 500
"""Pupils whom a page shows whole, many times those of a division; lines of a larger file."""


class NothingToVerify(Exception):
    """The import is not over, or took nothing."""

    phrase = "Cet import n’a rien intégré : il n’y a rien à vérifier."


class NoFile(NothingToVerify):
    """The file was dropped when the law asked to erase a pupil."""

    phrase = "Le fichier de cet import n’est plus gardé : il ne se compare plus aux dossiers."


class TooHeavy(NothingToVerify):
    """Reading the file would take too much of the machine that serves the pages."""

    phrase = (
        "Ce fichier demande trop de temps ou de mémoire pour être comparé ici aux dossiers : "
        "envoyez un fichier par division."
    )


BOUNDS = safe_input.BOUNDS


@dataclass(frozen=True)
class Compared:
    """A pupil of the file: the cells of the file, and what the record says otherwise."""

    line: ImportLine
    count: int
    differences: tuple[tuple[Cell, str, str], ...]

    @property
    def size(self) -> int:
        """Lines that it takes."""
        return max(len(self.differences), 1)


def in_sight(rows: Sequence[Compared]) -> list[Compared]:
    """Those that a page shows, in the order of the file; of a large file the pupils who differ
    come before the others, as far as the page goes."""
    if len(rows) <= MOST:
        return list(rows)
    differing_first = sorted(rows, key=lambda row: not row.differences)
    ends = accumulate(row.size for row in differing_first)
    return [row for row, end in zip(differing_first, ends, strict=True) if end - row.size < MOST]


def compare(received: Import, *, by: Actor) -> list[Compared]:
    """What the file brings of each pupil, beside the record as it stands now: four queries.

    Raises `NotAllowed`, `NothingToVerify`.
    """
    allow_reading(by)
    if received.state != ImportState.DONE:
        raise NothingToVerify
    if not received.chunks.exists():
        raise NoFile
    lines = {one.rank: one for one in received.lines.all()}
    students = {one.student_id for one in lines.values() if one.student_id}
    records = {
        one.student_id: values(from_data(one.content))
        for one in Record.objects.visible_to(by).filter(student__in=students)
    }
    return [
        _compared(lines[rank], values(eleve), records)
        for rank, eleve in enumerate(_pupils(received), start=1)
        if rank in lines
    ]


def _pupils(received: Import) -> tuple[lsl_xml.Eleve, ...]:
    with content(received) as source:
        data = source.read()
    try:
        return safe_input.read_bounded(lsl_xml.all_pupils, data, bounds=BOUNDS)
    except safe_input.Refused as refusal:
        raise TooHeavy from refusal


def _compared(
    line: ImportLine, brought: dict[str, Cell], records: dict[int, dict[str, Cell]]
) -> Compared:
    held = records.get(line.student_id or 0, {})
    standing = {key: cell for key, cell in held.items() if key in brought}
    return Compared(line, len(brought), tuple(compared(brought, standing)))


@transaction.atomic
def verify(received: Import, *, by: Actor) -> None:
    """The head says that the records are those of the file; said again, the first date stands.

    Raises `NotAllowed`, `NothingToVerify`.
    """
    allow(by)
    held = Import.objects.select_for_update().get(pk=received.pk)
    if held.state != ImportState.DONE:
        raise NothingToVerify
    if held.verified_at is not None:
        return
    held.verified_at, held.verified_by = timezone.now(), by.author.name
    held.save(update_fields=["verified_at", "verified_by"])
    change = journal.Change("verifie", "import_lsl", str(held.pk), held.file_name[:64])
    journal.record([change], school_uai=by.school.uai, by=by.author)
