"""A pupil of a file: the record, its version, the line of the bilan and the journal, at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction

import lsl_rules
from livretpro.fencing import Overtaken, hold
from livretpro.journal import actions as journal
from livretpro.lsl_registry.context import Known
from livretpro.lsl_registry.models import Import, RecordState
from livretpro.lsl_registry.serial import as_data, from_data
from livretpro.lsl_registry.told import kept
from livretpro.rows import prepared
from livretpro.schools.standing import Standing
from lsl_rules import Counts, Judged
from lsl_xml import Eleve

TRIES = 3
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


def store(received: Import, rank: int, judged: Judged, known: Known) -> Judged:
    """The `rank`-th pupil of the file, with all that it changes, in one transaction: one query, one
    more for a record that is there, and one for the journal when it changes. What became of the
    pupil: nothing is taken of a record that was closed meanwhile. Raises `Overtaken`.

    Not waited for on disk: what a crash of the database would lose is the last pupils, `done` with
    them, and the end of the import is waited for. When somebody made the same record meanwhile, it
    is merged again.
    """
    pupil = known.pupils.get(judged.eleve_id)
    recorded = pupil is not None and pupil.student_id in known.recorded
    for _ in range(TRIES - 1):
        try:
            return _store(received, rank, judged, pupil, recorded=recorded)
        except IntegrityError:
            recorded = True
    return _store(received, rank, judged, pupil, recorded=recorded)


@transaction.atomic
def _store(
    received: Import, rank: int, judged: Judged, pupil: Standing | None, *, recorded: bool
) -> Judged:
    """Without looking for a record where there was none: one made meanwhile has its first version,
    and `IntegrityError` says so."""
    held = _held(pupil) if pupil and recorded and judged.taken else None
    if held and held.closed_in(received.year):
        judged = lsl_rules.locked_since(judged)
    line = _line(received, rank, judged, pupil)
    merged = _merged(held, judged)
    if merged is None:
        _write(_LINE_ALONE, line | _counts(Counts()))
    elif pupil is None or _stands(held, merged):
        _write(_LINE_ALONE, line | _counts(merged.counts))
    else:
        record = _record(received, held, merged.record)
        *row, _ = _write(_LINE_AND_RECORD, line | _counts(merged.counts) | record)
        _tell(received, pupil, held, merged.counts, row)
    received.done = rank
    return judged


@dataclass(frozen=True)
class _Held:
    """The record as it stands, locked."""

    content: str
    version: int
    state: str
    closed_year: int | None
    archived: bool

    @cached_property
    def eleve(self) -> Eleve:
        return from_data(json.loads(self.content))

    def closed_in(self, year: int) -> bool:
        """Whether a file of this year is too late."""
        return self.closed_year is not None and self.closed_year >= year


def _held(pupil: Standing) -> _Held | None:
    """The record of a pupil, None when there is none any more."""
    with prepared() as cursor:
        cursor.execute(_HELD, [pupil.student_id])
        found = cursor.fetchone()
    return _Held(*found) if found else None


def _merged(held: _Held | None, judged: Judged) -> lsl_rules.Merged | None:
    """What the record becomes, None for a pupil of whom nothing is taken."""
    if judged.taken is None:
        return None
    return lsl_rules.merge(held.eleve if held else None, judged.taken, judged.sent)


def _stands(held: _Held | None, merged: lsl_rules.Merged) -> bool:
    """Whether there is nothing to write: a record is not opened to say nothing, nor again."""
    if held is None:
        return merged.empty
    opened_again = held.closed_year is not None and merged.counts != Counts()
    return merged.record == held.eleve and not opened_again


def _record(received: Import, held: _Held | None, eleve: Eleve) -> dict[str, Any]:
    settled = held is not None and held.state != RecordState.TYPING
    return {
        "school": received.school_id,
        "uai": received.school.uai,
        "content": json.dumps(as_data(eleve)),
        "version": held.version + 1 if held else 1,
        "again": settled,  # what was signed or sent is no longer what stands
        "author": received.author_name,
    }


def _line(received: Import, rank: int, judged: Judged, pupil: Standing | None) -> dict[str, Any]:
    return {
        "import": received.pk,
        "state": received.state,
        "attempt": received.attempt,
        "rank": rank,
        "eleve": judged.eleve_id,
        "student": pupil.student_id if pupil else None,
        "ine": pupil.ine if pupil else "",
        "last_name": pupil.last_name if pupil else "",
        "first_name": pupil.first_name if pupil else "",
        "division": (pupil.division if pupil else None) or "",
        "mef": pupil.mef if pupil else "",
        "years": ", ".join(map(str, judged.years))[:40],
        "status": judged.status.value,
        "findings": json.dumps(kept(judged.findings)),
    }


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "created": counts.created,
        "overwritten": counts.overwritten,
        "unchanged": counts.unchanged,
    }


def _write(query: str, values: dict[str, Any]) -> tuple[Any, ...]:
    """What the query answers. Raises `Overtaken`, as `fencing.hold` does."""
    with prepared() as cursor:
        cursor.execute(query, values)
        found: tuple[Any, ...] | None = cursor.fetchone()
    if found is None:
        raise Overtaken
    return found


def _tell(
    received: Import, pupil: Standing, held: _Held | None, counts: Counts, head: Sequence[Any]
) -> None:
    number = str(pupil.siecle_id)
    words = f"{counts.created} créées, {counts.overwritten} remplacées"
    changes = [journal.Change("importe", "dossier_lsl", number, received.file_name[:64], "", words)]
    if held and held.closed_year is not None:
        before = "en archive" if held.archived else RecordState(held.state).label
        after = RecordState.TYPING.label
        changes.append(journal.Change("etat", "dossier_lsl", number, "", before, after))
    author = journal.Author(received.author_id, received.author_name)
    uai = received.school.uai
    journal.record(changes, school_uai=uai, by=author, held=journal.held_by(uai, *head))


_HELD = """
SELECT content, version, state, closed_year, archived_at IS NOT NULL FROM lsl_registry_record
 WHERE student_id = %s FOR UPDATE
