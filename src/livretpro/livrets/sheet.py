"""A CSV sheet of livrets: header, cells, and every error with its place (issue: `livret fill`)."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from livretpro.livrets.fields import UnknownField, field

PUPIL = "eleve_id"
CLEAR = "-"
_COMPETENCE = "competence:"


@dataclass(frozen=True)
class SheetError:
    """An error of the sheet: line (1 is the header), column as headed, French sentence."""

    line: int
    column: str
    phrase: str


@dataclass(frozen=True)
class SheetRow:
    """A pupil's line: column head → typed text, empty cells left out."""

    line: int
    siecle_id: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """A sheet as read: its columns, its rows, and what is wrong with its form."""

    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    errors: tuple[SheetError, ...]


def key_of(column: str, competences: frozenset[str]) -> str | None:
    """The key of the field a column fills: a code of competence, or the field's own name.

    None when the column is neither.
    """
    if column in competences:
        return f"{_COMPETENCE}{column}"
    if column.startswith(_COMPETENCE):
        return None
    try:
        return field(column).key
    except UnknownField:
        return None


def read(text: str, competences: frozenset[str]) -> Sheet:
    """Read a sheet (`;`, first line the header). `competences`: every code any référentiel has."""
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    columns = tuple(cell.strip() for cell in lines[0]) if lines else ()
    errors = list(_header_errors(columns, competences))
    if errors:
        return Sheet(columns, (), tuple(errors))
    rows: list[SheetRow] = []
    for line, cells in _numbered(text):
        problem = _row_error(line, cells, columns, seen={row.siecle_id for row in rows})
        if problem:
            errors.append(problem)
        else:
            rows.append(_row(line, cells, columns))
    return Sheet(columns, tuple(rows), tuple(errors))


def _numbered(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows after the header with the line of the file each starts on; blank lines skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    next(reader)
    start = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _header_errors(columns: Sequence[str], competences: frozenset[str]) -> Iterator[SheetError]:
    if not columns or columns[0] != PUPIL:
        yield SheetError(1, PUPIL, "La première colonne doit s’appeler « eleve_id ».")
        return
    for index, column in enumerate(columns[1:], start=1):
        if column in columns[:index]:
            yield SheetError(1, column, f"La colonne « {column} » est là deux fois.")
        elif key_of(column, competences) is None:
            yield SheetError(1, column, f"La colonne « {column} » est inconnue.")


def _row_error(
    line: int, cells: Sequence[str], columns: Sequence[str], *, seen: set[int]
) -> SheetError | None:
    pupil = cells[0].strip()
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        return SheetError(
            line, "", f"La ligne a {len(cells)} cellules pour {len(columns)} colonnes."
        )
    if not (pupil.isascii() and pupil.isdigit() and int(pupil) < 2**63):
        return SheetError(line, PUPIL, f"« {pupil} » n’est pas un identifiant SIECLE d’élève.")
    if int(pupil) in seen:
        return SheetError(line, PUPIL, f"L’élève {pupil} est déjà plus haut dans le fichier.")
    return None


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> SheetRow:
    typed = {
        column: cell for column, cell in zip(columns[1:], cells[1:], strict=False) if cell.strip()
    }
    return SheetRow(line, int(cells[0]), typed)
