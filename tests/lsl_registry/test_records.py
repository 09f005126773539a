"""Records: every cell is read and typed back, edited with its history, signed, sent, purged."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

import factories
import registry_factories as make
from livret_reading import told
from livretpro.journal.models import Entry
from livretpro.lsl_registry.cells import BadCells, cells, edited
from livretpro.lsl_registry.models import Import, Record, RecordState, RecordVersion
from livretpro.lsl_registry.permissions import NotAllowed
from livretpro.lsl_registry.purging import months_after, purge
from livretpro.lsl_registry.records import (
    Moved,
    NotOpen,
    WouldBeWrong,
    edit,
    history,
    move,
    record_of,
    records_of,
)
from livretpro.lsl_registry.verification import NothingToVerify, compare, verify
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lsl_documents import RANDOM, documents
from lsl_xml import Document, Periode
from query_counts import queries

pytestmark = pytest.mark.django_db
AVERAGE = "2025.071100S.moyenne.1"


@pytest.fixture
def room():
    """A class of three, and a record of the first."""
    found = make.room(3)
    make.received(make.document())
    return found


def held(room):
    found = record_of(room.year, 1001, by=room.head)
    assert found is not None
    return found


def acts(kind):
    """Action and key of the entries of a kind, in order."""
    return list(Entry.objects.filter(kind=kind).order_by("pk").values_list("action", "key"))


# Cells


@RANDOM
@given(documents())
def test_what_is_not_typed_keeps_what_it_holds(document: Document) -> None:
    for one in document.donnees:
        shown = {cell.key: cell.value for cell in cells(one)}
        assert edited(one, {}) == edited(one, shown) == one


@RANDOM
@given(documents())
def test_each_place_has_a_key_of_its_own(document: Document) -> None:
    for one in document.donnees:
        keys = [cell.key for cell in cells(one)]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        (AVERAGE, "douze", "n’est pas un nombre"),
        (AVERAGE, "12,345", "n’est pas un nombre"),
        ("2025.071100S.effectif", "-3", "n’est pas un nombre entier"),
        ("2025.avis_pfmp.etranger", "peut-être", "Écrivez oui ou non."),
    ],
)
def test_a_text_that_cannot_be_read_is_told_by_its_key(key: str, text: str, told: str) -> None:
    with pytest.raises(BadCells) as refusal:
        edited(make.eleve(), {key: text})

    assert list(refusal.value.errors) == [key]
    assert told in refusal.value.errors[key]


# Editing


def test_an_edit_is_kept_with_who_and_what_stood(room) -> None:
    assert edit(held(room), {AVERAGE: "14,5"}, seen=1, by=room.head)

    (evaluation,) = make.record_of().scolarites[0].evaluations
    assert evaluation.periodiques == (Periode(1, Decimal("14.5")),)
    assert acts("dossier_lsl") == [("importe", "1001"), ("modifie", "1001")]
    assert told("dossier_lsl")[-1][1:] == ("12,50", "14,50")
    (step, first) = history(held(room).record)
    assert [(cell.key, was, now) for cell, was, now in step.changes] == [
        (AVERAGE, "12,50", "14,50")
    ]
    assert first.version.received is not None


def test_the_same_again_changes_nothing(room) -> None:
    assert not edit(held(room), {AVERAGE: "12,5"}, seen=1, by=room.head)
    assert RecordVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "text"),
    [(AVERAGE, "25"), ("2025.071100S.enseignants", ""), ("2025.071100S.annuelle", "a" * 301)],
)
def test_what_lsl_would_refuse_is_refused(room, key: str, text: str) -> None:
    with pytest.raises(WouldBeWrong):
        edit(held(room), {key: text}, seen=1, by=room.head)

    assert make.record_of() == make.eleve()


def test_an_edit_over_another_version_changes_nothing(room) -> None:
    edit(held(room), {AVERAGE: "8"}, seen=1, by=room.head)

    with pytest.raises(Moved):
        edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)


def test_a_teacher_reads_and_edits_nothing(room) -> None:
    teacher = factories.actor(Role.ENSEIGNANT)

    with pytest.raises(NotAllowed):
        records_of(room.year, by=teacher)
    with pytest.raises(NotAllowed):
        edit(held(room), {AVERAGE: "14"}, seen=1, by=teacher)


# States


def test_signed_taken_back_signed_and_sent(room) -> None:
    moves = [
        move(room.year, "viser", students=[1001], by=room.head),
        move(room.year, "reprendre", students=[1001], by=room.head),
        move(room.year, "verser", level=Level.TERMINALE, by=room.head),
        move(room.year, "viser", students=[1001], by=room.head),
        move(room.year, "verser", level=Level.PREMIERE, by=room.head),
        move(room.year, "verser", level=Level.TERMINALE, by=room.head),
    ]

    assert moves == [1, 1, 0, 1, 0, 1]
    assert Record.objects.get().state == RecordState.SENT
    with pytest.raises(NotOpen):
        edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)


def test_an_edit_of_a_signed_record_is_to_be_signed_again(room) -> None:
    move(room.year, "viser", students=[1001], by=room.head)

    edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)

    assert Record.objects.get().state == RecordState.TYPING


def test_the_record_of_another_school_does_not_move(room) -> None:
    stranger = factories.actor(of=factories.school(factories.OTHER_UAI))

    assert move(room.year, "viser", students=[1001], by=stranger) == 0


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_list_costs_the_same_whatever_the_pupils(pupils: int) -> None:
    room = make.room(pupils)
    make.received(make.document(*(make.eleve(1000 + n) for n in range(1, pupils + 1))))

    with queries(3):
        assert len(records_of(room.year, by=room.head)) == pupils


# Verification


def test_the_file_is_compared_with_the_records_as_they_stand(room) -> None:
    received = Import.objects.get()
    edit(held(room), {AVERAGE: "8"}, seen=1, by=room.head)

    (row,) = compare(received, by=room.head)

    assert [(cell.key, sent, now) for cell, sent, now in row.differences] == [
        (AVERAGE, "12,50", "8,00")
    ]


def test_the_tick_of_the_head_is_dated_once(room) -> None:
    received = Import.objects.get()

    verify(received, by=room.head)
    first = Import.objects.get().verified_at
    verify(received, by=room.head)

    assert first is not None
    assert Import.objects.get().verified_at == first
    assert [action for action, _ in acts("import_lsl")] == ["depose", "importe", "verifie"]


def test_a_refused_file_leaves_nothing_to_verify(room) -> None:
    refused = make.received(b"<lsl").received

    for act in (compare, verify):
        with pytest.raises(NothingToVerify):
            act(refused, by=room.head)


# Purge


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 7, 8), 2, date(2026, 9, 8)),
        (date(2026, 7, 8), 8, date(2027, 3, 8)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_after(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


def test_records_are_archived_then_removed(room) -> None:
    author, results = room.head.author, date(2026, 7, 8)

    def at(day: date, *, apply: bool = True) -> tuple[int, int, int]:
        found = purge(results, on=day, by=author, apply=apply)
        return found.archived, found.removed, found.files

    assert at(date(2026, 9, 7)) == (0, 0, 0)
    assert at(date(2026, 9, 8), apply=False) == (1, 0, 0)
    assert record_of(room.year, 1001, by=room.head).record is not None
    assert at(date(2026, 9, 8)) == (1, 0, 0)
    assert record_of(room.year, 1001, by=room.head).record is None
    assert at(date(2027, 3, 8)) == (0, 1, 1)
    assert (Record.objects.count(), Import.objects.count()) == (0, 0)


def test_who_comes_back_the_year_after_is_kept(room) -> None:
    following = factories.school_year(year=factories.YEAR + 1)
    place = factories.division("TMELEC", year=following)
    factories.enrolment(room.first.student, into=place)

    found = purge(date(2026, 7, 8), on=date(2027, 3, 8), by=room.head.author, apply=True)

    assert (found.removed, Record.objects.count()) == (0, 1)
