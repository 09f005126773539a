"""The lines of the dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from livretpro.livrets.boards import Board
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.status import Colour
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.rules import Level
from livretpro.web.base.bars import Bar
from livretpro.web.suivi.board_rows import by_level
from livretpro.web.suivi.natures import NATURES, Nature
from livretpro.web.suivi.wording import ago

Exports = Mapping[int, Sequence[ExportVersion]]  # by division, newest first


@dataclass(frozen=True)
class Tally:
    """Livrets counted by colour; `only_pfmp` of the orange ones wait for their PFMP alone."""

    name: str
    rouge: int
    orange: int
    vert: int
    only_pfmp: int

    @property
    def total(self) -> int:
        """How many livrets."""
        return self.rouge + self.orange + self.vert

    @property
    def exportable(self) -> int:
        """How many may leave."""
        return self.orange + self.vert

    @property
    def bar(self) -> Bar:
        """The same as a picture."""
        return Bar(self.name, self.rouge, self.orange, self.vert)


@dataclass(frozen=True)
class DivisionLine:
    """A division of the dashboard and its last export, in words."""

    board: Board
    tally: Tally
    last_export: str

    @property
    def blocked(self) -> str:
        """Why no file can be made; empty when one can."""
        if self.board.exportable:
            return ""
        if self.tally.total == 1:
            return "le seul livret est rouge"
        return f"les {self.tally.total} livrets sont rouges"


@dataclass(frozen=True)
class LevelLines:
    """A level of the dashboard; `kind` is None while its periodicity is to be chosen."""

    level: Level
    kind: PeriodKind | None
    tally: Tally
    lines: tuple[DivisionLine, ...]


@dataclass(frozen=True)
class NatureLine:
    """How many items of a nature are missing, by division."""

    nature: Nature
    counts: tuple[tuple[Board, int], ...]


def level_lines(found: Sequence[Board], exported: Exports, *, today: date) -> list[LevelLines]:
    """The levels and their divisions, in order."""
    return [_level(group.level, group.boards, exported, today) for group in by_level(found)]


def _level(level: Level, group: Sequence[Board], exported: Exports, today: date) -> LevelLines:
    lines = tuple(
        DivisionLine(
            board,
            tally_of(board.division.code, [board]),
            _last_export(exported.get(board.division.pk, ()), today=today),
        )
        for board in group
    )
    return LevelLines(level, group[0].kind, tally_of(level.title, group), lines)


def tally_of(name: str, group: Sequence[Board]) -> Tally:
    """The livrets of these divisions, counted."""

    def count(colour: Colour) -> int:
        return sum(board.counts[colour] for board in group)

    return Tally(
        name=name,
        rouge=count(Colour.ROUGE),
        orange=count(Colour.ORANGE),
        vert=count(Colour.VERT),
        only_pfmp=sum(board.only_pfmp for board in group),
    )


def _last_export(found: Sequence[ExportVersion], *, today: date) -> str:
    if not found:
        return ""
    return f"v{found[0].number:03d}, {ago(timezone.localdate(found[0].made_at), on=today)}"


def nature_lines(found: Sequence[Board], *, mandatory: bool) -> list[NatureLine]:
    """What is missing, mandatory or optional, nature by nature."""
    return [
        NatureLine(nature, tuple((board, nature.count(board.lacks)) for board in found))
        for nature in NATURES
        if nature.mandatory is mandatory
    ]
