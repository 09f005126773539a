"""The form of a sheet of values: columns, rows, and the place of every error."""

import csv
import io

import pytest

from livretpro.livrets.sheet import UNREADABLE, SheetError, read

CODES = frozenset({"C1", "C2"})


def errors(text):
    return [(e.line, e.column, e.phrase) for e in read(text, CODES).errors]


def rows(text):
    return [(row.line, row.siecle_id, dict(row.cells)) for row in read(text, CODES).rows]


def test_cells_are_told_by_the_head_of_their_column_and_empty_ones_left_out() -> None:
    text = "eleve_id;moyenne_1;C1;appreciation\n1001;12,5;;Bien.\n1002; ;3;\n"

    assert rows(text) == [
        (2, 1001, {"moyenne_1": "12,5", "appreciation": "Bien."}),
        (3, 1002, {"C1": "3"}),
    ]
    assert errors(text) == []


def test_line_ends_of_windows_and_blank_lines_do_not_shift_the_lines() -> None:
    text = "eleve_id;C1\r\n\r\n1001;3\r\n;;;\r\n1002;4\r\n"

    assert [(line, pupil) for line, pupil, _ in rows(text)] == [(3, 1001), (5, 1002)]


def test_a_quoted_cell_on_several_lines_keeps_them_and_the_right_line_numbers() -> None:
    text = 'eleve_id;appreciation\n1001;"Une ; ligne.\nDeux ""lignes""."\n1002;Bien.\nx;Non.\n'

    assert rows(text) == [
        (2, 1001, {"appreciation": 'Une ; ligne.\nDeux "lignes".'}),
        (4, 1002, {"appreciation": "Bien."}),
    ]
    assert errors(text) == [(5, "eleve_id", "« x » n’est pas un identifiant SIECLE d’élève.")]


def test_short_rows_and_empty_cells_too_many_are_taken() -> None:
    assert rows("eleve_id;C1;C2\n1001;3\n1002;3;4;;\n") == [
        (2, 1001, {"C1": "3"}),
        (3, 1002, {"C1": "3", "C2": "4"}),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", [("eleve_id", "La première colonne doit s’appeler « eleve_id ».")]),
        ("C1;eleve_id", [("eleve_id", "La première colonne doit s’appeler « eleve_id ».")]),
        ("eleve_id;C9", [("C9", "La colonne « C9 » est inconnue.")]),
        ("eleve_id;moyenne_4", [("moyenne_4", "La colonne « moyenne_4 » est inconnue.")]),
        (
            "eleve_id;competence:C1",
            [("competence:C1", "La colonne « competence:C1 » est inconnue.")],
        ),
        (
            "eleve_id;C1;nom;C1;taille",
            [
                ("nom", "La colonne « nom » est inconnue."),
                ("C1", "La colonne « C1 » figure deux fois."),
                ("taille", "La colonne « taille » est inconnue."),
            ],
        ),
    ],
)
def test_every_faulty_column_is_told_on_line_1_and_not_read(header, expected) -> None:
    text = f"{header}\n1001;3\n"

    faulty = {column for column, _ in expected}
    assert errors(text) == [(1, column, phrase) for column, phrase in expected]
    assert [column for *_, cells in rows(text) for column in cells if column in faulty] == []


@pytest.mark.parametrize("pupil", ["", "abc", "-1", "1.5", "²", "٣", "9" * 19, "9" * 5000])
def test_a_row_without_an_identifier_is_an_error_of_its_line(pupil) -> None:
    phrase = f"« {pupil} » n’est pas un identifiant SIECLE d’élève."

    assert errors(f"eleve_id;C1\n{pupil};3\n") == [(2, "eleve_id", phrase)]


def test_a_pupil_twice_is_an_error_of_the_second_line() -> None:
    text = "eleve_id;C1\n1001;3\n1002;3\n 01001 ;4\n"

    assert errors(text) == [(4, "eleve_id", "L’élève 01001 est déjà plus haut dans le fichier.")]


def test_more_cells_than_columns_is_an_error_of_the_line() -> None:
    assert errors("eleve_id;C1\n1001;3;4\n") == [(2, "", "La ligne a 3 cellules pour 2 colonnes.")]


def test_a_quote_never_closed_over_a_huge_file_is_told_where_it_opens() -> None:
    tail = "1002;Bien.\n" * (csv.field_size_limit() // 10)

    sheet = read(f'eleve_id;appreciation\n1001;Bien.\n1003;"Bien.\n{tail}', CODES)

    assert sheet.errors == (SheetError(3, "", UNREADABLE),)
    assert sheet.rows == ()


@pytest.mark.parametrize("cell", ['"Bien.', '"Bien."!'])
def test_a_quote_missing_or_too_many_is_an_error_of_its_line(cell: str) -> None:
    sheet = read(f"eleve_id;appreciation\n1001;Bien.\n1002;{cell}\n1003;Bien.\n", CODES)

    assert (sheet.rows, sheet.errors) == ((), (SheetError(3, "", UNREADABLE),))


def test_errors_of_the_header_do_not_hide_those_of_the_rows() -> None:
    assert errors("eleve_id;C99;C1\nabc;;3\n") == [
        (1, "C99", "La colonne « C99 » est inconnue."),
        (2, "eleve_id", "« abc » n’est pas un identifiant SIECLE d’élève."),
    ]


def test_what_python_writes_is_read_back() -> None:
    out = io.StringIO()
    cells = ["1001", 'Il a dit : "bien" ;\nvoilà', "3"]
    csv.writer(out, delimiter=";").writerows([["eleve_id", "appreciation", "C1"], cells])

    assert rows(out.getvalue()) == [(2, 1001, {"appreciation": cells[1], "C1": "3"})]
