"""Writing the workbook: text everywhere, no formula, heads and names protected."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import DEGREE_LABELS
from livretpro.livrets.workbook.layout import (
    FIRST_LINE,
    FIXED,
    FORM,
    HEAD_LINE,
    LABEL_LINE,
    MARK,
    Head,
    Mark,
    Page,
)

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FIXED_LABELS = ("Identifiant SIECLE", "Nom", "Prénom")
YES_NO = ("pfmp_exporter", "pfmp_etranger")
WIDE = ("appreciation", "pfmp_synthese", "projet_appreciation")
MAY_RESIZE = {"format_columns": True, "format_rows": True}
DEGREES = {
    "validate": "list",
    "source": [str(degree) for degree in DEGREE_LABELS],
    "error_title": "Degré",
    "error_message": "Un degré est 1, 2, 3 ou 4. Videz la cellule pour l’effacer.",
}
CHOICES = {
    "validate": "list",
    "source": ["oui", "non"],
    "error_title": "Réponse",
    "error_message": "Répondez oui ou non.",
}
MARK_HINT = "Un nombre de 0 à 20, par exemple 12,5."


def write(mark: Mark, pages: Sequence[Page]) -> bytes:
    """The bytes of a workbook: its pages, then a hidden sheet with the mark and what stands."""
    out = BytesIO()
    with Workbook(out, {"in_memory": True, **PLAIN}) as book:
        looks = _looks(book)
        for page in pages:
            _add_page(book.add_worksheet(page.title), page, looks)
        _add_mark(book.add_worksheet(MARK), mark, pages)
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    text = {"num_format": "@", "valign": "top"}
    return {
        "head": book.add_format({**text, "bold": True, "text_wrap": True, "bg_color": "#E8EDF3"}),
        "fixed": book.add_format({**text, "bg_color": "#F4F6F8"}),
        "typed": book.add_format({**text, "locked": False, "text_wrap": True, "border": 4}),
    }


def _add_page(out: Any, page: Page, looks: dict[str, Any]) -> None:
    labels = (*FIXED_LABELS, *(head.label for head in page.heads))
    columns = (*FIXED, *(head.column for head in page.heads))
    for place, (label, column) in enumerate(zip(labels, columns, strict=True)):
        out.write_string(LABEL_LINE, place, label, looks["head"])
        out.write_string(HEAD_LINE, place, column, looks["fixed"])
    for line, sheet in enumerate(page.sheets, start=FIRST_LINE):
        _add_pupil(out, line, sheet, page.heads, looks)
    for place, head in enumerate(page.heads, start=len(FIXED)):
        _set_up(out, place, head, len(page.sheets))
    out.set_column(0, len(FIXED) - 1, 18)
    out.set_row(LABEL_LINE, 60)
    out.set_row(HEAD_LINE, None, None, {"hidden": True})
    out.freeze_panes(FIRST_LINE, len(FIXED))
    out.protect("", MAY_RESIZE)


def _add_pupil(
    out: Any, line: int, sheet: Sheet, heads: Iterable[Head], looks: dict[str, Any]
) -> None:
    student = sheet.enrolment.student
    fixed = (str(student.siecle_id), student.last_name, student.first_name)
    for place, text in enumerate(fixed):
        out.write_string(line, place, text, looks["fixed"])
    for place, head in enumerate(heads, start=len(FIXED)):
        out.write_string(line, place, head.text(sheet), looks["typed"])


def _set_up(out: Any, place: int, head: Head, pupils: int) -> None:
    """The width of a column and what its cells accept."""
    out.set_column(place, place, 50 if head.key in WIDE else 14)
    if rule := _rule(head, xl_rowcol_to_cell(FIRST_LINE, place)):
        out.data_validation(FIRST_LINE, place, FIRST_LINE + pupils - 1, place, rule)


def _rule(head: Head, first: str) -> dict[str, Any] | None:
    if head.key.startswith("competence:"):
        return DEGREES
    if head.key in YES_NO:
        return CHOICES
    if head.key.startswith("moyenne_"):
        return _mark_rule(first, or_not_graded=True)
    return _mark_rule(first, or_not_graded=False) if head.key == "projet_note" else None


def _mark_rule(first: str, *, or_not_graded: bool) -> dict[str, Any]:
    """A warning rather than a refusal: how a spreadsheet reads `12,5` depends on its language."""
    number = f"IFERROR(AND(VALUE({first})>=0,VALUE({first})<=20),FALSE)"
    more = " NN pour un élève non noté." if or_not_graded else ""
    return {
        "validate": "custom",
        "value": f'=OR(UPPER({first})="NN",{number})' if or_not_graded else f"={number}",
        "error_type": "warning",
        "error_title": "Note",
        "error_message": MARK_HINT + more,
    }


def _add_mark(out: Any, mark: Mark, pages: Iterable[Page]) -> None:
    """The mark, then each value that stands: pupil, field, canonical text."""
    lines = [
        (MARK, FORM, ""),
        (mark.uai, mark.year, ""),
        (mark.cfd, mark.division, ""),
        *(
            (str(sheet.enrolment.student.siecle_id), head.key, text)
            for page in pages
            for sheet in page.sheets
            for head in page.heads
            if (text := head.text(sheet))
        ),
    ]
    for line, texts in enumerate(lines):
        for place, text in enumerate(texts):
            out.write_string(line, place, text)
    out.protect("")
    out.very_hidden()
