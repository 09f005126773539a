"""A workbook as tables of texts. Read in a child process: neither Django nor the database here."""

from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from safe_input import Refused, clean_workbook

STRANGE = (
    "Ce classeur n’est pas celui d’une division, ou son modèle a été changé : téléchargez-le de "
    "nouveau et remplissez-le sans toucher à ses en-têtes."
)
MAX_PAGES = 20  # one for each level and list of competences, and the mark


def tables_of(data: bytes) -> dict[str, list[list[str]]]:
    """Every sheet as texts. A fault of the reader on a strange file is a refusal as well."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(clean_workbook(data)))
        return {
            name: [
                [_text(cell) for cell in line]
                for line in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in _names(book)
        }
    except (CalamineError, ValueError, OSError) as error:
        raise Refused("classeur", STRANGE) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Refused("classeur", STRANGE) from error


def _names(book: CalamineWorkbook) -> list[str]:
    if len(book.sheet_names) > MAX_PAGES:
        raise Refused("classeur", STRANGE)
    return book.sheet_names


def _text(cell: object) -> str:
    """A cell as somebody would have typed it: a spreadsheet may have made a number of it."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", ",")
    return str(cell)
