"""What several boards show of a division: its picture, its level, its campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.urls import reverse
from django.utils.formats import date_format

from livretpro.livrets.boards import Board
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.status import Colour
from livretpro.referentiels.rules import Level
from livretpro.web.base.bars import PLURALS, Bar
from livretpro.web.suivi.natures import ONLY_PFMP


@dataclass(frozen=True)
class Doors:
    """The addresses of the pages of a diploma, `path` being the diploma as they write it."""

    uai: str
    path: str

    def to(self, page: str, *parts: object) -> str:
        """A page of the diploma."""
        return reverse(f"suivi:{page}", args=[self.uai, self.path, *parts])


@dataclass(frozen=True)
class ColourCell:
    """How many livrets of a division have a colour, what leads to them, how many `part` of them
    lack nothing but a PFMP that is not exported."""

    count: int
    query: str
    words: str
    part: int
    part_query: str = ONLY_PFMP.query


@dataclass(frozen=True)
class Row:
    """A division in a board; `address` is that of its page."""

    board: Board
    address: str

    @cached_property
    def bar(self) -> Bar:
        """Its picture."""
        return Bar(self.board.division.code, *(self.board.counts[colour] for colour in Colour))

    @cached_property
    def cells(self) -> list[ColourCell]:
        """Its counts, colour by colour."""
        return [self._cell(colour) for colour in Colour]

    def _cell(self, colour: Colour) -> ColourCell:
        count = self.board.counts[colour]
        word = PLURALS[colour.value] if count > 1 else colour.value
        return ColourCell(
            count,
            f"statut={colour.value}",
            f"livrets {word}" if count > 1 else f"livret {word}",
            self.board.only_pfmp if colour is Colour.ORANGE else 0,
        )


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


def by_level(found: Sequence[Board]) -> list[LevelBoards]:
    """Boards of one diploma already in order, gathered by level."""
    levels = groupby(found, key=lambda board: board.level)
    return [LevelBoards(level, tuple(held)) for level, held in levels]


def level_rows(found: Sequence[Board], doors: Doors) -> list[tuple[Level, list[Row]]]:
    """The same as rows."""
    return [
        (group.level, [Row(b, doors.to("division", b.division.pk)) for b in group.boards])
        for group in by_level(found)
    ]


def campaign_words(campaign: Campaign, *, on: date) -> str:
    """Where the campaign stands at the date `on`; empty when it has no bound ahead or behind."""
    if campaign.opens and on < campaign.opens:
        return f"saisie ouverte à partir du {_day(campaign.opens)}"
    if campaign.closes and on > campaign.closes:
        return f"saisie fermée depuis le {_day(campaign.closes)}"
    return f"saisie jusqu’au {_day(campaign.closes)}" if campaign.closes else ""


def _day(day: date) -> str:
    """`1er juin 2026`, `12 juin 2026`."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {date_format(day, 'F Y')}"
