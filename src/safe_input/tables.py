"""A workbook as tables of texts, read by a child process."""

from dataclasses import dataclass, replace
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from safe_input.apart import Bounds, read_bounded
from safe_input.archive import ZIP_MAGICS, too_large
from safe_input.limits import Limits
from safe_input.package import MAX_ROWS, NOT_A_WORKBOOK, PACKAGE_LIMITS, TOO_WIDE, clean_workbook
from safe_input.refusal import Refused

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2; BIFF8 stands in one
Tables = dict[str, list[list[str]]]


@dataclass(frozen=True)
class Expected:
    """What a workbook may be, and what is said of another.

    `strange`: the whole sentence for one that no reader understands; `old`: `.xls` is taken too.
    """

    strange: str
    foreign: str = NOT_A_WORKBOOK
    limits: Limits = PACKAGE_LIMITS
    max_rows: int = MAX_ROWS
    max_sheets: int = 20
    old: bool = False
    lighter: str = "effacez ce qui entoure le tableau, ou repartez d’un nouveau téléchargement"


def read_tables(data: bytes, expected: Expected) -> Tables:
    """Every sheet as lines of texts, by its name.

    Read by a child process whatever its size: a workbook is small, and how large it grows shows too
    late. Raises `Refused`: `classeur` for what is not a workbook or a strange one,
    `classeur_etendu` for cells too far, those of `clean_workbook` and of `read_bounded`.
    """
    if not data.startswith((*ZIP_MAGICS, *((OLE2,) if expected.old else ()))):
        raise Refused("classeur", expected.foreign)
    if len(data) > expected.limits.max_bytes:
        raise too_large(expected.limits.max_bytes)
    bounds = replace(Bounds(lighter=expected.lighter), here=0)
    return read_bounded(tables_of, data, bounds=bounds, expected=expected)


def tables_of(data: bytes, *, expected: Expected) -> Tables:
    """The work of the child. A fault of the reader on a strange file is a refusal as well."""
    try:
        return _tables(data, expected)
    except (CalamineError, ValueError, OSError) as error:
        raise Refused("classeur", expected.strange) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("classeur", expected.strange) from error


def _tables(data: bytes, expected: Expected) -> Tables:
    if not data.startswith(OLE2):
        data = clean_workbook(data, expected.limits, max_rows=expected.max_rows)
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    if len(book.sheet_names) > expected.max_sheets:
        raise Refused("classeur", expected.strange)
    found: Tables = {}
    room = expected.limits.max_unzipped
    for name in book.sheet_names:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if len(lines) > expected.max_rows:
            raise Refused("classeur_etendu", TOO_WIDE)
        found[name] = [[_text(cell) for cell in line] for line in lines]
        room -= sum(len(text) + 1 for line in found[name] for text in line)
        if room < 0:
            raise Refused("classeur_etendu", TOO_WIDE)
    return found


def _text(cell: object) -> str:
    """A cell as somebody would have typed it: a spreadsheet may have made a number of it."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    return str(cell)
