"""The records of a school: read, edited, signed, sent, locked; every state is kept (spec 07)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

import lsl_rules
import lsl_xml
from livretpro.journal import actions as journal
from livretpro.journal.actions import Change
from livretpro.lsl_registry.cells import Cell, edited, values
from livretpro.lsl_registry.models import Record, RecordState, RecordVersion
from livretpro.lsl_registry.permissions import allow
from livretpro.lsl_registry.serial import as_data, from_data
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear
from livretpro.schools.standing import Standing, standings
from lsl_xml import Document, Eleve, Entete, Profile

FIELD_MAX = 64


class NotOpen(Exception):
    """The record was sent, or is locked."""

    phrase = (
        "Ce dossier est versé ou verrouillé : il ne se modifie plus. L’assistance académique peut "
        "le déverrouiller."
    )


class Moved(Exception):
    """Somebody, or a file, changed the record since it was read."""

    phrase = (
        "Ce dossier a changé depuis que vous l’avez ouvert : voici ce qu’il contient maintenant, "
        "et ce que vous aviez tapé. Vérifiez, puis enregistrez de nouveau."
    )


class WouldBeWrong(Exception):
    """What was typed breaks a rule of LSL; `phrases` say which."""

    phrase = "Ce que vous avez tapé n’est pas accepté par les contrôles du LSL."

    def __init__(self, phrases: Sequence[str]) -> None:
        super().__init__(len(phrases))
        self.phrases = tuple(phrases)


@dataclass(frozen=True)
class Held:
    """A pupil of the school, and the record held, if there is one."""

    pupil: Standing
    record: Record | None

    @property
    def eleve(self) -> Eleve | None:
        """What the record says."""
        return from_data(self.record.content) if self.record else None


def records_of(year: SchoolYear, *, by: Actor) -> list[Held]:
    """The pupils of the school, by division and name, with their records: three queries.

    Only those who have a division and a level with a livret. Raises `NotAllowed`.
    """
    allow(by)
    pupils = standings(by.school, year).values()
    found = [one for one in pupils if one.level and one.division]
    held = {
        record.student_id: record
        for record in Record.objects.visible_to(by).filter(
            student__in=[one.student_id for one in found]
        )
    }
    by_name = sorted(found, key=lambda one: (one.division or "", one.last_name, one.first_name))
    return [Held(one, held.get(one.student_id)) for one in by_name]


def record_of(year: SchoolYear, siecle_id: int, *, by: Actor) -> Held | None:
    """A pupil of the school, None when nobody there has this identifier: three queries."""
    allow(by)
    pupil = standings(by.school, year, [siecle_id]).get(siecle_id)
    if pupil is None:
        return None
    record = Record.objects.visible_to(by).filter(student=pupil.student_id).first()
    return Held(pupil, record)


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


@transaction.atomic
def edit(held: Held, typed: Mapping[str, str], *, seen: int, by: Actor) -> bool:
    """Put these texts in place, by key of a cell; False when nothing changed.

    `seen`: the version that the person read. Raises `NotAllowed`, `NotOpen`, `Moved`,
    `cells.BadCells`, `WouldBeWrong`.
    """
    allow(by)
    if held.record is None:
        raise Moved
    record = Record.objects.select_for_update().get(pk=held.record.pk)
    if not record.is_open:
        raise NotOpen
    if record.version != seen:
        raise Moved
    before = from_data(record.content)
    after = edited(before, typed)
    if after == before:
        return False
    _check(after, by)
    changes = list(compared(values(before), values(after)))
    _keep(record, after, by)
    told = (
        Change(
            "modifie",
            "dossier_lsl",
            str(held.pupil.siecle_id),
            f"{cell.label}, {cell.group}"[:FIELD_MAX],
            was,
            now,
        )
        for cell, was, now in changes
    )
    journal.record(list(told), school_uai=by.school.uai, by=by.author)
    return True


def _check(eleve: Eleve, by: Actor) -> None:
    entete = Entete("-", "-", by.school.uai, division="-")
    document = Document(entete, (eleve,))
    root = lsl_xml.build(document, Profile.V1_1)
    findings = lsl_rules.check_built(document, root)
    wrong = [one.phrase for one in findings if one.severity is lsl_rules.Severity.BLOQUANT]
    if wrong:
        raise WouldBeWrong(wrong)


def _keep(record: Record, eleve: Eleve, by: Actor) -> None:
    now = timezone.now()
    record.content, record.version = as_data(eleve), record.version + 1
    if record.state == RecordState.SIGNED:
        record.state, record.state_at, record.state_by = RecordState.TYPING, now, by.author.name
    record.save()
    RecordVersion.objects.create(
        record=record,
        number=record.version,
        content=record.content,
        author_name=by.author.name,
        made_at=now,
    )


MOVES: Mapping[str, tuple[frozenset[str], RecordState]] = {
    "viser": (frozenset({RecordState.TYPING}), RecordState.SIGNED),
    "reprendre": (frozenset({RecordState.SIGNED}), RecordState.TYPING),
    "verser": (frozenset({RecordState.SIGNED}), RecordState.SENT),
}
"""What a head does to records: from which states, to which one."""


@transaction.atomic
def move(
    year: SchoolYear,
    what: str,
    *,
    by: Actor,
    students: Collection[int] | None = None,
    level: Level | None = None,
) -> int:
    """Sign, take back, or send records; says how many moved.

    Those of these pupils (by SIECLE identifier), or of a level: sending goes by level. Raises
    `NotAllowed`, and `KeyError` for another word.
    """
    allow(by)
    sources, target = MOVES[what]
    pupils = standings(by.school, year, students).values()
    chosen = {one.student_id: one for one in pupils if level in {None, one.level}}
    moved = list(
        Record.objects.visible_to(by)
        .filter(student__in=chosen, state__in=sources)
        .select_for_update()
        .order_by("pk")
    )
    set_state(moved, target, by=by.author)
    told = [
        Change("etat", "dossier_lsl", str(chosen[one.student_id].siecle_id), "", "", target.label)
        for one in moved
    ]
    journal.record(told, school_uai=by.school.uai, by=by.author)
    return len(moved)


def set_state(records: Sequence[Record], state: RecordState, *, by: journal.Author) -> None:
    """Put locked rows in a state, with who and when: one query."""
    now = timezone.now()
    for one in records:
        one.state, one.state_at, one.state_by = state, now, by.name
    Record.objects.bulk_update(records, ["state", "state_at", "state_by"])
