"""What the Registre keeps of one pupil, and taking it away when the law asks (spec 08)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from livretpro.journal import actions as journal
from livretpro.journal.queries import Object
from livretpro.lsl_registry.models import (
    ERASED,
    Import,
    ImportChunk,
    ImportLine,
    ImportState,
    KeptBilan,
    Record,
)
from livretpro.schools.actors import Actor
from livretpro.schools.erasing import NotTheOperator, numbers_of
from livretpro.schools.models import School, Student

NO_FINDING = "Ce constat est effacé."
SERVED = (ImportState.REFUSED, ImportState.BROKEN)
"""Imports whose file is of no use any more, and may name anybody."""


def pupil_objects(student: Student) -> Sequence[Object]:
    """What the journal keeps of the record, by each SIECLE identifier the pupil bore: one query for
    each."""
    return [("dossier_lsl", number) for number in numbers_of(student)]


@dataclass(frozen=True)
class Spoken:
    """Where the Registre speaks of a pupil: in a record or not, in how many bilans."""

    record: bool
    bilans: int

    def __bool__(self) -> bool:
        return self.record or bool(self.bilans)


def pupil_rows(student: Student) -> Spoken:
    """What would be erased: five queries."""
    numbers = _numbers(student)
    held = Record.objects.filter(student=student)
    return Spoken(held.exists(), len(_bilans(student, numbers)))


@transaction.atomic
def erase_pupil_rows(student: Student, *, by: Actor) -> Spoken:
    """Remove the record with each of its states; take the pupil out of every bilan, whose counts
    stay; drop the `.xls` kept of these, and the files that speak of the pupil, or were not taken.
    Says what was there.

    Raises `NotTheOperator`.
    """
    if not by.is_operator:
        raise NotTheOperator
    School.objects.select_for_update(no_key=True).get(pk=student.school_id)  # no import ends now
    numbers = _numbers(student)
    bilans = _bilans(student, numbers)
    removed = Record.objects.filter(student=student).delete()[1]
    found = Spoken(bool(removed), len(bilans))
    _lines(student, numbers).update(
        eleve_id=ERASED,
        student=None,
        ine="",
        last_name="",
        first_name="",
        mef="",
        years="",
        findings=[],
    )
    for received in bilans.values():
        received.refusals = [_without(one, numbers) for one in received.refusals]
        received.absent = [one for one in received.absent if one["eleve_id"] not in numbers]
        received.save(update_fields=["refusals", "absent"])
    KeptBilan.objects.filter(received__in=bilans).delete()
    over = Q(pk__in=bilans) | Q(school=student.school, state__in=SERVED)
    ImportChunk.objects.filter(received__in=Import.objects.filter(over)).delete()
    if found.record:
        change = journal.Change("supprime", "dossier_lsl", str(student.siecle_id))
        journal.record([change], school_uai=student.school.uai, by=by.author)
    return found


def _numbers(student: Student) -> frozenset[int]:
    return frozenset(map(int, numbers_of(student)))


def _lines(student: Student, numbers: Iterable[int]) -> QuerySet[ImportLine]:
    named = Q(received__school=student.school, eleve_id__in=numbers)
    return ImportLine.objects.filter(named | Q(student=student))


def _bilans(student: Student, numbers: frozenset[int]) -> dict[int, Import]:
    """The imports that are over and say something of the pupil."""
    over = Import.objects.filter(school=student.school).exclude(state=ImportState.RUNNING)
    lined = set(_lines(student, numbers).values_list("received", flat=True))
    return {
        one.pk: one
        for one in over
        if one.pk in lined
        or any(told["eleve_id"] in numbers for told in (*one.refusals, *one.absent))
    }


def _without(refusal: Mapping[str, Any], numbers: frozenset[int]) -> dict[str, Any]:
    if refusal["eleve_id"] not in numbers:
        return dict(refusal)
    return {**refusal, "eleve_id": None, "phrase": NO_FINDING, "lieu": "", "valeur": ""}
