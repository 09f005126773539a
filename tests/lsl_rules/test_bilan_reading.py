"""A bilan that comes back: `.xls` or `.xlsx`, its columns by name; anything else is refused."""

import io
import zipfile
from collections.abc import Callable

import pytest

from bilans import SHA, Rows, a_bilan, a_finding, a_pupil, as_xlsx, far_cell, rows_of
from lsl_rules import Code, ReturnedFinding, Status, read_bilan, write_bilan
from safe_input import Refused

MIB = 1024 * 1024


def sheets() -> Rows:
    """The sheets of a bilan of two pupils, one of them partial."""
    return rows_of(write_bilan(a_bilan(a_pupil(1), a_pupil(2, a_finding(place="moyenne")))))


def turned(lines: list[list[str]]) -> list[list[str]]:
    """The same columns from the last to the first."""
    return [line[::-1] for line in lines]


def renamed(lines: list[list[str]], **names: str) -> list[list[str]]:
    return [[names.get(cell, cell) for cell in lines[0]], *lines[1:]]


def statuses(data: bytes) -> list[tuple[int | None, Status, list[str]]]:
    return [
        (pupil.eleve_id, pupil.status, [finding.place for finding in pupil.findings])
        for pupil in read_bilan(data).pupils
    ]


HONEST = [(1001, Status.IMPORTE, []), (1002, Status.PARTIEL, ["moyenne"])]


def one_sheet(found: Rows) -> Rows:
    """Header, an empty line, then the pupils, all in one sheet."""
    return {
        "Feuille1": [*found["Bilan"], [], *found["Élèves"]],
        "Autre": found["Constats"],
    }


def two_sheets(found: Rows) -> Rows:
    """The pupils by what became of them, some of them twice."""
    head, first, second = found["Élèves"]
    return {
        "Bilan": found["Bilan"],
        "Importés": [head, first],
        "Les autres": [head, second, first],
        "Constats": found["Constats"],
    }


ALIKE: dict[str, Callable[[Rows], Rows]] = {
    "two sheets of pupils": two_sheets,
    "same": lambda found: found,
    "other titles": lambda found: dict(zip("ABC", found.values(), strict=True)),
    "columns the other way": lambda found: {
        **found,
        "Élèves": turned(found["Élèves"]),
        "Constats": turned(found["Constats"]),
    },
    "other names": lambda found: {
        **found,
        "Élèves": renamed(found["Élèves"], ELEVE_ID="Identifiant élève", Statut="RESULTAT"),
        "Constats": renamed(found["Constats"], Lieu="champ", ELEVE_ID="id"),
    },
    "one sheet": one_sheet,
    "findings without rank": lambda found: {
        **found,
        "Constats": [line[1:] for line in found["Constats"]],
    },
    "empty lines": lambda found: {**found, "Élèves": [[], *found["Élèves"], [], [" "]]},
}


def test_findings_that_number_their_own_lines_go_to_the_pupil_they_name() -> None:
    absent = a_finding(Code.INFLSL_01, place="", eleve_id=1003)
    found = sheets()
    heads, own = found["Constats"]
    found["Constats"] = [
        heads,
        ["1", *own[1:]],
        ["2", "1003", "", "", absent.code, *[""] * (len(heads) - 5)],
    ]

    read = read_bilan(as_xlsx(found))

    assert statuses(as_xlsx(found)) == HONEST
    assert [one.code for one in read.file] == ["INFLSL_01"]


@pytest.mark.parametrize("name", ALIKE)
def test_a_bilan_is_known_by_the_names_of_its_columns(name: str) -> None:
    read = read_bilan(as_xlsx(ALIKE[name](sheets())))

    assert (read.header.uai, read.header.sha256) == ("0599001N", SHA)
    assert [
        (pupil.eleve_id, pupil.status, [finding.place for finding in pupil.findings])
        for pupil in read.pupils
    ] == HONEST
    assert (read.file, read.unknown_columns, read.unread) == ((), (), ())


def test_unknown_columns_and_lines_are_told_and_the_rest_is_read() -> None:
    found = sheets()
    head, first, second = found["Élèves"]
    strange = [*second[:8], "EN COURS", *second[9:]]
    nobody = ["3", "²", "", *second[3:]]
    found["Élèves"] = [[*head, "Photo"], first, strange, nobody]

    read = read_bilan(as_xlsx(found))

    assert [pupil.eleve_id for pupil in read.pupils] == [1001]
    assert [finding.code for finding in read.file] == ["PARLSL_V01"]
    assert read.unknown_columns == ("Photo",)
    assert read.unread == (
        (
            "Feuille « Élèves », ligne 3 : le statut « EN COURS » n’est ni IMPORTÉ, ni PARTIEL, "
            "ni REJETÉ."
        ),
        "Feuille « Élèves », ligne 4 : l’élève n’a ni identifiant ni INE lisible.",
    )