"""
_FENCED = """
WITH fenced AS (
  UPDATE lsl_registry_import SET done = %(rank)s
   WHERE id = %(import)s AND state = %(state)s AND attempt = %(attempt)s RETURNING id
)"""
_RECORD = """, stored AS (
  INSERT INTO lsl_registry_record
    (school_id, student_id, content, version, state, state_at, state_by, archived_at,
     closed_year)
  SELECT %(school)s, %(student)s, %(content)s, %(version)s, 'saisie', NULL, '', NULL, NULL
    FROM fenced
  ON CONFLICT (student_id) DO UPDATE SET
    content = excluded.content, version = excluded.version,
    archived_at = NULL, closed_year = NULL,
    state = CASE WHEN %(again)s THEN 'saisie' ELSE lsl_registry_record.state END,
    state_at = CASE WHEN %(again)s THEN now() ELSE lsl_registry_record.state_at END,
    state_by = CASE WHEN %(again)s THEN %(author)s ELSE lsl_registry_record.state_by END
  RETURNING id, content
), told AS (
  INSERT INTO lsl_registry_recordversion
    (record_id, number, content, received_id, author_name, made_at)
  SELECT id, %(version)s, content, %(import)s, %(author)s, now() FROM stored
)"""
_HEAD = ", head AS (" + journal.HOLD_AFTER.format("stored") + ")"
_LINE = """, lined AS (
  INSERT INTO lsl_registry_importline
    (received_id, rank, eleve_id, student_id, ine, last_name, first_name, division, mef, years,
     status, findings, created, overwritten, unchanged)
  SELECT id, %(rank)s, %(eleve)s, %(student)s, %(ine)s, %(last_name)s, %(first_name)s,
         %(division)s, %(mef)s, %(years)s, %(status)s, %(findings)s, %(created)s, %(overwritten)s,
         %(unchanged)s
    FROM fenced
)
"""
_DONE = "SELECT set_config('synchronous_commit', 'off', true) FROM fenced"
_DONE_AND_HEAD = "SELECT head.*, set_config('synchronous_commit', 'off', true) FROM fenced, head"
_LINE_ALONE = _FENCED + _LINE + _DONE
_LINE_AND_RECORD = _FENCED + _RECORD + _HEAD + _LINE + _DONE_AND_HEAD
