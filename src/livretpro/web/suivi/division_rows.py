"""The livrets of a division as its page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from livretpro.livrets.boards import DivisionBoard
from livretpro.livrets.queries import Sheet
from livretpro.livrets.status import Colour
from livretpro.schools.models import Division
from livretpro.web.suivi.entry.words import average_words, missing_in_brief
from livretpro.web.suivi.natures import Nature


@dataclass(frozen=True)
class PupilRow:
    """A pupil of the list: status, what is missing, annual average."""

    sheet: Sheet
    nature: Nature | None = None

    @property
    def anchor(self) -> str:
        """The field asked for, in the page of the livret; empty when none was."""
        missing = self.nature and self.nature.first(self.sheet)
        return missing.anchor if missing else ""

    @property
    def colour(self) -> str:
        """Rouge, orange or vert."""
        return self.sheet.status.colour.value

    @property
    def missing(self) -> str:
        """What it lacks, in one line."""
        return missing_in_brief(self.sheet.status)

    @property
    def average(self) -> str:
        """The annual average with two decimals."""
        return average_words(self.sheet.annual)


@dataclass(frozen=True)
class LevelGroup:
    """The pupils of a level whom the filter keeps; `board` is the whole group."""

    board: DivisionBoard
    rows: tuple[PupilRow, ...]


@dataclass(frozen=True)
class Filter:
    """A choice of the filter by status; `colour` is empty for all."""

    colour: str
    count: int
    current: bool


@dataclass(frozen=True)
class DivisionPage:
    """The livrets of a division: all of them by level, and those the reader asked for."""

    division: Division
    boards: Sequence[DivisionBoard]
    colour: Colour | None
    nature: Nature | None

    @cached_property
    def groups(self) -> list[LevelGroup]:
        """The levels with the pupils kept."""
        return [
            LevelGroup(
                board, tuple(PupilRow(s, self.nature) for s in board.sheets if self._keeps(s))
            )
            for board in self.boards
        ]

    @property
    def empty(self) -> bool:
        """Whether the filter keeps nobody."""
        return not any(group.rows for group in self.groups)

    @property
    def filters(self) -> list[Filter]:
        """All, then each colour, with its count."""
        counts = {c: sum(board.counts[c] for board in self.boards) for c in Colour}
        everyone = Filter("", self.headcount, self.colour is None and self.nature is None)
        return [everyone, *(Filter(c.value, n, self.colour is c) for c, n in counts.items())]

    @property
    def headcount(self) -> int:
        """How many livrets."""
        return sum(len(board.sheets) for board in self.boards)

    @property
    def with_pfmp(self) -> int:
        """How many export their PFMP."""
        sheets = [sheet for board in self.boards for sheet in board.sheets]
        return sum(sheet.content.pfmp.exported for sheet in sheets)

    def _kept(self, board: DivisionBoard) -> list[Sheet]:
        return [sheet for sheet in board.sheets if self._keeps(sheet)]

    def _keeps(self, sheet: Sheet) -> bool:
        if self.colour is not None and sheet.status.colour is not self.colour:
            return False
        return self.nature is None or self.nature.first(sheet) is not None
