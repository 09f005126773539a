"""A CSV sheet of livrets: header, cells, and every error with its place (`livret fill`)."""

import csv
import io
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from livretpro.livrets.fields import UnknownField, field

PUPIL = "eleve_id"
CLEAR = "-"
_COMPETENCE = "competence:"
_ELEVE_ID = re.compile(r"[0-9]{1,18}")  # fits the column, whatever its zeros
UNREADABLE = "Cette ligne ne se lit pas : un guillemet y manque, ou y est de trop."
COLUMNS_MAX = 500
"""Every field of a livret and the competences of every référentiel of a school, with a margin."""
TOO_WIDE = f"La première ligne compte plus de {COLUMNS_MAX} colonnes : ce n’est pas cette feuille."

Line = tuple[int, Sequence[str]]


class _Unreadable(Exception):
    """Quotes that do not match, from the line of the file the row starts on."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class SheetError:
    """An error of the sheet: line (1 is the header), column as headed, French sentence."""

    line: int
    column: str
    phrase: str


@dataclass(frozen=True)
class SheetRow:
    """A pupil's line: column head → typed text, empty cells left out.

    `seen`: the canonical texts the line was filled over, by column, when they are known. A cell
    that still says its own is left alone, whatever stands now.
    """

    line: int
    siecle_id: int
    cells: Mapping[str, str]
    seen: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet as read: its rows, and what is wrong with its form."""

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


def column_of(key: str) -> str:
    """The head of the column that fills the field of this key."""
    return key.removeprefix(_COMPETENCE)


def read_encoded(data: bytes, *, competences: frozenset[str]) -> Sheet:
    """The same, from UTF-8."""
    return read(data.decode(), competences)


def read(text: str, competences: frozenset[str]) -> Sheet:
    """Read a sheet (`;`, first line the header). `competences`: every code any référentiel has."""
    return read_lines(_lines(text), competences)


def read_lines(lines: Iterator[Line], competences: frozenset[str]) -> Sheet:
    """Read the numbered lines of a sheet, the header first; a column without name is passed."""
    try:
        first, head = next(lines, (1, ()))
        if len(head) > COLUMNS_MAX:
            return Sheet((), (SheetError(first, "", TOO_WIDE),))
        columns = tuple(cell.strip() for cell in head)
        errors = list(_header_errors(first, columns, competences))
        if columns[:1] != (PUPIL,):
            return Sheet((), tuple(errors))
        faulty = {error.column for error in errors}
        read_ones = tuple("" if column in faulty else column for column in columns)
        return _sheet(read_ones, lines, errors)
    except _Unreadable as unreadable:
        return Sheet((), (SheetError(unreadable.line, "", UNREADABLE),))


def _sheet(columns: tuple[str, ...], lines: Iterable[Line], errors: list[SheetError]) -> Sheet:
    """The rows, and their errors after those of the header; a column without name is passed."""
    rows: dict[int, SheetRow] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if problem := _row_error(line, cells, columns, seen=rows):
            errors.append(problem)
        else:
            rows[int(cells[0])] = _row(line, cells, columns)
    return Sheet(tuple(rows.values()), tuple(errors))


def _lines(text: str) -> Iterator[Line]:
    """Each line of the sheet with the line of the file it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise _Unreadable(start) from error


def _header_errors(
    line: int, columns: Sequence[str], competences: frozenset[str]
) -> Iterator[SheetError]:
    if not columns or columns[0] != PUPIL:
        yield SheetError(line, PUPIL, "La première colonne doit s’appeler « eleve_id ».")
        return
    for index, column in enumerate(columns[1:], start=1):
        if column in columns[:index]:
            yield SheetError(line, column, f"La colonne « {column} » figure deux fois.")
        elif key_of(column, competences) is None:
            yield SheetError(line, column, f"La colonne « {column} » est inconnue.")


def _row_error(
    line: int, cells: Sequence[str], columns: Sequence[str], *, seen: Container[int]
) -> SheetError | None:
    pupil = cells[0].strip()
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        return SheetError(
            line, "", f"La ligne a {len(cells)} cellules pour {len(columns)} colonnes."
        )
    if not _ELEVE_ID.fullmatch(pupil):
        return SheetError(line, PUPIL, f"« {pupil} » n’est pas un identifiant SIECLE d’élève.")
    if int(pupil) in seen:
        return SheetError(line, PUPIL, f"L’élève {pupil} est déjà plus haut dans le fichier.")
    return None


def _row(line: int, cells: Sequence[str], columns: Sequence[str]) -> SheetRow:
    typed = {
        column: cell
        for column, cell in zip(columns[1:], cells[1:], strict=False)
        if column and cell.strip()
    }
    return SheetRow(line, int(cells[0]), typed)
