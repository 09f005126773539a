"""The lines of the boards of the head and the DDFPT: a diploma, the whole school."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from livretpro.livrets.boards import Board
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.status import Colour
from livretpro.lsl_export.models import ExportVersion, ReturnedBilan
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.rules import Level
from livretpro.web.base.bars import Bar
from livretpro.web.suivi.board_rows import Doors, LevelBoards, Row, by_level, campaign_words
from livretpro.web.suivi.natures import DEGREES, NATURES, Nature, degree_of
from livretpro.web.suivi.wording import ago

LastVersions = Mapping[tuple[int, str], ExportVersion]  # by division, diploma (CFD)


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


Files = frozenset[tuple[int, str]]
"""Divisions and diplomas (CFD) of which a file can be made."""


def files_of(found: Iterable[Board]) -> Files:
    """A file holds both levels of a division: one livret that is not red is enough."""
    return frozenset((board.division.pk, board.cfd) for board in found if board.exportable)


@dataclass(frozen=True)
class DivisionLine(Row):
    """A division of a board, its last export in words, what LSL said of it (`returned`, and the
    page of the bilan), a `note` beside its name; `makes_file`: some livret of the division at this
    diploma, of either level, is not red."""

    makes_file: bool = False
    export: str = ""
    last_export: str = ""
    note: str = ""
    returned: str = ""
    returned_address: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other lines of the page."""
        return f"{self.board.division.pk}-{self.board.cfd}-{self.board.level.value}"

    @property
    def blocked(self) -> str:
        """Why no file can be made; empty when one can."""
        if self.makes_file:
            return ""
        if self.board.total == 1:
            return "le seul livret est rouge"
        return f"les {self.board.total} livrets sont rouges"


@dataclass(frozen=True)
class LevelLines:
    """A level of the dashboard; `kind` is None while its periodicity is to be chosen."""

    level: Level
    kind: PeriodKind | None
    state: str
    tally: Tally
    lines: tuple[DivisionLine, ...]


@dataclass(frozen=True)
class Lines:
    """What lines of boards are made of, beside the counts: exports, addresses, the day; the bilans
    of LSL by version."""

    last: LastVersions
    uai: str
    on: date
    paths: Mapping[str, str] = field(default_factory=dict)  # by CFD
    bilans: Mapping[int, ReturnedBilan] = field(default_factory=dict)  # by version

    def doors(self, cfd: str) -> Doors:
        """The addresses of a diploma."""
        return Doors(self.uai, self.paths.get(cfd, cfd))

    def levels(self, found: Sequence[Board]) -> list[LevelLines]:
        """The levels of a diploma and their divisions, in order."""
        files = files_of(found)
        return [self._level(group, files) for group in by_level(found)]

    def _level(self, group: LevelBoards, files: Files) -> LevelLines:
        return LevelLines(
            level=group.level,
            kind=group.kind,
            state=campaign_words(group.campaign, on=self.on),
            tally=tally_of(group.level.title, group.boards),
            lines=tuple(self.line(board, files) for board in group.boards),
        )

    def line(self, board: Board, files: Files, note: str = "") -> DivisionLine:
        """A division."""
        doors, division = self.doors(board.cfd), board.division.pk
        bilan = self._bilan(board)
        return DivisionLine(
            board=board,
            address=doors.to("division", division),
            makes_file=(division, board.cfd) in files,
            export=doors.to("export_division", division),
            last_export=self._last(board),
            note=note,
            returned=returned_words(bilan) if bilan else "",
            returned_address=doors.to("returned_bilan", bilan.pk) if bilan else "",
        )

    def _version(self, board: Board) -> ExportVersion | None:
        return self.last.get((board.division.pk, board.cfd))

    def _bilan(self, board: Board) -> ReturnedBilan | None:
        version = self._version(board)
        return self.bilans.get(version.pk) if version else None

    def _last(self, board: Board) -> str:
        version = self._version(board)
        if version is None:
            return ""
        return f"v{version.number:03d}, {ago(timezone.localdate(version.made_at), on=self.on)}"

    def note(self, board: Board) -> str:
        """`terminale, trimestres, saisie jusqu’au 12 juin 2026`."""
        kind = board.kind.plural if board.kind else "périodicité à choisir"
        state = campaign_words(board.campaign, on=self.on)
        return ", ".join(filter(None, (board.level.label, kind, state)))


