"""Writing a bilan as `.xls` (BIFF8): the only module that knows xlwt (ADR 0034)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from xlwt import Workbook, easyxf

from lsl_rules.bilan import Bilan, BilanHeader, BilanPupil
from lsl_rules.bilan_layout import (
    FINDING_COLUMNS,
    FINDINGS_SHEET,
    HEADER_SHEET,
    PUPIL_COLUMNS,
    PUPILS_SHEET,
    Column,
    Head,
    neutral,
)
from lsl_rules.findings import Finding

MAX_CELL = 32_767  # UTF-16 units of a cell, [MS-XLS] 2.5.293
MAX_LINES = 65_536  # of a sheet, [MS-XLS] 2.5.198
CUT = " […]"
WIDE, NARROW = 60 * 256, 20 * 256  # in 1/256 of a character
WIDER = {Column.LABEL, Column.PLACE, Column.VALUE, Column.ACTION, Column.PHRASE}

_HEAD_LOOK = "font: bold on; align: vert top; pattern: pattern solid, fore_colour ice_blue"
_TEXT_LOOK = "align: vert top"
_AS_TEXT = "@"

Line = dict[Column, str]


def write_bilan(bilan: Bilan, *, max_lines: int = MAX_LINES) -> bytes:
    """The bytes of the workbook: text cells only, no formula.

    What does not fit in `max_lines` of a sheet is left out, and the first sheet says how much.
    """
    pupils = list(_pupil_lines(bilan.pupils[: max_lines - 1]))
    findings, left_out = _finding_lines(bilan, max_lines)
    cut = _cut(len(bilan.pupils) - len(pupils), left_out, max_lines)
    book = Workbook(encoding="utf-8")
    looks = _Looks(easyxf(_HEAD_LOOK, _AS_TEXT), easyxf(_TEXT_LOOK, _AS_TEXT))
    _add_header(book.add_sheet(HEADER_SHEET), bilan.header, cut, looks)
    _add_table(book.add_sheet(PUPILS_SHEET), PUPIL_COLUMNS, pupils, looks)
    _add_table(book.add_sheet(FINDINGS_SHEET), FINDING_COLUMNS, findings, looks)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Looks:
    head: Any
    text: Any


def _pupil_lines(pupils: Iterable[BilanPupil]) -> Iterator[Line]:
    for pupil in pupils:
        codes = list(dict.fromkeys(finding.code for finding in pupil.findings))
        yield {
            Column.RANK: str(pupil.rank),
            Column.ELEVE_ID: str(pupil.eleve_id),
            Column.INE: pupil.ine,
            Column.LAST_NAME: pupil.last_name,
            Column.FIRST_NAME: pupil.first_name,
            Column.DIVISION: pupil.division,
            Column.MEF: pupil.mef,
            Column.YEARS: pupil.years,
            Column.STATUS: pupil.status.label,
            Column.CODE: ", ".join(codes),
            Column.LABEL: " ; ".join(code.label for code in codes),
        }


def _finding_lines(bilan: Bilan, max_lines: int) -> tuple[list[Line], int]:
    """The lines, and how many are left out: each pupil then keeps as many as any other."""
    file = [_finding_line(one) for one in (*bilan.header.refusals, *bilan.absent)][: max_lines // 2]
    room = max_lines - 1 - len(file)
    total = sum(len(pupil.findings) for pupil in bilan.pupils)
    concerned = sum(bool(pupil.findings) for pupil in bilan.pupils)
    each = total if total <= room else max(1, room // concerned)
    kept = (
        _finding_line(finding, pupil) for pupil in bilan.pupils for finding in pupil.findings[:each]
    )
    lines = list(islice(kept, room))
    of_the_file = len(bilan.header.refusals) + len(bilan.absent)
    return file + lines, of_the_file + total - len(file) - len(lines)


def _finding_line(finding: Finding, pupil: BilanPupil | None = None) -> Line:
    eleve_id = pupil.eleve_id if pupil else finding.eleve_id
    return {
        Column.RANK: str(pupil.rank) if pupil else "",
        Column.ELEVE_ID: "" if eleve_id is None else str(eleve_id),
        Column.LAST_NAME: pupil.last_name if pupil else "",
        Column.FIRST_NAME: pupil.first_name if pupil else "",
        Column.CODE: finding.code,
        Column.LABEL: finding.code.label,
        Column.PLACE: finding.place,
        Column.VALUE: finding.value,
        Column.ACTION: finding.code.action,
        Column.PHRASE: finding.phrase,
    }


def _cut(pupils: int, findings: int, max_lines: int) -> str:
    """What did not fit, in words; empty when everything did."""
    said = [f"{pupils} élèves"] if pupils else []
    said += [f"{findings} constats"] if findings else []
    if not said:
        return ""
    return f"{' et '.join(said)} : une feuille .xls a {max_lines} lignes au plus"


def _add_header(sheet: Any, header: BilanHeader, cut: str, looks: _Looks) -> None:
    lines = {
        Head.UAI: header.uai,
        Head.SCHOOL: header.school,
        Head.FILE: header.file_name,
        Head.SHA256: header.sha256,
        Head.PUBLISHER: header.publisher,
        Head.APPLICATION: header.application,
        Head.SCHEMA: header.schema_version,
        Head.AT: header.at,
        Head.AUTHOR: header.author,
        Head.RESULT: _result(header),
        Head.READ: str(header.read),
        Head.IMPORTED: str(header.imported),
        Head.PARTIAL: str(header.partial),
        Head.REJECTED: str(header.rejected),
        Head.CREATED: str(header.created),
        Head.OVERWRITTEN: str(header.overwritten),
        Head.UNCHANGED: str(header.unchanged),
    }
    more = {Head.UNCHECKED: header.unchecked, Head.CUT: cut, Head.SOURCE: header.source}
    lines |= {head: text for head, text in more.items() if text}
    sheet.col(0).width, sheet.col(1).width = NARROW, WIDE
    for row, (head, text) in enumerate(lines.items()):
        sheet.write(row, 0, head.value, looks.head)
        sheet.write(row, 1, _cell(text), looks.text)


def _result(header: BilanHeader) -> str:
    if header.refusals:
        return "Fichier rejeté, rien n’est importé"
    return header.stopped or "Fichier traité"


def _add_table(sheet: Any, columns: Sequence[Column], lines: Iterable[Line], looks: _Looks) -> None:
    for place, column in enumerate(columns):
        sheet.col(place).width = WIDE if column in WIDER else NARROW
        sheet.write(0, place, column.value, looks.head)
    sheet.set_panes_frozen(True)
    sheet.set_horz_split_pos(1)
    for row, line in enumerate(lines, start=1):
        for place, column in enumerate(columns):
            if text := line[column]:
                sheet.write(row, place, _cell(text), looks.text)


def _cell(text: str) -> str:
    """A text as a cell holds it: no formula, and no longer than BIFF8 allows."""
    safe = neutral(text)
    units = safe.encode("utf-16-le")
    if len(units) <= 2 * MAX_CELL:
        return safe
    return units[: 2 * (MAX_CELL - len(CUT))].decode("utf-16-le", errors="ignore") + CUT
