"""Bilans to write and to send back."""

from dataclasses import replace
from io import BytesIO

import xlwt
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from livretpro.lsl_export.models import ExportVersion
from lsl_rules import Bilan, BilanHeader, BilanPupil, Code, Finding, Status, write_bilan

SHA = "ab" * 32
HEADER = BilanHeader(
    uai="0599001N",
    school="Lycée de Valmeray",
    file_name="LSLPRO_0599001N_TCIEL1_2025_v001.xml",
    sha256=SHA,
    publisher="LivretPro",
    application="LivretPro Suivi",
    schema_version="1.1",
    at="19 mai 2026, 10 h 34",
    author="Claire Ferrand",
    read=2,
    imported=1,
    partial=1,
)

Rows = dict[str, list[list[str]]]


def a_finding(
    code: Code = Code.PARLSL_V01,
    *,
    place: str = "année 2025, matière 071000 (O)",
    value: str = "071000 O",
    eleve_id: int | None = 1001,
) -> Finding:
    return Finding(code, code.severity, None, eleve_id, f"{code.label}.", place, value)


def a_pupil(rank: int = 1, *findings: Finding, **changes: object) -> BilanPupil:
    """The pupil of rank 1 is 1001; partial when there are findings."""
    status = Status.PARTIEL if findings else Status.IMPORTE
    made = BilanPupil(
        rank, 1000 + rank, "", "MARTIN", "Léa", "TCIEL1", "2473250231", "2025", status, findings
    )
    return replace(made, **changes)


def a_bilan(*pupils: BilanPupil, **changes: object) -> Bilan:
    return Bilan(replace(HEADER, **changes), pupils)


def bilan_of(version: ExportVersion, *pupils: BilanPupil, **changes: object) -> bytes:
    """The `.xls` that LSL gives for the file of a version."""
    said = {"uai": version.school_year.school.uai, "sha256": version.sha256} | changes
    return write_bilan(a_bilan(*pupils, file_name=version.file_name, **said))


def rows_of(data: bytes) -> Rows:
    """Every sheet of a workbook, as calamine reads it."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {
        name: [
            [str(cell) for cell in line]
            for line in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in book.sheet_names
    }


def as_xlsx(rows: Rows) -> bytes:
    """The same sheets as somebody saves them again."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, text in enumerate(line):
                    sheet.write_string(row, column, text)
    return out.getvalue()


def far_cell() -> bytes:
    """`.xls`: two cells in opposite corners, which a reader lays out as 16 million."""
    book, out = xlwt.Workbook(), BytesIO()
    sheet = book.add_sheet("F")
    sheet.write(0, 0, "ELEVE_ID")
    sheet.write(65_535, 255, "x")
    book.save(out)
    return out.getvalue()
