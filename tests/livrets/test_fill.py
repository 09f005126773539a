"""Filling livrets from a sheet: what is written, at what cost, and beside other writers."""

from datetime import date
from functools import partial

import pytest

import factories
import livret_factories as make
import safe_input
from at_once import at_once, kinds
from livret_reading import content, told
from livretpro.journal.models import Entry
from livretpro.livrets.actions import fill, record
from livretpro.livrets.models import Livret
from livretpro.livrets.queries import sheets
from query_counts import queries

pytestmark = pytest.mark.django_db


def filled(room, *lines, apply=True, by=None):
    return fill(room.year, "\n".join(lines), by=by or room.head, apply=apply)


def changes(filling):
    return [
        (c.siecle_id, c.saved.field.key, c.saved.before, c.saved.after) for c in filling.changes
    ]


def errors(filling):
    return [(e.line, e.column, e.phrase) for e in filling.errors]


# What is written


def test_a_sheet_makes_livrets_green() -> None:
    room = make.classroom(2)
    heads = [key.removeprefix("competence:") for key in make.FULL]
    typed = ";".join(make.FULL.values())

    filling = filled(room, ";".join(["eleve_id", *heads]), f"1001;{typed}", f"1002;{typed}")

    assert (filling.applied, errors(filling)) == (True, [])
    assert len(filling.changes) == 2 * len(make.FULL)
    assert [s.status.colour for s in sheets(room.pupils, room.year)] == ["vert", "vert"]


def test_without_apply_the_same_changes_are_told_and_nothing_is_written() -> None:
    room = make.classroom()
    record(room.first, "moyenne_1", "11", by=room.head)
    lines = ("eleve_id;moyenne_1;C1", "1001;12,5;3")

    compared = filled(room, *lines, apply=False)
    standing = content(room.first)
    written = filled(room, *lines)

    assert changes(compared) == [
        (1001, "moyenne_1", "11,00", "12,50"),
        (1001, "competence:C1", "", "3"),
    ]
    assert (str(standing.averages[1]), standing.degrees, compared.applied) == ("11.00", {}, False)
    assert changes(written) == changes(compared)


def test_comparing_makes_no_livret() -> None:
    room = make.classroom()

    filled(room, "eleve_id;moyenne_1", "1001;12", apply=False)

    assert not Livret.objects.exists()


def test_each_changed_cell_has_its_entry_in_the_journal() -> None:
    room = make.classroom(2)
    record(room.pupils[1], "moyenne_1", "12", by=room.head)

    filled(
        room,
        "eleve_id;moyenne_1;C1",
        "1001;12;3",
        "1002;12;4",
        by=make.teacher(speciality=[room.division]),
    )

    assert told() == [
        ("moyenne_1", "", "12,00"),
        ("moyenne_1", "", "12,00"),
        ("competence:C1", "", "3"),
        ("competence:C1", "", "4"),
    ]
    authors = Entry.objects.order_by("pk").values_list("author_id", flat=True)
    assert list(authors) == ["a.martin", "z.petit", "z.petit", "z.petit"]


def test_the_same_sheet_again_changes_nothing() -> None:
    room = make.classroom()
    lines = ("eleve_id;moyenne_1;moyenne_2;appreciation", "1001;12,5;NN;Bien.")
    filled(room, *lines)
    before = told()

    again = filled(room, *lines)

    assert (again.changes, again.applied) == ((), True)
    assert told() == before


def test_a_dash_empties_and_an_empty_cell_changes_nothing() -> None:
    room = make.classroom()
    make.typed(room.first, make.FULL)

    filling = filled(
        room,
        "eleve_id;moyenne_1;C1;C2;appreciation;enseignant_1_nom;pfmp_synthese",
        "1001;-; - ;;-;;",
    )

    kept = content(room.first)
    assert changes(filling) == [
        (1001, "moyenne_1", "12,50", ""),
        (1001, "competence:C1", "3", ""),
        (1001, "appreciation", "De réels progrès.", ""),
    ]
    assert (dict(kept.averages), kept.degrees) == ({}, {"C2": 3, "C3": 3})
    assert (kept.appreciation, kept.pfmp.synthesis) == ("", "Six semaines en entreprise.")


@pytest.mark.parametrize("word", ["NN", "nn", "N", "non noté"])
def test_nn_says_not_graded(word) -> None:
    room = make.classroom()

    filling = filled(room, "eleve_id;moyenne_2", f"1001;{word}")

    assert changes(filling) == [(1001, "moyenne_2", "", "NN")]


