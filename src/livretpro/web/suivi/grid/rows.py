"""The rows of the class grid, and what is told of them to the page that stays open."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from livretpro.livrets.actions.values import NO_REFERENTIEL, closed_periodicity
from livretpro.livrets.queries import Sheet
from livretpro.web.suivi.entry.words import missing_in_brief, state_words
from livretpro.web.suivi.grid.columns import Column, Foot, Sort, columns_of, foot_of


@dataclass(frozen=True)
class Cell:
    """A cell: its column, what it says, `rouge` or `orange` when the livret misses it."""

    column: Column
    text: str
    lack: str

    @property
    def look(self) -> str:
        """The modifier of its class: the degree, or what sort of average."""
        looks = {Sort.AVERAGE: "avg", Sort.YEAR: "year", Sort.TEXT: "", Sort.DEGREE: self.text}
        return looks[self.column.sort]


@dataclass(frozen=True)
class Row:
    """A pupil: the status, and a cell a column."""

    sheet: Sheet
    columns: Sequence[Column]

    @property
    def colour(self) -> str:
        """Rouge, orange or vert."""
        return self.sheet.status.colour.value

    @property
    def words(self) -> str:
        """What the colour means here."""
        return missing_in_brief(self.sheet.status) or state_words(self.sheet.status)

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells, in the order of the columns."""
        return [Cell(c, c.text(self.sheet), c.lack(self.sheet)) for c in self.columns]

    def told(self) -> dict[str, object]:
        """The row as the open page takes it."""
        return {
            "eleve": self.sheet.enrolment.pk,
            "statut": self.colour,
            "mots": self.words,
            "textes": {cell.column.key: cell.text for cell in self.cells},
            "manques": {cell.column.key: cell.lack for cell in self.cells if cell.lack},
        }


@dataclass(frozen=True)
class GridGroup:
    """The livrets of a level that share their columns; `shown` are those the filter keeps."""

    title: str
    sheets: tuple[Sheet, ...]
    shown: tuple[Sheet, ...]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns; none while entry is closed."""
        return columns_of(self.sheets[0].content) if self.sheets[0].content.expected else ()

    @property
    def closed(self) -> str:
        """Why it has no column, in one sentence; empty when it has some."""
        content = self.sheets[0].content
        if content.kind is None:
            return closed_periodicity(content.level)
        return "" if content.expected else NO_REFERENTIEL

    @property
    def degrees(self) -> list[Column]:
        """Those of the competences."""
        return [column for column in self.columns if column.sort is Sort.DEGREE]

    @property
    def averages(self) -> list[Column]:
        """Those of the periods and of the year."""
        return [c for c in self.columns if c.sort in {Sort.AVERAGE, Sort.YEAR}]

    @property
    def texts(self) -> list[Column]:
        """Those that only say whether a text stands."""
        return [column for column in self.columns if column.sort is Sort.TEXT]

    @property
    def typed(self) -> list[Column]:
        """Those one types in."""
        return [column for column in self.columns if column.typed]

    @property
    def unsure(self) -> bool:
        """Whether the référentiel says itself that it is not complete."""
        return any(s.referentiel is not None and not s.referentiel.complete for s in self.sheets)

    @cached_property
    def rows(self) -> list[Row]:
        """The pupils shown."""
        return [Row(sheet, self.columns) for sheet in self.shown]

    @cached_property
    def feet(self) -> list[tuple[Column, Foot]]:
        """The foot of each column, over the whole group."""
        return [(column, foot_of(column, self.sheets)) for column in self.columns]

    def told(self) -> dict[str, object]:
        """The feet as the open page takes them."""
        return {column.key: [foot.mean, foot.count] for column, foot in self.feet}
