"""A record typed in by the head: everything that it says, with who and when (spec 07, Records).

A form bears the version that it showed. What it says otherwise than that version is what the person
typed; nobody else's change is undone by what they left as it was (spec 08, A1).
"""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

import lsl_rules
from livretpro.journal import actions as journal
from livretpro.journal.actions import Change
from livretpro.lsl_registry.cells import Cell, values
from livretpro.lsl_registry.checking import new_faults
from livretpro.lsl_registry.models import Record, RecordState, RecordVersion
from livretpro.lsl_registry.offered import offered_to
from livretpro.lsl_registry.permissions import allow
from livretpro.lsl_registry.records import Held, compared
from livretpro.lsl_registry.retyped import edited, other_than
from livretpro.lsl_registry.serial import as_data, from_data
from livretpro.schools.actors import Actor
from lsl_rules import Year
from lsl_xml import Eleve

FIELD_MAX = 64


class NotOpen(Exception):
    """The record was sent, or is locked."""

    phrase = (
        "Ce dossier est versé ou verrouillé : il ne se modifie plus. L’assistance académique peut "
        "le déverrouiller."
    )


class Moved(Exception):
    """Somebody, or a file, changed the same values since they were read."""

    phrase = (
        "Ce dossier a changé depuis que vous l’avez ouvert : voici ce qu’il contient maintenant, "
        "et ce que vous aviez tapé. Vérifiez, puis enregistrez de nouveau."
    )


class Gone(Exception):
    """The record was put in archive, or removed, since it was read."""

    phrase = (
        "Ce dossier n’est plus ouvert : il a été archivé ou supprimé depuis que vous l’avez lu. "
        "Rien n’a été enregistré ; voici ce que vous aviez tapé."
    )


class WouldBeWrong(Exception):
    """What was typed breaks a rule of LSL; `phrases` say which."""

    phrase = "Ce que vous avez tapé n’est pas accepté par les contrôles du LSL."

    def __init__(self, phrases: Sequence[str]) -> None:
        super().__init__(len(phrases))
        self.phrases = tuple(phrases)


def own_changes(held: Held, typed: Mapping[str, str], *, seen: int) -> dict[str, str]:
    """Of the texts of a form, by key of a cell, what the person changed of the version `seen`; all
    that the record does not say when no such version is kept: one query."""
    if held.record is None:
        return dict(typed)
    shown = _shown(held.record, seen)
    return _other(values(held.eleve) if shown is None and held.eleve else shown or {}, typed)


def _shown(record: Record, seen: int) -> dict[str, Cell] | None:
    """What a version said, None when it is not kept."""
    found = record.versions.filter(number=seen).first()
    return values(from_data(found.content)) if found else None


def _other(shown: Mapping[str, Cell], typed: Mapping[str, str]) -> dict[str, str]:
    return other_than({key: cell.value for key, cell in shown.items()}, typed)


@transaction.atomic
def edit(held: Held, typed: Mapping[str, str], *, seen: int, by: Actor) -> bool:
    """Put in place what these texts, by key of a cell, change of the version `seen`; False when
    they change nothing.

    Raises `NotAllowed`, `Gone`, `NotOpen`, `Moved` when somebody else changed one of these values
    to another one, `cells.BadCells`, `WouldBeWrong`.
    """
    allow(by)
    record = _locked(held)
    before = from_data(record.content)
    own = _owned(record, before, typed, seen)
    after = edited(before, own, offered_to(held.pupil, held.year))
    if after == before:
        return False
    if wrong := new_faults(before, after, _levels(held)):
        raise WouldBeWrong(wrong)
    changes = compared(values(before), values(after))
    _keep(record, after, by)
    told = [_change(held, *one) for one in changes]
    journal.record(told, school_uai=by.school.uai, by=by.author)
    return True


def _locked(held: Held) -> Record:
    """The record as it stands, locked."""
    wanted = Record.objects.select_for_update().filter(archived_at=None)
    record = wanted.filter(pk=held.record.pk).first() if held.record else None
    if record is None:
        raise Gone
    if not record.is_open:
        raise NotOpen
    return record


def _owned(record: Record, before: Eleve, typed: Mapping[str, str], seen: int) -> dict[str, str]:
    """What the person changed, when nobody else changed it to something else."""
    stands = values(before)
    if record.version == seen:
        return _other(stands, typed)
    shown = _shown(record, seen)
    if shown is None:
        raise Moved
    own = _other(shown, typed)
    moved = {cell.key for one in compared(shown, stands) for cell in one[:1]}
    if moved & _other(stands, own).keys():
        raise Moved
    return own


def _levels(held: Held) -> dict[int, Year | None]:
    pupil, year = lsl_rules.known_pupil(held.pupil), held.year.year
    return {year - 1: pupil.former.level, year: pupil.level}


def _change(held: Held, cell: Cell, was: str, now: str) -> Change:
    field = f"{cell.label}, {cell.group}"[:FIELD_MAX]
    return Change("modifie", "dossier_lsl", str(held.pupil.siecle_id), field, was, now)


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