def test_without_a_sheet_of_findings_the_line_of_the_pupil_tells() -> None:
    found = {"Élèves": sheets()["Élèves"]}

    (pupil,) = [one for one in read_bilan(as_xlsx(found)).pupils if one.findings]

    assert pupil.findings == (ReturnedFinding("PARLSL_V01", Code.PARLSL_V01.label),)


def test_a_code_that_we_do_not_know_is_kept() -> None:
    found = sheets()
    found["Constats"][1][4:6] = ["PARLSL_Z99", "Autre chose"]

    (finding,) = read_bilan(as_xlsx(found)).pupils[1].findings

    assert (finding.code, finding.label) == ("PARLSL_Z99", "Autre chose")


def test_a_pupil_may_be_known_by_the_ine_alone() -> None:
    lines = [["INE", "Statut"], ["0123456789a", "importé"]]

    (pupil,) = read_bilan(as_xlsx({"F": lines})).pupils

    assert (pupil.eleve_id, pupil.ine, pupil.status) == (None, "0123456789A", Status.IMPORTE)


def test_a_rejected_file_comes_back_with_its_refusals_and_no_pupil() -> None:
    refusal = a_finding(Code.REJLSL_F03, eleve_id=None)

    read = read_bilan(write_bilan(a_bilan(refusals=(refusal,))))

    assert (read.pupils, [finding.code for finding in read.file]) == ((), ["REJLSL_F03"])


def test_the_same_pupil_twice_in_the_file_has_two_lines_each_with_its_own() -> None:
    twice = a_pupil(2, a_finding(Code.REJLSL_E02), eleve_id=1001, status=Status.REJETE)

    assert statuses(write_bilan(a_bilan(a_pupil(1), twice))) == [
        (1001, Status.IMPORTE, []),
        (1001, Status.REJETE, ["année 2025, matière 071000 (O)"]),
    ]


def member(name: str, content: bytes) -> bytes:
    """An honest `.xlsx` with one member changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(sheets()))) as held,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for one in held.namelist():
            made.writestr(one, content if one == name else held.read(one))
    return out.getvalue()


def of_rows(count: int) -> bytes:
    rows = b"<row><c><v>1</v></c></row>" * count
    return member(
        "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>%s</sheetData></worksheet>" % rows
    )


NOT_A_WORKBOOK = "Ce fichier n’est pas un classeur .xls ou .xlsx"
NOT_A_BILAN = "Ce classeur n’est pas un bilan d’import"
REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty": (lambda: b"", "classeur", NOT_A_WORKBOOK),
    "page": (lambda: b"<html><table><tr><td>Statut", "classeur", NOT_A_WORKBOOK),
    "text": (lambda: b"ELEVE_ID;Statut\n1001;IMPORT\xc9", "classeur", NOT_A_WORKBOOK),
    "xls cut": (lambda: write_bilan(a_bilan(a_pupil()))[:3_000], "classeur", NOT_A_BILAN),
    "xls head alone": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") * 600, "classeur", NOT_A_BILAN),
    "xlsx cut": (lambda: as_xlsx(sheets())[:3_000], "zip_abime", "L’archive zip est abîmée"),
    "another workbook": (
        lambda: as_xlsx({"F": [["Nom", "Note"], ["MARTIN", "12"]]}),
        "classeur",
        NOT_A_BILAN,
    ),
    "no sheet of pupils": (
        lambda: as_xlsx({"Constats": sheets()["Constats"]}),
        "classeur",
        NOT_A_BILAN,
    ),
    "far cell": (far_cell, "trop_lourd", "Le fichier demande trop de mémoire"),
    "a million rows": (lambda: of_rows(1_000_000), "trop_gros", "Le fichier dépasse 13 Mo"),
    "more rows than a sheet of .xls": (
        lambda: of_rows(65_537),
        "classeur_etendu",
        "Le classeur a des cellules loin du tableau",
    ),
    "bomb": (
        lambda: member("xl/sharedStrings.xml", b" " * (60 * MIB)),
        "trop_gros",
        "Le fichier dépasse",
    ),
    "too large": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16 * MIB),
        "trop_gros",
        "Le fichier dépasse 16 Mo",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_a_bilan_is_refused_in_a_sentence(name: str) -> None:
    made, code, phrase = REFUSED[name]

    with pytest.raises(Refused) as refusal:
        read_bilan(made())

    assert (refusal.value.code, refusal.value.phrase[: len(phrase)]) == (code, phrase)
