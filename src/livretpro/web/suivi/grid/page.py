"""The page of a division as a grid, and what changes on it afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode

from django.utils import timezone

from livretpro.journal.queries import Told, position, told_since
from livretpro.livrets.actions.values import outside_campaign
from livretpro.livrets.boards import DivisionBoard, division_boards
from livretpro.livrets.fields import APPRECIATION_MAX, Part
from livretpro.livrets.periods import period_at, periods_of
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import Sheet, livret_keys
from livretpro.livrets.rules import DEGREE_LABELS
from livretpro.livrets.status import Colour
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.queries import pupils_of_division
from livretpro.web.suivi.division_rows import DivisionPage, PupilRow
from livretpro.web.suivi.grid.columns import Column
from livretpro.web.suivi.grid.rows import GridGroup
from livretpro.web.suivi.grid.typing import ColumnLine, Trouble
from livretpro.web.suivi.natures import Nature
from livretpro.web.suivi.place import DiplomaPlace

LIVRET = "livret"


@dataclass(frozen=True)
class GridPage:
    """The livrets of a division as one person sees them.

    `cursor` is where the journal stood before anything was read: what came after is asked for from
    there. `wanted` is the key of the field filled by column; `troubles` what could not be kept of
    it, by enrolment.
    """

    place: DiplomaPlace
    division: Division
    boards: Sequence[DivisionBoard]
    colour: Colour | None = None
    nature: Nature | None = None
    cursor: int = 0
    wanted: str = ""
    troubles: Mapping[int, Trouble] = field(default_factory=dict)
    number: int = 0
    """The period on screen; 0 for the livret."""

    @property
    def label(self) -> str:
        """What the grid holds."""
        return f"Livrets de {self.division} : moyennes et degrés de maîtrise"

    @property
    def appraisal_field(self) -> str:
        """The key of the text typed pupil by pupil."""
        return "appreciation"

    @property
    def period_now(self) -> int:
        """The number of the period that runs today, the first one outside the year."""
        year = self.place.year
        first = next((sheet for sheet in self._firsts if sheet.content.kind), None)
        if first is None or first.content.kind is None:
            return 1
        periods = periods_of(first.content.kind, first.period_days, year.start, year.end)
        running = period_at(periods, timezone.localdate())
        return running.number if running else 1

    def line(self, sheet: Sheet, key: str, seen: str, limit: int = 0) -> ColumnLine:
        """A pupil in a form of one field."""
        return ColumnLine(sheet, key, seen, self.troubles.get(sheet.enrolment.pk), limit=limit)

    @cached_property
    def roll(self) -> DivisionPage:
        """The same livrets as a list, with the filter."""
        return DivisionPage(self.division, self.boards, self.colour, self.nature)

    @cached_property
    def groups(self) -> list[GridGroup]:
        """The livrets that share their columns, level by level."""
        return [group for listed in self.roll.groups for group in _grids(listed.board, listed.rows)]

    @property
    def chosen(self) -> str:
        """The filter as the query of an address."""
        chosen = self.filter
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def and_chosen(self) -> str:
        """The same after another word."""
        chosen = self.filter
        return f"&{urlencode(chosen)}" if chosen else ""

    @property
    def filter(self) -> dict[str, str]:
        """What chooses among the livrets, as the address writes it."""
        colour = {"statut": self.colour.value} if self.colour else {}
        return colour | ({"manque": self.nature.slug} if self.nature else {})

    @property
    def unsure(self) -> bool:
        """Whether a référentiel says itself that it is not complete."""
        return any(group.unsure for group in self.groups)

    @property
    def degrees(self) -> dict[int, str]:
        """The four degrees and their words."""
        return DEGREE_LABELS

    @property
    def closed(self) -> str:
        """Why there is no grid at all, in one sentence; empty when one can be shown."""
        reasons = [group.closed for group in self.groups]
        return reasons[0] if reasons and all(reasons) else ""

    @property
    def _firsts(self) -> list[Sheet]:
        """A livret of each grid: what it holds of its level, the others of the grid hold too."""
        return [group.sheets[0] for group in self.groups]

    @property
    def lacks_periodicity(self) -> bool:
        """Whether trimestres or semestres are still to be chosen."""
        return any(sheet.content.kind is None for sheet in self._firsts)

    @property
    def outside_campaign(self) -> str:
        """Why this person only reads, whatever the level; empty when one is open."""
        reasons = [outside_campaign(sheet.campaign, self.place.actor) for sheet in self._firsts]
        return reasons[0] if reasons and all(reasons) else ""

    @property
    def closes(self) -> date | None:
        """The first day after which teachers only read a level, if any."""
        days = [sheet.campaign.closes for sheet in self._firsts]
        return min((day for day in days if day), default=None)

    @cached_property
    def open(self) -> bool:
        """Whether this person may type the speciality here."""
        pupils = [sheet.enrolment for group in self.groups for sheet in group.sheets]
        may = any(can_write(self.place.actor, Part.SPECIALITY, pupil) for pupil in pupils)
        return may and not self.closed and not self.outside_campaign

    @cached_property
    def group(self) -> GridGroup | None:
        """The group whose columns are filled one at a time: the first with the wanted column."""
        held = [group for group in self.groups if self._column_in(group)]
        return next((group for group in held or self.groups if not group.closed), None)

    @cached_property
    def column(self) -> Column | None:
        """The column filled alone: the wanted one, else the first competence that is missing."""
        if self.group is None or not self.group.columns:
            return None
        lacking = [c for c in self.group.degrees if any(c.lack(s) for s in self.group.sheets)]
        return self._column_in(self.group) or next(iter(lacking or self.group.degrees), None)

    def _column_in(self, group: GridGroup) -> Column | None:
        return next((column for column in group.typed if column.key == self.wanted), None)

    @property
    def before(self) -> Column | None:
        """The column before the one filled alone."""
        return self._beside(-1)

    @property
    def after(self) -> Column | None:
        """The column after it."""
        return self._beside(1)

    def _beside(self, step: int) -> Column | None:
        if self.group is None or self.column is None:
            return None
        typed = self.group.typed
        place = typed.index(self.column) + step
        return typed[place] if 0 <= place < len(typed) else None

    @cached_property
    def lines(self) -> list[ColumnLine]:
        """The pupils of the column filled alone."""
        if self.group is None or self.column is None:
            return []
        column = self.column
        return [self.line(sheet, column.key, column.text(sheet)) for sheet in self.group.shown]

    @cached_property
    def appreciations(self) -> list[ColumnLine]:
        """The pupils and their general appreciation."""
        return [
            self.line(sheet, self.appraisal_field, sheet.content.appreciation, APPRECIATION_MAX)
            for group in self.groups
            if not group.closed
            for sheet in group.shown
        ]


def _grids(board: DivisionBoard, rows: Sequence[PupilRow]) -> list[GridGroup]:
    """One grid per list of expected competences: livrets keep the version they were opened with."""
    kept = {row.sheet.enrolment.pk for row in rows}
    ordered = sorted(board.sheets, key=codes)
    held = [tuple(sheets) for _, sheets in groupby(ordered, key=codes)]
    return [
        GridGroup(
            title=board.level.title,
            sheets=sheets,
            shown=tuple(sheet for sheet in sheets if sheet.enrolment.pk in kept),
        )
        for sheets in held
    ]


def codes(sheet: Sheet) -> tuple[str, ...]:
    """The competences that a livret expects: those of one grid have the same."""
    return tuple(expected.code for expected in sheet.content.expected)


def grid_page(
    place: DiplomaPlace,
    division: Division,
    *,
    colour: Colour | None = None,
    nature: Nature | None = None,
    wanted: str = "",
    troubles: Mapping[int, Trouble] | None = None,
) -> GridPage:
    """The page of a division: six queries, whatever the number of pupils."""
    cursor = position(place.school.uai)
    boards = division_boards(pupils(place, division), place.year, place.diploma)
    lacking = nature.column(s for board in boards for s in board.sheets) if nature else ""
    return GridPage(
        place=place,
        division=division,
        boards=boards,
        colour=colour,
        nature=nature,
        cursor=cursor,
        wanted=wanted or lacking,
        troubles=troubles or {},
    )


def pupils(place: DiplomaPlace, division: Division) -> list[Enrolment]:
    """The pupils of a division who prepare the diploma: one query."""
    found = pupils_of_division(place.actor, division)
    return [enrolment for enrolment in found if enrolment.cfd == place.diploma.cfd]


def told_in(division: Division, cfd: str, school_uai: str, *, after: int) -> tuple[int, list[Told]]:
    """Where the journal stands, and what it tells after the rank `after` of the livrets of a
    division: one query, two when anything was told in the school since."""
    return told_since(school_uai, LIVRET, livret_keys(division, cfd), after=after)


def changed_rows(page: GridPage, told: Sequence[Told]) -> dict[str, object]:
    """The rows of the page that the journal tells of, who changed them, and what is counted."""
    changed = {entry.key for entry in told}
    texts = {line.sheet.enrolment.pk: line.seen for line in page.appreciations}
    rows = [
        row.told()
        | {"appreciation": texts.get(row.sheet.enrolment.pk, "")}
        | {"auteurs": _authors(told, str(row.sheet.livret_id), page.place.actor.author.id)}
        for group in page.groups
        for row in group.rows
        if str(row.sheet.livret_id) in changed
    ]
    return {
        "lignes": rows,
        "pieds": [group.told() for group in page.groups],
        "filtres": {choice.colour or "tous": choice.count for choice in page.roll.filters},
    }


def _authors(told: Sequence[Told], key: str, reader: str) -> dict[str, str]:
    """Who changed each field of a livret, the reader left out."""
    return {e.field: e.author for e in told if e.key == key and e.author_id != reader}
