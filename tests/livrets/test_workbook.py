"""A workbook taken, filled and read back: what it changes, what it refuses, what met meanwhile."""

import zipfile
from io import BytesIO

import pytest

import livret_factories as make
import safe_input
from filled_workbooks import filled
from livret_reading import content
from livretpro.livrets.actions import (
    Agreed,
    WrongWorkbook,
    apply_agreed,
    compare_workbook,
    hand_out_workbook,
    record,
)
from livretpro.livrets.models import Livret
from livretpro.schools.models import Division
from query_counts import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> make.Classroom:
    return make.classroom(2)


def taken(room, by=None) -> bytes:
    cfd = room.diploma.cfd
    return hand_out_workbook(room.division, cfd, room.pupils, by=by or room.head)


def compared(room, data, by=None, division=None, cfd=None):
    return compare_workbook(
        data,
        division or room.division,
        cfd or room.diploma.cfd,
        room.pupils,
        by=by or room.head,
    )


def changes(filling):
    return [
        (c.siecle_id, c.saved.field.key, c.saved.before, c.saved.after) for c in filling.changes
    ]


def test_an_untouched_workbook_changes_nothing_whatever_others_wrote(room) -> None:
    record(room.first, "moyenne_1", "11", by=room.head)
    data = taken(room)
    record(room.first, "moyenne_1", "12", by=room.head)

    filling = compared(room, data).filling

    assert (changes(filling), filling.errors, filling.conflicts) == ([], (), ())


def test_cells_filled_and_emptied_are_told_pupil_by_pupil_and_nothing_is_written(room) -> None:
    record(room.first, "moyenne_1", "11", by=room.head)
    data = filled(taken(room), {"D3": "", "G3": "3", "D4": "nn", "J4": "=1+1"})

    filling = compared(room, data).filling

    assert changes(filling) == [
        (1001, "moyenne_1", "11,00", ""),
        (1001, "competence:C1", "", "3"),
        (1002, "moyenne_1", "", "NN"),
        (1002, "appreciation", "", "=1+1"),
    ]
    assert content(room.first).degrees == {}


def test_a_cell_that_others_changed_meanwhile_shows_both_values(room) -> None:
    record(room.first, "moyenne_1", "11", by=room.head)
    data = filled(taken(room), {"D3": "13", "E3": "14"})
    record(room.first, "moyenne_1", "12", by=room.head)

    filling = compared(room, data).filling

    (conflict,) = filling.conflicts
    assert (conflict.seen, conflict.saved.before, conflict.saved.after) == (
        *("11,00", "12,00"),
        "13,00",
    )
    assert changes(filling) == [(1001, "moyenne_2", "", "14,00")]


def test_a_refused_cell_is_told_with_its_address(room) -> None:
    found = compared(room, filled(taken(room), {"D3": "21", "G4": "5"}))

    assert [(found.filled.address(e), e.phrase) for e in found.filling.errors] == [
        ("Terminale 1, cellule D3", "« 21 » n’est pas entre 0 et 20."),
        ("Terminale 1, cellule G4", "« 5 » n’est pas un degré : 1, 2, 3 ou 4."),
    ]


def test_a_cell_without_right_is_an_error(room) -> None:
    other = make.teacher(principal=[room.division])

    found = compared(room, filled(taken(room), {"D3": "12"}), by=other)

    assert [e.phrase for e in found.filling.errors] == [
        "Votre rôle ne permet pas d’écrire cette partie du livret."
    ]


@pytest.mark.parametrize(
    ("cell", "text", "said"),
    [
        ("A2", "0990009Z", "de l’établissement 0990009Z"),
        ("B2", "2019", "de l’année scolaire 2019"),
        ("A3", "40099999", "d’un autre diplôme (40099999)"),
        ("B3", "TAUTRE", "de la division TAUTRE"),
    ],
)
def test_a_workbook_of_elsewhere_is_refused_with_a_sentence(room, cell, text, said) -> None:
    with pytest.raises(WrongWorkbook) as refusal:
        compared(room, filled(taken(room), {cell: text}, "sheet2"))

    assert refusal.value.phrase.startswith(f"Ce classeur est celui {said} : déposez")


def test_what_was_agreed_is_written_and_told_all_or_none(room) -> None:
    agreed = [Agreed(1001, "moyenne_1", "13,00", ""), Agreed(1002, "C1", "3", "")]
    record(room.pupils[1], "competence:C1", "2", by=room.head)

    refused = apply_agreed(room.division, agreed, room.pupils, by=room.head)
    before = Livret.objects.count()
    written = apply_agreed(room.division, agreed[:1], room.pupils, by=room.head)

    assert (refused.applied, len(refused.conflicts), before) == (False, 1, 1)
    assert (written.applied, changes(written)) == (True, [(1001, "moyenne_1", "", "13,00")])


def test_cells_far_from_the_table_are_refused_before_anything_is_laid_out(room) -> None:
    data = taken(room)
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name).replace(b'r="D3"', b'r="XFD1048576"'))

    with pytest.raises(safe_input.Refused) as refusal:
        compared(room, out.getvalue())

    assert refusal.value.code == "classeur_etendu"


def test_a_long_text_shared_by_all_cells_is_refused_before_it_is_copied(room) -> None:
    data = taken(room)
    cells = b'<row r="9">%s</row>' % (b'<c t="s"><v>0</v></c>' * 100)
    changes = {
        "xl/worksheets/sheet1.xml": (b"</sheetData>", cells + b"</sheetData>"),
        "xl/sharedStrings.xml": (b"Identifiant SIECLE", b"x" * 100_000),
    }
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name).replace(*changes.get(name, (b"\0", b""))))

    with pytest.raises(safe_input.Refused) as refusal:
        compared(room, out.getvalue())

    assert refusal.value.code == "classeur_etendu"


@pytest.mark.parametrize("pupils", [1, 3])
def test_comparing_costs_the_same_for_one_pupil_and_three(pupils: int) -> None:
    room = make.classroom(pupils)
    data = filled(taken(room), {f"D{line}": "12" for line in range(3, 3 + pupils)})
    division = Division.objects.select_related("school_year").get(pk=room.division.pk)

    with queries(7):
        found = compared(room, data, division=division)

    assert len(found.filling.changes) == pupils
