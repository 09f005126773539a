"""Reading a filled workbook: its mark, and its pages as one sheet of `livret fill`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from livretpro.livrets import sheet
from livretpro.livrets.sheet import CLEAR, PUPIL, Line, Sheet, SheetError, SheetRow
from livretpro.livrets.workbook.layout import FIXED, FORM, HEAD_LINE, MARK, NAMES, Mark
from safe_input import Expected, Refused, read_tables

STRANGE = (
    "Ce classeur n’est pas celui d’une division, ou son modèle a été changé : téléchargez-le de "
    "nouveau et remplissez-le sans toucher à ses en-têtes."
)
PAGE = 10_000
Seen = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class Filled:
    """A filled workbook. Lines are those of its pages, one page after the other, `PAGE` apart."""

    mark: Mark
    sheet: Sheet
    heads: tuple[tuple[str, tuple[str, ...]], ...]

    def address(self, error: SheetError) -> str:
        """Where an error stands: `Terminale 1, cellule F7`."""
        title, columns = self.heads[error.line // PAGE]
        line = error.line % PAGE
        if error.column not in columns:
            return f"{title}, ligne {line}"
        return f"{title}, cellule {_letters(columns.index(error.column))}{line}"


def read(data: bytes, competences: frozenset[str]) -> Filled:
    """Read a workbook. Raises `safe_input.Refused`."""
    tables = read_tables(data, Expected(STRANGE))
    mark, seen = _mark(tables.pop(MARK, []))
    pages = [(title, lines) for title, lines in tables.items() if _is_page(lines)]
    if not pages:
        raise Refused("classeur", STRANGE)
    read_ones = [
        _seen_in(sheet.read_lines(_lines(lines, rank * PAGE), competences), lines, seen)
        for rank, (_, lines) in enumerate(pages)
    ]
    whole = Sheet(
        tuple(row for one in read_ones for row in one.rows),
        (*(error for one in read_ones for error in one.errors), *_twice(read_ones)),
    )
    return Filled(mark, whole, tuple((title, tuple(lines[HEAD_LINE])) for title, lines in pages))


def _mark(lines: Sequence[Sequence[str]]) -> tuple[Mark, Seen]:
    """What the hidden sheet says: of what the workbook was made, and what stood then."""
    if len(lines) < 3 or min(map(len, lines)) < 3 or tuple(lines[0][:2]) != (MARK, FORM):
        raise Refused("classeur", STRANGE)
    seen: dict[int, dict[str, str]] = {}
    for pupil, key, text in (line[:3] for line in lines[3:]):
        if not pupil.isascii() or not pupil.isdigit() or len(pupil) > 18:
            raise Refused("classeur", STRANGE)
        seen.setdefault(int(pupil), {})[sheet.column_of(key)] = text
    return Mark(*lines[1][:2], *lines[2][:2]), seen


def _is_page(lines: Sequence[Sequence[str]]) -> bool:
    return len(lines) > HEAD_LINE and lines[HEAD_LINE][:1] == [PUPIL]


def _lines(lines: Sequence[Sequence[str]], before: int) -> Iterator[Line]:
    """The heads and the pupils, without the columns that only name them."""
    kept = [place for place, head in enumerate(lines[HEAD_LINE]) if head and head not in NAMES]
    for number, line in enumerate(lines[HEAD_LINE:], start=before + HEAD_LINE + 1):
        yield number, [line[place] for place in kept]


def _seen_in(read_one: Sheet, lines: Sequence[Sequence[str]], seen: Seen) -> Sheet:
    """The rows with what stood when they were taken: a cell emptied since is to be cleared."""
    columns = [head for head in lines[HEAD_LINE] if head and head not in FIXED]
    return replace(
        read_one,
        rows=tuple(_row(row, columns, seen.get(row.siecle_id, {})) for row in read_one.rows),
    )


def _row(row: SheetRow, columns: Sequence[str], stood: Mapping[str, str]) -> SheetRow:
    emptied = {column: CLEAR for column in columns if stood.get(column)}
    return replace(
        row,
        cells=emptied | dict(row.cells),
        seen={column: stood.get(column, "") for column in columns},
    )


def _twice(read_ones: Sequence[Sheet]) -> Iterator[SheetError]:
    """A pupil may stand on one page alone."""
    met: set[int] = set()
    for row in (row for one in read_ones for row in one.rows):
        if row.siecle_id in met:
            phrase = f"L’élève {row.siecle_id} est déjà sur une autre feuille du classeur."
            yield SheetError(row.line, PUPIL, phrase)
        met.add(row.siecle_id)


def _letters(place: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
