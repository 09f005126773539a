"""The records of a school: read, signed, sent, locked; every state is kept (spec 07)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from livretpro.journal import actions as journal
from livretpro.journal.actions import Change
from livretpro.lsl_registry.cells import Cell, values
from livretpro.lsl_registry.models import Record, RecordState, RecordVersion
from livretpro.lsl_registry.permissions import allow, allow_reading
from livretpro.lsl_registry.serial import from_data
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School, SchoolYear
from livretpro.schools.standing import Standing, standings
from lsl_xml import Eleve


@dataclass(frozen=True)
class Held:
    """A pupil of the school, the record held, if there is one, and the year of the standing: the
    year at work, or the last one with a livret of a pupil who has no place in it. `archived` since
    when it is in archive, where nobody reads it."""

    pupil: Standing
    record: Record | None
    year: SchoolYear
    archived: date | None = None

    @property
    def eleve(self) -> Eleve | None:
        """What the record says."""
        return from_data(self.record.content) if self.record else None

    @property
    def closed_before(self) -> str:
        """The school year for which it was sent, when a file of the one at work opens it again."""
        closed = self.record.closed_year if self.record else None
        return "" if closed is None or closed >= self.year.year else f"{closed}-{closed + 1}"


def records_of(year: SchoolYear, *, by: Actor) -> list[Held]:
    """The pupils of the school who have a division and a level with a livret, by division and name,
    then, by year, the newest first, those gone whose record is still held. Contents are not read.

    Three queries; one more when somebody is gone, and two for each of the years they left.
    Raises `NotAllowed`.
    """
    allow_reading(by)
    held = {one.student_id: one for one in Record.objects.visible_to(by).defer("content")}
    found = [
        Held(one, held.pop(one.student_id, None), year)
        for one in standings(by.school, year).values()
        if _stands(one)
    ]
    return [*sorted(found, key=_rank), *_gone(by.school, held)]


def _stands(pupil: Standing | None) -> bool:
    return pupil is not None and bool(pupil.level and pupil.division)


def _rank(held: Held) -> tuple[int, str, str, str]:
    pupil = held.pupil
    return -held.year.year, pupil.division or "", pupil.last_name, pupil.first_name


def _gone(school: School, records: Mapping[int, Record]) -> list[Held]:
    """Pupils who hold these records, by their number, where they stood last."""
    if not records:
        return []
    last = _last_years(Enrolment.objects.filter(student__in=records))
    by_year = sorted(last.items(), key=lambda pair: -pair[1].year)
    found = [
        Held(one, records[one.student_id], year)
        for year, pupils in groupby(by_year, key=lambda pair: pair[1])
        for one in standings(school, year, [number for number, _ in pupils]).values()
    ]
    return sorted(found, key=_rank)


def _last_years(enrolments: QuerySet[Enrolment]) -> dict[int, SchoolYear]:
    """The last year with a livret of each pupil, by ELEVE_ID, the last one when there was none: one
    query."""
    found = enrolments.select_related("student", "school_year__school")
    ranked = sorted(found, key=lambda one: (bool(one.level), one.school_year.year))
    return {one.student.siecle_id: one.school_year for one in ranked}


def record_of(year: SchoolYear, siecle_id: int, *, by: Actor) -> Held | None:
    """A pupil of the school, None when nobody there ever had this identifier: three queries, three
    more when the pupil is gone. Raises `NotAllowed`."""
    allow_reading(by)
    found = Record.objects.held_for(by).filter(student__siecle_id=siecle_id).first()
    archived = found.archived_at if found else None
    record = None if archived else found
    pupil = standings(by.school, year, [siecle_id]).get(siecle_id)
    if pupil is not None and _stands(pupil):
        return Held(pupil, record, year, archived)
    stays = Enrolment.objects.filter(student__school=by.school, student__siecle_id=siecle_id)
    last = _last_years(stays).get(siecle_id)
    former = standings(by.school, last, [siecle_id]).get(siecle_id) if last else None
    return Held(former, record, last, archived) if last and former else None


@dataclass(frozen=True)
class Step:
    """A state of a record, and what it changed: the cell, what stood, what stands."""

    version: RecordVersion
    changes: tuple[tuple[Cell, str, str], ...]


def history(record: Record) -> list[Step]:
    """Every state, newest first, with what each changed: one query."""
    versions = list(record.versions.select_related("received"))
    told = [values(from_data(one.content)) for one in versions]
    return [
        Step(version, tuple(compared(before, after)))
        for version, (after, before) in zip(versions, pairwise([*told, {}]), strict=True)
    ]


def compared(
    before: Mapping[str, Cell], after: Mapping[str, Cell]
) -> Iterable[tuple[Cell, str, str]]:
    """The cells that differ: the cell, its text before, its text after."""
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if (was and was.value) != (now and now.value) and (cell := now or was):
            yield cell, was.value if was else "", now.value if now else ""


MOVES: Mapping[str, tuple[frozenset[str], RecordState]] = {
    "viser": (frozenset({RecordState.TYPING}), RecordState.SIGNED),
    "reprendre": (frozenset({RecordState.SIGNED}), RecordState.TYPING),
    "verser": (frozenset({RecordState.SIGNED}), RecordState.SENT),
}
"""What a head does to records: from which states, to which one."""


@dataclass(frozen=True)
class Done:
    """How many records moved, and the pupils whose record was not signed: it is no longer the one
    that was read."""

    moved: int
    changed: Sequence[str] = ()


@transaction.atomic
def move(year: SchoolYear, what: str, read: Mapping[int, int], *, by: Actor) -> Done:
    """Sign records, or take the signature back: those of these pupils, by SIECLE identifier, each
    with the version that the person read. Raises `NotAllowed`, and `KeyError` for another word."""
    allow(by)
    chosen = {
        held.record.pk: held
        for held in records_of(year, by=by)
        if held.record and held.pupil.siecle_id in read
    }
    rows = _locked(what, chosen, by)
    changed = [
        one
        for one in rows
        if what == "viser" and one.version != read[chosen[one.pk].pupil.siecle_id]
    ]
    moved = [one for one in rows if one not in changed]
    _move(moved, what, chosen, by)
    return Done(len(moved), tuple(chosen[one.pk].pupil.name for one in changed))


@transaction.atomic
def send(year: SchoolYear, level: Level, *, of: int, by: Actor) -> int:
    """Send the signed records of the pupils of a level, in the year of their standing (`of`, its
    first civil year); says how many. Raises `NotAllowed`."""
    allow(by)
    chosen = {
        held.record.pk: held
        for held in records_of(year, by=by)
        if held.record and (held.year.year, held.pupil.level) == (of, level)
    }
    moved = _locked("verser", chosen, by)
    _move(moved, "verser", chosen, by, closed=of)
    return len(moved)


def _locked(what: str, chosen: Collection[int], by: Actor) -> list[Record]:
    rows = Record.objects.visible_to(by).filter(pk__in=chosen, state__in=MOVES[what][0])
    return list(rows.select_for_update().order_by("pk"))


def _move(
    rows: Sequence[Record],
    what: str,
    chosen: Mapping[int, Held],
    by: Actor,
    closed: int | None = None,
) -> None:
    target = MOVES[what][1]
    set_state(rows, target, by=by.author, closed=closed)
    told = [
        Change("etat", "dossier_lsl", str(chosen[one.pk].pupil.siecle_id), "", "", target.label)
        for one in rows
    ]
    journal.record(told, school_uai=by.school.uai, by=by.author)


def set_state(
    records: Sequence[Record], state: RecordState, *, by: journal.Author, closed: int | None
) -> None:
    """Put locked rows in a state, with who and when, `closed` for a school year or open: one
    query."""
    now = timezone.now()
    for one in records:
        one.state, one.state_at, one.state_by, one.closed_year = state, now, by.name, closed
    Record.objects.bulk_update(records, ["state", "state_at", "state_by", "closed_year"])
