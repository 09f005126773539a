"""What is still to be filled, division by division: each number leads to the very fields."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial

from livretpro.livrets.boards import Board, Item
from livretpro.livrets.owing import Charge, charge, charge_of, owed, owing, total, unattended
from livretpro.livrets.wording import COMPETENCE
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.followers import Follower
from livretpro.schools.models import Division, SchoolYear
from livretpro.web.suivi.board_rows import Doors, Row, by_level, campaign_words
from livretpro.web.suivi.natures import (
    APPRECIATION,
    AVERAGE,
    PFMP_TEACHERS,
    SYNTHESES,
    TEACHER,
    Nature,
    degree_of,
)

PERIODICITY = "saisie fermée : la périodicité n’est pas choisie"


@dataclass(frozen=True)
class OwedLink:
    """How many livrets of a division lack something; `words` say what, beside the number."""

    count: int
    words: str
    nature: Nature


@dataclass(frozen=True)
class OwedLine(Row):
    """What is missing in a division; `notes` say of which diploma, how the campaign stands."""

    items: Counter[Item]
    notes: tuple[str, ...]

    @cached_property
    def mandatory(self) -> list[list[OwedLink]]:
        """Degrees, average, teacher, exported PFMP."""
        codes = [code for code in self.board.codes if self.items[f"{COMPETENCE}:{code}", True]]
        return [
            [self._link(degree_of(code), code) for code in codes],
            self._links(AVERAGE),
            self._links(TEACHER),
            self._pfmp(mandatory=True),
        ]

    @cached_property
    def optional(self) -> list[list[OwedLink]]:
        """General appreciation, PFMP that is not exported."""
        return [self._links(APPRECIATION), self._pfmp(mandatory=False)]

    def _pfmp(self, *, mandatory: bool) -> list[OwedLink]:
        both = ((SYNTHESES, "synthèse"), (PFMP_TEACHERS, "enseignant"))
        own = ((n, words) for natures, words in both for n in natures if n.mandatory is mandatory)
        return [self._link(n, words) for n, words in own if n.count(self.items)]

    def _links(self, *natures: Nature) -> list[OwedLink]:
        return [self._link(nature, "") for nature in natures if nature.count(self.items)]

    def _link(self, nature: Nature, words: str) -> OwedLink:
        return OwedLink(nature.count(self.items), words, nature)


@dataclass(frozen=True)
class Owed:
    """What one teacher still owes."""

    lines: tuple[OwedLine, ...]

    @property
    def mandatory(self) -> int:
        """How many mandatory data."""
        return total((line.items for line in self.lines), mandatory=True)

    @property
    def optional(self) -> int:
        """How many optional ones."""
        return total((line.items for line in self.lines), mandatory=False)


@dataclass(frozen=True)
class Reader:
    """How lines are told to somebody: the addresses of each diploma (by CFD), its name when there
    are several, the day."""

    doors: Mapping[str, Doors]
    on: date
    names: Mapping[str, str] = field(default_factory=dict)

    def lines(self, found: Sequence[Board], own: Callable[[Board], Charge]) -> Owed:
        """What somebody in charge of that still owes."""
        counted = ((board, owed(board, own(board))) for board in found)
        return Owed(tuple(self._line(board, items) for board, items in counted if items))

    def _line(self, board: Board, items: Counter[Item]) -> OwedLine:
        state = campaign_words(board.campaign, on=self.on) if board.kind else PERIODICITY
        notes = (self.names.get(board.cfd, ""), state)
        address = self.doors[board.cfd].to("division", board.division.pk)
        return OwedLine(board, address, items, tuple(filter(None, notes)))


def owed_by(actor: Actor, found: Sequence[Board], year: SchoolYear, *, reader: Reader) -> Owed:
    """What this person may still add, in the divisions of their services and charges."""
    return reader.lines(found, lambda board: charge(actor, board, year))


@dataclass(frozen=True)
class TeacherOwed:
    """What a teacher still owes; `name` is empty for what nobody may write but the head."""

    name: str
    owed: Owed
    has_account: bool = True


def by_teacher(
    found: Sequence[Board],
    teachers: Sequence[Follower],
    *,
    pfmp_by_speciality: bool,
    reader: Reader,
) -> list[TeacherOwed]:
    """What nobody is in charge of, then what each teacher owes; who owes nothing is left out."""

    def of(teacher: Follower, board: Board) -> Charge:
        return charge_of(teacher, board, pfmp_by_speciality=pfmp_by_speciality)

    def nobody(board: Board) -> Charge:
        return unattended(board, [of(teacher, board) for teacher in teachers])

    alone = TeacherOwed("", reader.lines(found, nobody))
    told = [
        TeacherOwed(
            str(teacher.staff),
            reader.lines(found, partial(of, teacher)),
            teacher.user is not None,
        )
        for teacher in teachers
    ]
    return [line for line in (alone, *told) if line.owed.lines]


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


def closings(found: Sequence[Board], actor: Actor, year: SchoolYear) -> list[Closing]:
    """What a teacher still owes before a closing near (spec 02, Periodicity)."""
    told = []
    for group in by_level(found):
        closes = group.campaign.closes
        counts = ((b.division, owing(b, charge(actor, b, year))) for b in group.boards)
        red = tuple((division, count) for division, count in counts if count)
        if red and actor.on and closes and group.campaign.closes_soon(actor.on):
            told.append(Closing(group.level, closes, (closes - actor.on).days, red))
    return told
