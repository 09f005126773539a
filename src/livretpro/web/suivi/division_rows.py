"""The livrets of a division as its page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from livretpro.livrets.announcing import owes
from livretpro.livrets.boards import DivisionBoard
from livretpro.livrets.fields import Part
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import Sheet
from livretpro.livrets.status import Colour
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division
from livretpro.web.base.bars import Bar
from livretpro.web.suivi.entry.words import average_words, missing_in_brief
from livretpro.web.suivi.natures import Nature


@dataclass(frozen=True)
class PupilRow:
    """A pupil of the list: status, what is missing, annual average."""

    sheet: Sheet

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
            LevelGroup(board, tuple(PupilRow(s) for s in board.sheets if self._keeps(s)))
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

    def _keeps(self, sheet: Sheet) -> bool:
        if self.colour is not None and sheet.status.colour is not self.colour:
            return False
        return self.nature is None or self.nature.concerns(sheet)


@dataclass(frozen=True)
class LevelBoards:
    """The divisions of a level."""

    level: Level
    boards: tuple[DivisionBoard, ...]

    @property
    def pictured(self) -> list[tuple[DivisionBoard, Bar]]:
        """Each division with its picture."""
        return [(board, bar_of(board)) for board in self.boards]


@dataclass(frozen=True)
class Closing:
    """Entry of a level that closes soon; `owed` counts red livrets this person may complete."""

    level: Level
    day: date
    left: int
    owed: tuple[tuple[Division, int], ...]

    @property
    def total(self) -> int:
        """How many livrets."""
        return sum(count for _, count in self.owed)

    @property
    def when(self) -> str:
        """How long is left: `aujourd’hui`, `demain`, `dans 5 jours`."""
        return {0: "aujourd’hui", 1: "demain"}.get(self.left, f"dans {self.left} jours")


def closings(found: Sequence[DivisionBoard], actor: Actor) -> list[Closing]:
    """What a teacher still owes before a closing near (spec 02, Periodicity)."""
    told = []
    for group in by_level(found):
        campaign = group.boards[0].sheets[0].campaign
        counts = ((board.division, _owed(board, actor)) for board in group.boards)
        owed = tuple((division, count) for division, count in counts if count)
        if owed and actor.on and campaign.closes and campaign.closes_soon(actor.on):
            left = (campaign.closes - actor.on).days
            told.append(Closing(group.level, campaign.closes, left, owed))
    return told


def _owed(board: DivisionBoard, actor: Actor) -> int:
    """How many red livrets lack something that this person may write."""

    def owing(sheet: Sheet) -> bool:
        return owes(
            sheet.status.missing,
            speciality=can_write(actor, Part.SPECIALITY, sheet.enrolment),
            pfmp=can_write(actor, Part.PFMP, sheet.enrolment),
        )

    return sum(owing(sheet) for sheet in board.sheets)


def bar_of(board: DivisionBoard) -> Bar:
    """The picture of a division."""
    counts = (board.counts[colour] for colour in Colour)
    return Bar(board.division.code, *counts)


def by_level(found: Sequence[DivisionBoard]) -> list[LevelBoards]:
    """Boards already in order, gathered by level."""
    levels = groupby(found, key=lambda board: board.level)
    return [LevelBoards(level, tuple(held)) for level, held in levels]