def returned_words(bilan: ReturnedBilan) -> str:
    """`LSL : 1 rejeté, 2 partiels`, or `LSL : 12 reçus`."""
    counts = ((bilan.rejected, "rejeté"), (bilan.partial, "partiel"))
    told = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    received = f"{bilan.imported} reçu{'s' if bilan.imported > 1 else ''}"
    return f"LSL : {', '.join(told or [received])}"


@dataclass(frozen=True)
class DiplomaLines:
    """A diploma of the board of the school; `address` is that of its own board."""

    diploma: Diploma
    address: str
    tally: Tally
    lines: tuple[DivisionLine, ...]


def diploma_lines(
    known: Sequence[Diploma], found: Sequence[Board], lines: Lines
) -> list[DiplomaLines]:
    """The diplomas and their divisions, in order."""
    own: dict[str, list[Board]] = {}
    files = files_of(found)
    for board in found:
        own.setdefault(board.cfd, []).append(board)
    return [
        DiplomaLines(
            diploma,
            lines.doors(diploma.cfd).to("dashboard"),
            tally_of(str(diploma), own[diploma.cfd]),
            tuple(lines.line(board, files, lines.note(board)) for board in own[diploma.cfd]),
        )
        for diploma in known
        if diploma.cfd in own
    ]


def level_tallies(found: Sequence[Board]) -> list[Tally]:
    """The livrets of the school by level."""
    own = ((level, [b for b in found if b.level is level]) for level in Level)
    return [tally_of(level.title, group) for level, group in own if group]


@dataclass(frozen=True)
class NatureCell:
    """How many items of a nature are missing somewhere, and the address that leads to them."""

    name: str
    address: str
    count: int


@dataclass(frozen=True)
class NatureLine:
    """How many items of a nature are missing, by column."""

    nature: Nature
    cells: tuple[NatureCell, ...]

    @property
    def total(self) -> int:
        """How many in all."""
        return sum(cell.count for cell in self.cells)


def nature_lines(found: Sequence[Board], doors: Doors, *, mandatory: bool) -> list[NatureLine]:
    """What is missing in the divisions of a diploma, mandatory or optional, nature by nature, then
    competence by competence."""
    here = [(board, doors.to("division", board.division.pk)) for board in found]
    return [
        NatureLine(
            nature,
            tuple(
                NatureCell(
                    board.division.code, f"{address}?{nature.query}", nature.count(board.lacks)
                )
                for board, address in here
            ),
        )
        for nature in _natures(found, mandatory=mandatory)
    ]


def _natures(found: Sequence[Board], *, mandatory: bool) -> list[Nature]:
    codes = dict.fromkeys(code for board in found for code in board.codes)
    detail = [degree_of(code) for code in codes]
    own = [nature for nature in NATURES if nature.mandatory is mandatory]
    return [n for nature in own for n in (nature, *(detail if nature is DEGREES else ()))]


def school_natures(found: Sequence[DiplomaLines], *, mandatory: bool) -> list[NatureLine]:
    """The same in the diplomas of the school, nature by nature."""
    return [
        NatureLine(
            nature,
            tuple(
                NatureCell(
                    str(own.diploma),
                    f"{own.address}#nature",
                    sum(nature.count(line.board.lacks) for line in own.lines),
                )
                for own in found
            ),
        )
        for nature in NATURES
        if nature.mandatory is mandatory
    ]
