"""A bilan as `.xls`: what is written is read back, cell by cell, and nothing of it is a formula."""

from dataclasses import replace
from datetime import date

import pytest

from bilans import SHA, a_bilan, a_finding, a_pupil, rows_of
from lsl_rules import Code, Status, bilan_name, read_bilan, write_bilan
from lsl_rules.bilan_layout import neutral, plain
from lsl_rules.bilan_writing import MAX_CELL

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def test_a_bilan_is_biff8_whose_three_sheets_are_read_back_cell_by_cell() -> None:
    finding = a_finding(Code.PARLSL_V03, value="21")
    bilan = a_bilan(a_pupil(1, finding), a_pupil(2, last_name="ŒUVRÉ 🦊", ine="0123456789A"))

    data = write_bilan(bilan)

    assert data.startswith(OLE2)
    assert rows_of(data) == {
        "Bilan": [
            ["UAI", "0599001N"],
            ["Établissement", "Lycée de Valmeray"],
            ["Fichier", "LSLPRO_0599001N_TCIEL1_2025_v001.xml"],
            ["SHA-256", SHA],
            ["Éditeur", "LivretPro"],
            ["Application", "LivretPro Suivi"],
            ["Version du schéma", "1.1"],
            ["Date", "19 mai 2026, 10 h 34"],
            ["Auteur", "Claire Ferrand"],
            ["Résultat", "Fichier traité"],
            ["Élèves lus", "2"],
            ["Élèves importés", "1"],
            ["Élèves partiels", "1"],
            ["Élèves rejetés", "0"],
            ["Éléments créés", "0"],
            ["Éléments remplacés", "0"],
            ["Éléments inchangés", "0"],
        ],
        "Élèves": [
            [
                *("Rang", "ELEVE_ID", "INE", "Nom", "Prénom", "Division", "MEF", "Année"),
                *("Statut", "Code", "Libellé"),
            ],
            [
                *("1", "1001", "", "MARTIN", "Léa", "TCIEL1", "2473250231", "2025"),
                *("PARTIEL", "PARLSL_V03", "Moyenne ou note hors de 0 à 20"),
            ],
            [
                *("2", "1002", "0123456789A", "ŒUVRÉ 🦊", "Léa", "TCIEL1", "2473250231", "2025"),
                *("IMPORTÉ", "", ""),
            ],
        ],
        "Constats": [
            [
                *("Rang", "ELEVE_ID", "Nom", "Prénom", "Code", "Libellé", "Lieu"),
                *("Valeur reçue", "Action", "Constat"),
            ],
            [
                *("1", "1001", "MARTIN", "Léa", "PARLSL_V03", "Moyenne ou note hors de 0 à 20"),
                *("année 2025, matière 071000 (O)", "21", "Moyenne ou note ignorée"),
                "Moyenne ou note hors de 0 à 20.",
            ],
        ],
    }


def test_the_refusals_of_a_file_and_the_pupils_who_are_not_in_it_are_findings() -> None:
    refusal = a_finding(Code.REJLSL_F03, place="en-tête", value="Autre", eleve_id=None)
    absent = a_finding(Code.INFLSL_01, place="", value="1009", eleve_id=1009)

    sheets = rows_of(write_bilan(replace(a_bilan(refusals=(refusal,)), absent=(absent,))))

    assert ["Résultat", "Fichier rejeté, rien n’est importé"] in sheets["Bilan"]
    assert [line[:2] + line[4:5] for line in sheets["Constats"][1:]] == [
        ["", "", "REJLSL_F03"],
        ["", "1009", "INFLSL_01"],
    ]


HOSTILE = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1+1",
    "''@a",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe_that_reading_takes_off(
    text: str,
) -> None:
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text
    names = {line[3] for line in rows_of(write_bilan(a_bilan(a_pupil(last_name=text))))["Élèves"]}
    assert names == {"Nom", f"'{text}"}


@pytest.mark.parametrize("text", ["-1", "+12,5", "12", "'", "O'Brien", "l’élève", ""])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert (neutral(text), plain(text)) == (text, text)


@pytest.mark.parametrize("sign", ["x", "é", "œ"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(sign: str) -> None:
    exact = sign * MAX_CELL

    data = write_bilan(a_bilan(a_pupil(last_name=exact), a_pupil(2, last_name=exact + sign)))

    fits, cut = [line[3] for line in rows_of(data)["Élèves"][1:]]
    assert fits == exact
    assert (len(cut), cut[-5:]) == (MAX_CELL, f"{sign} […]")


def test_a_long_text_is_never_cut_inside_a_sign_of_two_units() -> None:
    sheets = rows_of(write_bilan(a_bilan(a_pupil(last_name="🦊" * MAX_CELL))))

    assert sheets["Élèves"][1][3].endswith("🦊 […]")


def test_findings_that_no_sheet_can_hold_are_left_out_evenly_and_counted() -> None:
    three = tuple(a_finding(value=str(n)) for n in range(3))
    pupils = [a_pupil(rank, *three) for rank in range(1, 11)]
    absent = (a_finding(Code.INFLSL_01, eleve_id=1),) * 2

    data = write_bilan(replace(a_bilan(*pupils), absent=absent), max_lines=23)

    sheets = rows_of(data)
    assert [line[0] + line[7] for line in sheets["Constats"][3:]] == [
        f"{rank}{value}" for rank in range(1, 11) for value in (0, 1)
    ]
    assert sheets["Bilan"][-1] == [
        "Non écrit",
        "10 constats : une feuille .xls a 23 lignes au plus",
    ]


def test_pupils_that_no_sheet_can_hold_are_counted() -> None:
    pupils = [a_pupil(rank, a_finding()) for rank in range(1, 8)]

    sheets = rows_of(write_bilan(a_bilan(*pupils), max_lines=5))

    assert (len(sheets["Élèves"]), len(sheets["Constats"])) == (5, 5)
    assert sheets["Bilan"][-1] == [
        "Non écrit",
        "3 élèves et 3 constats : une feuille .xls a 5 lignes au plus",
    ]


def test_the_second_bilan_of_a_day_says_so_in_its_name() -> None:
    day = date(2026, 5, 9)

    assert bilan_name(day) == "LSL_Bilan_import_2026-05-09.xls"
    assert bilan_name(day, 2) == "LSL_Bilan_import_2026-05-09-2.xls"


def test_what_is_written_comes_back_whole() -> None:
    rejected = a_pupil(2, a_finding(Code.REJLSL_E04, value="=1+1", place=""), status=Status.REJETE)
    data = write_bilan(a_bilan(a_pupil(1), rejected, unchecked="La division."))
    read = read_bilan(data)

    assert rows_of(data)["Bilan"][-1] == ["Non contrôlé", "La division."]
    assert (read.header.uai, read.header.sha256) == ("0599001N", SHA)
    assert [(pupil.eleve_id, pupil.status) for pupil in read.pupils] == [
        (1001, Status.IMPORTE),
        (1002, Status.REJETE),
    ]
    assert [finding.value for finding in read.pupils[1].findings] == ["=1+1"]
    assert (read.file, read.unknown_columns, read.unread) == ((), (), ())
