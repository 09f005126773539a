"""A division filled in a spreadsheet: what is handed out, what a filled file changes."""

import zipfile
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from livret_factories import FULL, Classroom, classroom, typed
from livretpro.journal.models import Entry
from livretpro.livrets.models import Periodicity
from query_counts import queries
from web.suivi.class_people import chef, of_diploma, signed_in, teacher

pytestmark = pytest.mark.django_db
SESSION_AND_DOOR = 3 + 11


@pytest.fixture
def room() -> Classroom:
    return classroom(2)


def at(room: Classroom, end: str = "") -> str:
    return of_diploma(f"divisions/{room.division.pk}/tableur/{end}")


def taken(room: Classroom, client=None) -> bytes:
    answer = (client or signed_in(chef())).post(at(room, "telecharger/"))
    assert answer.status_code == 200
    return answer.content


def table(data: bytes, name: str = "Terminale 1") -> list[list[object]]:
    return (
        CalamineWorkbook.from_filelike(BytesIO(data))
        .get_sheet_by_name(name)
        .to_python(skip_empty_area=False)
    )


# What is handed out


def test_the_workbook_holds_what_stands_under_the_heads_of_fill(room: Classroom) -> None:
    typed(room.first, FULL | {"appreciation": "=1+1"})

    labels, heads, first, second = table(taken(room))

    assert heads[:3] == ["eleve_id", "nom", "prenom"]
    assert heads[3:11] == [
        *("moyenne_1", "moyenne_2", "moyenne_3", "C1", "C2", "C3"),
        *("appreciation", "enseignant_1_nom"),
    ]
    assert labels[3:5] == ["Moyenne du trimestre 1", "Moyenne du trimestre 2"]
    assert first[:10] == ["1001", "NOM0001", "Léa", "12,50", "", "", "3", "3", "3", "=1+1"]
    assert second[:10] == ["1002", "NOM0002", "Léa", *[""] * 7]


def test_it_is_protected_and_has_neither_formula_nor_visible_mark(room: Classroom) -> None:
    data = taken(room)

    sheets = CalamineWorkbook.from_filelike(BytesIO(data)).sheets_metadata
    assert [(s.name, s.visible) for s in sheets] == [
        ("Terminale 1", SheetVisibleEnum.Visible),
        ("livretpro", SheetVisibleEnum.VeryHidden),
    ]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        pages = [archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2)]
    assert ["<sheetProtection" in page for page in pages] == [True, True]
    assert ["<f>" in page for page in pages] == [False, False]
    assert pages[0].count("<dataValidation ") == 9


def test_the_journal_tells_who_took_it(room: Classroom) -> None:
    taken(room)

    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.kind, entry.key) == ("telecharge", "division", "2025:TMELEC")
    assert entry.field == "livrets en tableur"


def test_nothing_is_handed_out_while_entry_is_closed(room: Classroom) -> None:
    Periodicity.objects.all().delete()

    answer = signed_in(chef()).post(at(room, "telecharger/"), follow=True)

    assert "aucun livret de cette division n’est ouvert" in answer.content.decode()
    assert not Entry.objects.filter(action="telecharge").exists()


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_download_costs_the_same_for_one_pupil_and_three(pupils: int) -> None:
    room = classroom(pupils)
    for pupil in room.pupils:
        typed(pupil, FULL)
    client = signed_in(teacher(room))

    with queries(SESSION_AND_DOOR + 9):
        taken(room, client)
