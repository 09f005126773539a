"""A division filled in a spreadsheet: what is handed out, what a filled file changes."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from filled_workbooks import filled
from livret_factories import FULL, Classroom, classroom, typed
from livret_reading import content
from livretpro.accounts.models import User
from livretpro.journal.models import Entry
from livretpro.livrets.models import Livret, Periodicity
from livretpro.schools.models import Enrolment
from query_counts import queries
from read_page import ReadPage, words
from web.suivi.class_people import chef, of_diploma, signed_in, teacher

pytestmark = pytest.mark.django_db
SESSION_AND_DOOR = 3 + 3
SHELL = 1


@pytest.fixture
def room() -> Classroom:
    return classroom(2)


def at(room: Classroom, end: str = "") -> str:
    return of_diploma(f"divisions/{room.division.pk}/tableur/{end}")


def taken(room: Classroom, client=None) -> bytes:
    answer = (client or signed_in(chef())).post(at(room, "telecharger/"))
    assert answer.status_code == 200
    return bytes(answer.content)


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

    with queries(SESSION_AND_DOOR + 10):
        taken(room, client)


# What comes back


def deposit(client: Client, room: Classroom, data: bytes) -> ReadPage:
    return ReadPage(client.post(at(room), {"fichier": SimpleUploadedFile("a.xlsx", data)}))


def livret_keys() -> list[int]:
    return list(Livret.objects.order_by("pk").values_list("pk", flat=True))


def sealed(page: ReadPage) -> str:
    return str(page.main.xpath(".//input[@name='apercu']/@value")[0])


def test_a_filled_file_is_shown_then_written_as_shown(room: Classroom) -> None:
    client = signed_in(teacher(room))
    page = deposit(client, room, filled(taken(room), {"D3": "12,5", "G4": "3"}))
    rows = [[words(c) for c in r.xpath("./th|./td")] for r in page.main.xpath(".//tbody/tr")]
    shown, standing = rows, content(room.first).averages

    answer = client.post(at(room, "appliquer/"), {"apercu": sealed(page)}, follow=True)

    assert shown == [
        ["NOM0001 Léa"],
        ["Moyenne, trimestre 1", "vide", "12,50"],
        ["NOM0002 Léa"],
        ["Degré C1", "vide", "3"],
    ]
    assert standing == {}
    assert ReadPage(answer).messages()[0] == "2 valeurs enregistrées."
    assert content(room.first).averages == {1: Decimal("12.50")}


def test_a_deposit_is_undone_where_nobody_changed_it(room: Classroom) -> None:
    client = signed_in(teacher(room))
    typed(room.pupils[1], {"moyenne_1": "9"})
    page = deposit(client, room, filled(taken(room), {"D3": "12,5", "G3": "3", "D4": "14"}))
    client.post(at(room, "appliquer/"), {"apercu": sealed(page)})
    typed(room.pupils[1], {"moyenne_1": "15"})
    (button,) = ReadPage(client.get(at(room))).main.xpath(".//form[button='Annuler ce dépôt']")

    answer = ReadPage(client.post(button.get("action"), follow=True))

    assert answer.messages() == [
        "Dépôt annulé : 1 livret a changé.",
        "Laissés tels quels : NOM0002 Léa (changé entre-temps).",
    ]
    assert (content(room.first).averages, content(room.first).degrees) == ({}, {})
    assert content(room.pupils[1]).averages == {1: Decimal(15)}
    assert "Annuler ce dépôt" not in answer.text


def test_a_refused_cell_leaves_nothing_to_apply(room: Classroom) -> None:
    page = deposit(signed_in(teacher(room)), room, filled(taken(room), {"D3": "21", "E3": "12"}))

    assert "Terminale 1, cellule D3 : « 21 » n’est pas entre 0 et 20." in page.text
    assert page.main.xpath(".//button[.='Appliquer'] | .//input[@name='apercu']") == []


def test_a_conflict_keeps_what_stands_unless_it_is_chosen(room: Classroom) -> None:
    client = signed_in(teacher(room))
    data = filled(taken(room), {"D3": "13"})
    typed(room.first, {"moyenne_1": "12"})
    page = deposit(client, room, data)

    client.post(at(room, "appliquer/"), {"apercu": sealed(page)})
    kept = content(room.first).averages[1]
    client.post(at(room, "appliquer/"), {"apercu": sealed(page), "prendre": "1001:moyenne_1"})

    assert (kept, content(room.first).averages[1]) == (Decimal(12), Decimal(13))


def test_a_value_that_changed_after_the_preview_stops_everything(room: Classroom) -> None:
    client = signed_in(teacher(room))
    page = deposit(client, room, filled(taken(room), {"D3": "13", "D4": "14"}))
    typed(room.first, {"moyenne_1": "12"})

    answer = client.post(at(room, "appliquer/"), {"apercu": sealed(page)})

    assert answer.status_code == 409
    assert "Rien n’a été écrit" in ReadPage(answer).text
    assert content(room.pupils[1]).averages == {}


def test_the_journal_tells_who_deposited_how_many_values(room: Classroom) -> None:
    client = signed_in(teacher(room))
    page = deposit(client, room, filled(taken(room), {"D3": "13", "D4": "14"}))
    client.post(at(room, "appliquer/"), {"apercu": sealed(page)})

    told = Entry.objects.order_by("pk").values_list("action", "kind", "key", "field")
    assert list(told)[-3:] == [
        *(("modifie", "livret", str(pk), "moyenne_1") for pk in livret_keys()),
        ("depose", "division", "2025:TMELEC", "livrets en tableur : 2"),
    ]


def test_a_pupil_gone_since_the_preview_stops_everything_and_is_named(room: Classroom) -> None:
    client = signed_in(teacher(room))
    page = deposit(client, room, filled(taken(room), {"D3": "13", "D4": "14"}))
    Enrolment.objects.filter(pk=room.first.pk).update(end=date(2025, 10, 1))

    again = ReadPage(client.post(at(room, "appliquer/"), {"apercu": sealed(page)}))

    assert again.status == 409
    assert "Élève 1001 : L’élève 1001 n’est plus dans cette division." in again.text
    assert again.main.xpath(".//input[@name='apercu']") == []
    assert content(room.pupils[1]).averages == {}


def test_the_row_of_a_pupil_gone_since_the_download_is_left_out_and_told(room: Classroom) -> None:
    book = filled(taken(room), {"D3": "12", "D4": "13"})
    Enrolment.objects.filter(pk=room.first.pk).update(end=date(2026, 1, 12))
    teacher_of = signed_in(teacher(room))

    page = deposit(teacher_of, room, book)

    assert "est laissée de côté : NOM0001 Léa n’est plus dans cette division." in page.text
    assert teacher_of.post(at(room, "appliquer/"), {"apercu": sealed(page)}).status_code == 302
    assert content(room.pupils[1]).averages == {1: Decimal("13.00")}


def test_a_file_left_as_it_was_changes_nothing(room: Classroom) -> None:
    page = deposit(signed_in(teacher(room)), room, taken(room))

    assert "Le fichier ne change rien : les livrets disent déjà la même chose." in page.text
    assert page.main.xpath(".//input[@name='apercu']") == []


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_deposit_costs_the_same_for_one_pupil_and_three(pupils: int) -> None:
    room = classroom(pupils)
    client = signed_in(teacher(room))
    data = filled(taken(room), {f"D{line}": "12" for line in range(3, 3 + pupils)})

    with queries(SESSION_AND_DOOR + SHELL + 11):
        page = deposit(client, room, data)
    with queries(SESSION_AND_DOOR + 19):
        client.post(at(room, "appliquer/"), {"apercu": sealed(page)})

    assert [content(pupil).averages for pupil in room.pupils] == [{1: Decimal(12)}] * pupils


def test_a_preview_is_taken_from_its_reader_alone(room: Classroom) -> None:
    page = deposit(signed_in(teacher(room)), room, filled(taken(room), {"D3": "13"}))

    head = User.objects.get(identifier="claire.ferrand")

    answers = [
        signed_in(head).post(at(room, "appliquer/"), {"apercu": sealed(page)}),
        signed_in(head).post(at(room, "appliquer/"), {"apercu": "faux"}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_a_file_that_is_no_workbook_is_told(room: Classroom) -> None:
    page = deposit(signed_in(teacher(room)), room, b"bonjour")

    assert page.status == 422
    assert "Ce fichier n’est pas un classeur .xlsx" in page.text
