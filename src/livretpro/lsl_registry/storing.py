"""A pupil of a file: the record, its version, the line of the bilan and the journal, at once."""

from django.db import connection, transaction
from django.utils import timezone

import lsl_rules
from livretpro.fencing import hold
from livretpro.journal import actions as journal
from livretpro.lsl_registry.models import (
    Import,
    ImportLine,
    Record,
    RecordState,
    RecordVersion,
)
from livretpro.lsl_registry.serial import as_data, from_data
from livretpro.lsl_registry.told import kept
from livretpro.schools.standing import Standing
from lsl_rules import Counts, Judged
from lsl_xml import Eleve

NAMES = {"publisher": 200, "application": 50, "division": 8, "profile": 3}


def announce(received: Import, outline: lsl_rules.Outline, profile: str) -> None:
    """What the first pass tells of the file. Raises `Overtaken`."""
    entete = outline.entete
    told = {
        "publisher": entete.editeur,
        "application": entete.application,
        "division": entete.division or "",
        "profile": profile,
    }
    columns = {name: text[: NAMES[name]] for name, text in told.items()}
    with transaction.atomic():
        hold(received, total=outline.total, **columns)
    for name, value in (*columns.items(), ("total", outline.total)):
        setattr(received, name, value)


@transaction.atomic
def store(received: Import, rank: int, judged: Judged, pupil: Standing | None) -> None:
    """The `rank`-th pupil of the file, with all that it changes. Raises `Overtaken`.

    Not waited for on disk: what a crash of the database would lose is the last pupils, `done` with
    them, and the end of the import is waited for.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    hold(received, done=rank)
    counts = Counts()
    taken = judged.taken
    if taken is not None and pupil is not None:
        held = Record.objects.select_for_update().filter(student=pupil.student_id).first()
        if held is not None and not held.is_open:
            judged = lsl_rules.locked_since(judged)
        else:
            counts = _merge(received, held, taken, pupil)
    _line(received, rank, judged, pupil, counts)
    received.done = rank


def _merge(received: Import, held: Record | None, taken: Eleve, pupil: Standing) -> Counts:
    before = from_data(held.content) if held else None
    merged = lsl_rules.merge(before, taken)
    if merged.record == before:
        return merged.counts
    content, now = as_data(merged.record), timezone.now()
    if held is None:
        held = Record.objects.create(
            school_id=received.school_id, student_id=pupil.student_id, content=content, version=1
        )
    else:
        held.content, held.version, held.archived_at = content, held.version + 1, None
        if held.state == RecordState.SIGNED:  # what the head signed is no longer what stands
            held.state, held.state_at, held.state_by = RecordState.TYPING, now, received.author_name
        held.save()
    RecordVersion.objects.create(
        record=held,
        number=held.version,
        content=content,
        received=received,
        author_name=received.author_name,
        made_at=now,
    )
    _tell(received, pupil, merged.counts)
    return merged.counts


def _tell(received: Import, pupil: Standing, counts: Counts) -> None:
    words = f"{counts.created} créées, {counts.overwritten} remplacées"
    change = journal.Change(
        "importe", "dossier_lsl", str(pupil.siecle_id), received.file_name[:64], "", words
    )
    author = journal.Author(received.author_id, received.author_name)
    journal.record([change], school_uai=received.school.uai, by=author)


def _line(
    received: Import, rank: int, judged: Judged, pupil: Standing | None, counts: Counts
) -> None:
    line = ImportLine(
        received=received,
        rank=rank,
        eleve_id=judged.eleve_id,
        years=", ".join(map(str, judged.years))[:40],
        status=judged.status.value,
        findings=kept(judged.findings),
        created=counts.created,
        overwritten=counts.overwritten,
        unchanged=counts.unchanged,
    )
    if pupil is not None:
        line.student_id = pupil.student_id
        line.ine, line.mef, line.division = pupil.ine, pupil.mef, pupil.division or ""
        line.last_name, line.first_name = pupil.last_name, pupil.first_name
    line.save(force_insert=True)
