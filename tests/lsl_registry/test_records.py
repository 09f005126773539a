"""Records: every cell is read and typed back, edited with its history, signed, sent, purged."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

import factories
import registry_factories as make
from livret_factories import pupil
from livret_reading import told
from livretpro.journal.models import Entry
from livretpro.lsl_registry.bilans import import_of, imports_of
from livretpro.lsl_registry.cells import cells, places
from livretpro.lsl_registry.editing import Gone, Moved, NotOpen, WouldBeWrong, edit
from livretpro.lsl_registry.models import OPEN, Import, Record, RecordState, RecordVersion
from livretpro.lsl_registry.permissions import NotAllowed
from livretpro.lsl_registry.purging import months_after, purge, school_year_of
from livretpro.lsl_registry.records import Done, history, move, record_of, records_of, send
from livretpro.lsl_registry.retyped import BadCells, edited
from livretpro.lsl_registry.serial import as_data
from livretpro.lsl_registry.verification import NothingToVerify, compare, verify
from livretpro.referentiels.models import Nomenclature, NomenclatureCode
from livretpro.referentiels.rules import Level
from livretpro.schools.models import School
from livretpro.schools.rules import Role
from lsl_documents import PREMIERE, RANDOM, TERMINALE, documents
from lsl_xml import NON_NOTE, Avis, Document, Periode, Structure
from query_counts import queries

pytestmark = pytest.mark.django_db
AVERAGE = "2025.071100S.moyenne.1"
TEXT = "2025.071100S.annuelle"
DEGREE = "2025.071100S.degre"


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


def test_what_two_people_changed_is_told_and_changes_nothing(room) -> None:
    edit(held(room), {AVERAGE: "8"}, seen=1, by=room.head)

    with pytest.raises(Moved):
        edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)

    assert RecordVersion.objects.count() == 2


def test_a_box_left_as_it_was_undoes_nobody_s_change(room) -> None:
    shown = {cell.key: cell.value for cell in cells(make.eleve())}
    edit(held(room), {AVERAGE: "8"}, seen=1, by=room.head)

    assert edit(held(room), shown | {TEXT: "Mieux."}, seen=1, by=room.head)

    (evaluation,) = make.record_of().scolarites[0].evaluations
    assert evaluation.periodiques == (Periode(1, Decimal(8)),)
    assert evaluation.annuelle == "Mieux."


def test_the_same_change_made_twice_is_no_conflict(room) -> None:
    edit(held(room), {AVERAGE: "8"}, seen=1, by=room.head)

    assert not edit(held(room), {AVERAGE: "8,00"}, seen=1, by=room.head)


def test_a_version_that_is_not_kept_is_told(room) -> None:
    with pytest.raises(Moved):
        edit(held(room), {AVERAGE: "12,5"}, seen=7, by=room.head)


@pytest.mark.parametrize("archived", [True, False])
def test_a_record_archived_or_removed_meanwhile_takes_nothing(room, archived: bool) -> None:
    before = held(room)
    if archived:
        Record.objects.update(archived_at=date(2026, 9, 8), closed_year=factories.YEAR)
    else:
        Record.objects.all().delete()

    with pytest.raises(Gone):
        edit(before, {AVERAGE: "14"}, seen=1, by=room.head)


@RANDOM
@given(documents())
def test_a_key_names_its_cell_without_the_record(document: Document) -> None:
    for one in document.donnees:
        held = {cell.key: (cell.group, cell.label) for cell in cells(one)}
        found = {cell.key: (cell.group, cell.label) for cell in places(held)}
        assert found == held


# What a record may hold


def with_record(*years, **changes) -> None:
    """The record of the pupil 1001 holds these years."""
    eleve = make.eleve(scolarites=years, **changes)
    Record.objects.update(content=as_data(eleve))
    RecordVersion.objects.update(content=as_data(eleve))


def year(annee: int, mef: str = TERMINALE, **changes):
    return make.scolarite(annee_scolaire=annee, code_mef=mef, **changes)


@pytest.mark.parametrize(
    "years",
    [
        (year(2025), year(2026)),
        (year(2024, PREMIERE), year(2025, PREMIERE)),
        (year(2024, PREMIERE), year(2025), year(2026)),
        (year(2025), year(2024, evaluations=())),
        (year(2025, avis_engagement=Avis("Bien.", "", "")),),
    ],
)
def test_what_stood_before_stops_no_edit(room, years) -> None:
    with_record(*years)

    assert edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)


def test_a_record_without_a_year_takes_what_is_said_of_the_pupil(room) -> None:
    with_record()

    assert edit(held(room), {"engagements": "C V"}, seen=1, by=room.head)
    with pytest.raises(WouldBeWrong):
        edit(held(room), {"engagements": "C Z"}, seen=2, by=room.head)


def test_a_year_beyond_those_of_a_file_is_judged_all_the_same(room) -> None:
    with_record(year(2025), year(2026), year(2027, evaluations=()))

    for key, text in (("2027.avis_pfmp.texte", "a" * 1001), ("2026.071100S.moyenne.1", "25")):
        with pytest.raises(WouldBeWrong):
            edit(held(room), {key: text}, seen=1, by=room.head)


def test_weeks_are_refused_in_premiere(room) -> None:
    with_record(year(2024, None), year(2025))
    the_year_before = factories.school_year(year=factories.YEAR - 1)
    place = factories.division("1MELEC", year=the_year_before)
    pupil(1, into=place, mef=factories.MEF_PREMIERE)
    words = {"texte": "Bien.", "nom": "PETIT", "prenom": "Zoé", "semaines": "6"}

    edit(held(room), typed_in("2025.avis_pfmp", words), seen=1, by=room.head)
    with pytest.raises(WouldBeWrong) as refusal:
        edit(held(room), typed_in("2024.avis_pfmp", words), seen=2, by=room.head)

    assert "n’est admis qu’en terminale" in refusal.value.phrases[0]


def typed_in(place: str, words: dict[str, str]) -> dict[str, str]:
    return {f"{place}.{name}": text for name, text in words.items()}


def test_a_group_without_average_is_read_and_the_rest_edited(room) -> None:
    with_record(year(2025, evaluations=(make.evaluation(structure=Structure(moyenne=NON_NOTE)),)))
    shown = {cell.key: cell.value for cell in cells(held(room).eleve)}
    assert shown["2025.071100S.groupe"] == "NN"

    assert edit(held(room), shown | {AVERAGE: "14"}, seen=1, by=room.head)

    (evaluation,) = make.record_of().scolarites[0].evaluations
    assert evaluation.structure.moyenne == NON_NOTE


def test_what_nobody_could_type_stays_as_it_came(room) -> None:
    crowd = make.evaluation(structure=Structure(effectif=12345))
    with_record(year(2025, evaluations=(crowd,)))

    assert edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)


def test_a_degree_is_of_the_scale_and_its_code_of_the_nomenclature(room) -> None:
    with pytest.raises(BadCells) as refusal:
        edit(held(room), {f"{DEGREE}.5001": "A1"}, seen=1, by=room.head)

    assert "n’est pas un degré" in refusal.value.errors[f"{DEGREE}.5001"]
    assert not edit(held(room), {f"{DEGREE}.9999": "3"}, seen=1, by=room.head)


def test_a_teacher_reads_and_edits_nothing(room) -> None:
    teacher = factories.actor(Role.ENSEIGNANT)

    with pytest.raises(NotAllowed):
        records_of(room.year, by=teacher)
    with pytest.raises(NotAllowed):
        edit(held(room), {AVERAGE: "14"}, seen=1, by=teacher)


# States


def test_signed_taken_back_signed_and_sent(room) -> None:
    year = room.year.year
    moves = [
        move(room.year, "viser", {1001: 1}, by=room.head).moved,
        move(room.year, "reprendre", {1001: 1}, by=room.head).moved,
        send(room.year, Level.TERMINALE, of=year, by=room.head),
        move(room.year, "viser", {1001: 1}, by=room.head).moved,
        send(room.year, Level.PREMIERE, of=year, by=room.head),
        send(room.year, Level.TERMINALE, of=year - 1, by=room.head),
        send(room.year, Level.TERMINALE, of=year, by=room.head),
    ]

    assert moves == [1, 1, 0, 1, 0, 0, 1]
    assert Record.objects.get().state == RecordState.SENT
    with pytest.raises(NotOpen):
        edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)


def test_what_changed_since_it_was_read_is_not_signed(room) -> None:
    make.received(make.document(make.eleve(1002), make.eleve(1003)))
    make.received(make.document(make.eleve(scolarites=(year(2025),))))

    done = move(room.year, "viser", {1001: 1, 1002: 1}, by=room.head)

    assert done == Done(1, ("NOM0001 Léa",))
    assert sorted(Record.objects.values_list("student__siecle_id", "state")) == [
        (1001, RecordState.TYPING),
        (1002, RecordState.SIGNED),
        (1003, RecordState.TYPING),
    ]


def test_an_edit_of_a_signed_record_is_to_be_signed_again(room) -> None:
    move(room.year, "viser", {1001: 1}, by=room.head)

    edit(held(room), {AVERAGE: "14"}, seen=1, by=room.head)

    assert Record.objects.get().state == RecordState.TYPING


def test_the_record_of_another_school_does_not_move(room) -> None:
    stranger = factories.actor(of=factories.school(factories.OTHER_UAI))

    assert move(room.year, "viser", {1001: 1}, by=stranger) == Done(0)


@pytest.mark.parametrize("pupils", [1, 3])
def test_the_list_costs_the_same_whatever_the_pupils(pupils: int) -> None:
    room = make.room(pupils)
    make.received(make.document(*(make.eleve(1000 + n) for n in range(1, pupils + 1))))

    with queries(3):
        assert len(records_of(room.year, by=room.head)) == pupils


# Those gone


@pytest.fixture
def next_year(room):
    """The school opens the year after, with one of the three: the first, who has a record, is not
    there."""
    School.objects.update(current_year=factories.YEAR + 1)
    room.head.school.refresh_from_db()
    following = factories.school_year(year=factories.YEAR + 1)
    pupil(2, into=factories.division("TMELEC", year=following))
    return following


def test_who_is_gone_is_still_listed_read_and_edited(room, next_year) -> None:
    found = records_of(next_year, by=room.head)

    assert [(one.pupil.siecle_id, one.year.year, one.pupil.division) for one in found] == [
        (1002, 2026, "TMELEC"),
        (1001, 2025, "TMELEC"),
    ]
    gone = record_of(next_year, 1001, by=room.head)
    assert gone is not None
    assert edit(gone, {f"{DEGREE}.5002": "4"}, seen=1, by=room.head)


def test_records_of_those_gone_are_signed_and_sent_by_their_year(room, next_year) -> None:
    done = move(next_year, "viser", {1001: 1}, by=room.head)
    sent = [send(next_year, Level.TERMINALE, of=of, by=room.head) for of in (2026, 2025)]

    assert (done.moved, sent) == (1, [0, 1])


def test_who_is_gone_without_record_is_not_listed_but_known(room, next_year) -> None:
    Record.objects.all().delete()

    assert [one.pupil.siecle_id for one in records_of(next_year, by=room.head)] == [1002]
    gone = record_of(next_year, 1001, by=room.head)
    assert gone is not None
    assert gone.record is None
    assert record_of(next_year, 9999, by=room.head) is None


def test_who_left_in_the_year_or_for_another_diploma_is_still_listed(room) -> None:
    make.received(make.document(make.eleve(1002)))
    room.first.end = date(2026, 1, 15)
    room.first.save()
    room.pupils[1].level = ""
    room.pupils[1].save()

    found = records_of(room.year, by=room.head)

    assert [(one.pupil.siecle_id, one.pupil.division) for one in found] == [
        (1003, "TMELEC"),
        (1001, None),
        (1002, "TMELEC"),
    ]


@pytest.mark.parametrize("gone", [1, 3])
def test_those_gone_cost_the_same_whatever_their_number(gone: int) -> None:
    room = make.room(3)
    make.received(make.document(*(make.eleve(1000 + n) for n in range(1, gone + 1))))
    School.objects.update(current_year=factories.YEAR + 1)
    following = factories.school_year(year=factories.YEAR + 1)

    with queries(3 + 1 + 2):
        assert len(records_of(following, by=room.head)) == gone


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


@pytest.mark.parametrize("results", [date(2026, 6, 30), date(2026, 7, 8), date(2026, 9, 25)])
def test_a_session_is_that_of_the_school_year_before_the_summer(results: date) -> None:
    assert school_year_of(results) == 2025


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


RESULTS, ARCHIVED, ENDED = date(2026, 7, 8), date(2026, 9, 8), date(2027, 3, 8)


@pytest.mark.parametrize(
    ("then", "kept"),
    [("terminale", True), ("premiere", True), ("", False), (None, False)],
)
def test_only_a_livret_the_year_after_keeps_a_record(room, then: str | None, kept: bool) -> None:
    place = factories.division("SUITE", year=factories.school_year(year=factories.YEAR + 1))
    if then is not None:
        factories.enrolment(room.first.student, into=place, level=then)

    found = purge(RESULTS, on=ENDED, by=room.head.author, apply=True)

    assert (found.removed, Record.objects.exists()) == (int(not kept), kept)


@pytest.mark.parametrize(("opened", "removed"), [(True, 1), (False, 0)])
def test_who_left_after_premiere_goes_once_the_school_knows_the_year_after(
    room, opened: bool, removed: int
) -> None:
    room.first.level = "premiere"
    room.first.save()
    if opened:
        following = factories.school_year(year=factories.YEAR + 1)
        pupil(2, into=factories.division("TMELEC", year=following))

    found = purge(RESULTS, on=ENDED, by=room.head.author, apply=True)

    assert found.removed == removed


@pytest.mark.parametrize("state", [RecordState.SIGNED, RecordState.LOCKED])
def test_who_stays_a_year_more_gets_the_record_back_by_the_next_file(room, state: str) -> None:
    if state in OPEN:
        Record.objects.update(state=state)
    else:
        Record.objects.update(state=state, closed_year=factories.YEAR)
    purge(RESULTS, on=ARCHIVED, by=room.head.author, apply=True)
    late = make.received(make.document())
    School.objects.update(current_year=factories.YEAR + 1)
    following = factories.school_year(year=factories.YEAR + 1)
    Nomenclature.objects.update(millesimes=[factories.YEAR + 1])
    NomenclatureCode.objects.update(millesime=factories.YEAR + 1)
    pupil(1, into=factories.division("TMELEC", year=following))

    again = make.received(make.document(make.eleve(scolarites=(year(2026, None),))))

    assert [one.status for one in (*late.lines, *again.lines)] == ["REJETE", "IMPORTE"]
    back = record_of(following, 1001, by=room.head)
    assert back is not None
    assert back.archived is None
    assert (back.record.state, back.record.version) == (RecordState.TYPING, 2)
    assert edit(back, {"2026.071100S.moyenne.1": "14"}, seen=2, by=room.head)


def test_the_bilans_of_a_session_leave_the_screen_with_its_records(room) -> None:
    received = Import.objects.get()

    purge(RESULTS, on=ARCHIVED, by=room.head.author, apply=True)

    assert import_of(received.pk, by=room.head) is None
    assert not imports_of(by=room.head).rows
    assert Import.objects.filter(pk=received.pk).exists()
