"""What several boards show of a division: its picture, its level, its campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.formats import date_format

from livretpro.livrets.boards import Board
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.status import Colour
from livretpro.referentiels.rules import Level
from livretpro.web.base.bars import Bar


@dataclass(frozen=True)
class LevelBoards:
    """The divisions of a level of one diploma."""

    level: Level
    boards: tuple[Board, ...]

    @property
    def kind(self) -> PeriodKind | None:
        """Trimestres or semestres; None while it is to be chosen."""
        return self.boards[0].kind

    @property
    def campaign(self) -> Campaign:
        """When its teachers write."""
        return self.boards[0].campaign

    @property
    def pictured(self) -> list[tuple[Board, Bar]]:
        """Each division with its picture."""
        return [(board, bar_of(board)) for board in self.boards]


def bar_of(board: Board) -> Bar:
    """The picture of a division."""
    counts = (board.counts[colour] for colour in Colour)
    return Bar(board.division.code, *counts)


def by_level(found: Sequence[Board]) -> list[LevelBoards]:
    """Boards of one diploma already in order, gathered by level."""
    levels = groupby(found, key=lambda board: board.level)
    return [LevelBoards(level, tuple(held)) for level, held in levels]


def campaign_words(campaign: Campaign, *, on: date) -> str:
    """Where the campaign stands at the date `on`; empty when it has no bound ahead or behind."""
    if campaign.opens and on < campaign.opens:
        return f"saisie ouverte à partir du {_day(campaign.opens)}"
    if campaign.closes and on > campaign.closes:
        return f"saisie fermée depuis le {_day(campaign.closes)}"
    return f"saisie jusqu’au {_day(campaign.closes)}" if campaign.closes else ""


def _day(day: date) -> str:
    """`1er juin`, `12 juin 2026`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {date_format(day, 'F Y')}"