def test_an_appreciation_on_several_lines_is_kept_and_later_errors_have_their_line() -> None:
    room = make.classroom(2)

    filling = filled(
        room, "eleve_id;appreciation;C1", '1001;"Une ligne.\r\nDeux lignes.";3', "1002;Bien.;9"
    )

    assert errors(filling) == [(4, "C1", "« 9 » n’est pas un degré : 1, 2, 3 ou 4.")]
    filling = filled(room, "eleve_id;appreciation", '1001;"Une ligne.\r\nDeux lignes."')
    assert changes(filling) == [(1001, "appreciation", "", "Une ligne.\nDeux lignes.")]


def test_a_file_of_excel_with_its_mark_and_line_ends_is_read() -> None:
    room = make.classroom()
    data = "\ufeffeleve_id;appreciation\r\n1001;Été réussi.\r\n".encode()

    filling = fill(room.year, safe_input.read_text(data), by=room.head, apply=True)

    assert errors(filling) == []
    assert content(room.first).appreciation == "Été réussi."


def test_a_pupil_without_referentiel_and_without_cell_does_not_stop_the_others() -> None:
    room = make.classroom(2)
    other = room.pupils[1]
    other.cfd = make.diploma("40025519", loaded=False).cfd
    other.save()

    filling = filled(room, "eleve_id;moyenne_1", "1001;12", "1002;")

    assert changes(filling) == [(1001, "moyenne_1", "", "12,00")]
    assert filling.applied


def test_a_pupil_who_changed_division_is_filled_where_he_is() -> None:
    room = make.classroom()
    room.first.end = date(2025, 11, 3)
    room.first.save()
    now = make.pupil(1, into=factories.division("TMELEC2"))

    filling = filled(room, "eleve_id;moyenne_1", "1001;12")

    assert filling.applied
    assert str(content(now).averages[1]) == "12.00"


def test_a_pupil_who_leaves_on_the_last_day_of_the_year_is_not_filled_any_more() -> None:
    room = make.classroom()
    room.first.end = room.year.end
    room.first.save()

    filling = filled(room, "eleve_id;moyenne_1", "1001;12")

    assert [error.line for error in filling.errors] == [2]
    assert not filling.applied


# Cost, and two people at the same instant


@pytest.mark.parametrize("pupils", [1, 3])
def test_comparing_costs_eight_queries_whatever_the_number_of_pupils(pupils) -> None:
    room = make.classroom(pupils)
    for pupil in room.pupils:
        record(pupil, "moyenne_1", "11", by=room.head)
    lines = [f"100{n};12;3;Bien." for n in range(1, pupils + 1)]

    with queries(8):
        filling = filled(room, "eleve_id;moyenne_1;C1;appreciation", *lines, apply=False)

    assert len(filling.changes) == 3 * pupils


@pytest.mark.parametrize("pupils", [1, 3])
def test_writing_costs_nineteen_queries_whatever_the_number_of_pupils(pupils) -> None:
    room = make.classroom(pupils)
    lines = [f"100{n};12;3;Bien.;DURAND" for n in range(1, pupils + 1)]

    with queries(19):
        filled(room, "eleve_id;moyenne_1;C1;appreciation;enseignant_1_nom", *lines)

    assert len(told()) == 4 * pupils


@pytest.mark.django_db(transaction=True)
def test_a_sheet_and_a_save_at_the_same_instant_lose_nothing() -> None:
    room = make.classroom()
    lines = "eleve_id;moyenne_1\n1001;12"

    outcomes = at_once(
        partial(fill, room.year, lines, by=room.head, apply=True),
        partial(record, room.first, "moyenne_1", "14", by=room.head),
    )

    chain = told()
    assert kinds(outcomes) == ["Filling", "Saved"]
    assert [before for _, before, _ in chain] == ["", chain[0][2]]
    assert sorted(after for _, _, after in chain) == ["12,00", "14,00"]


@pytest.mark.django_db(transaction=True)
def test_two_sheets_in_opposite_orders_at_the_same_instant_both_stand() -> None:
    room = make.classroom(3)
    pupils = [f"100{n}" for n in (1, 2, 3)]
    down = "eleve_id;moyenne_1\n" + "\n".join(f"{p};12" for p in pupils)
    up = "eleve_id;C1\n" + "\n".join(f"{p};3" for p in reversed(pupils))

    outcomes = at_once(
        *(partial(fill, room.year, text, by=room.head, apply=True) for text in (down, up))
    )

    assert kinds(outcomes) == ["Filling", "Filling"]
    assert len(told()) == 6
