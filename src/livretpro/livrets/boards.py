"""The livrets of a school, division by division: how many of each colour, and what they lack."""

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from livretpro.livrets.campaign import ALWAYS_OPEN, Campaign
from livretpro.livrets.models import Periodicity
from livretpro.livrets.presence import NOTHING, Presence, presences
from livretpro.livrets.queries import Sheet, Track, periodicities, sheets
from livretpro.livrets.rules import Expected, PeriodKind
from livretpro.livrets.status import Colour, Status, status_of
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import competences_in_use
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment, SchoolYear
from livretpro.schools.places import Placed

Item = tuple[str, bool]  # key of a missing item (`Missing.key`), mandatory
Counted = Iterable[tuple[Status, int]]  # a status, and how many livrets have it


def items_of(status: Status) -> list[Item]:
    """The missing items of a livret, in the order of the page."""
    return [(missing.key, missing.mandatory) for missing in status.missing]


class Tallied:
    """Livrets counted by what they hold."""

    @property
    @abstractmethod
    def counted(self) -> Counted:
        """The statuses, and how many livrets have each."""

    @cached_property
    def counts(self) -> Counter[Colour]:
        """How many livrets of each colour."""
        found: Counter[Colour] = Counter()
        for status, livrets in self.counted:
            found[status.colour] += livrets
        return found

    @property
    def total(self) -> int:
        """How many livrets."""
        return self.counts.total()

    @property
    def exportable(self) -> int:
        """How many may leave in the file."""
        return sum(n for colour, n in self.counts.items() if colour.exportable)

    @cached_property
    def only_pfmp(self) -> int:
        """How many are orange for a PFMP that is not exported, and for nothing else."""
        return sum(livrets for status, livrets in self.counted if status.only_pfmp)

    @cached_property
    def nothing_entered(self) -> bool:
        """Whether no livret holds anything."""
        return not any(status.started for status, _ in self.counted)

    @cached_property
    def lacks(self) -> Counter[Item]:
        """How many livrets lack each item."""
        found: Counter[Item] = Counter()
        for status, livrets in self.counted:
            for item in items_of(status):
                found[item] += livrets
        return found


@dataclass(frozen=True)
class DivisionBoard(Tallied):
    """The livrets of the pupils present in a division, at one level of a diploma."""

    division: Division
    level: Level
    sheets: tuple[Sheet, ...]

    @property
    def counted(self) -> Counted:
        """Each livret on its own."""
        return [(sheet.status, 1) for sheet in self.sheets]


@dataclass(frozen=True)
class Alike:
    """Pupils of one division, diploma and level whose livrets hold and lack the same."""

    status: Status
    students: tuple[int, ...]


@dataclass(frozen=True)
class Board(Tallied):
    """The livrets of a division at one level of a diploma, counted without their values.

    `kind` is None while the periodicity is to be chosen; `codes` are the competences expected, in
    their order.
    """

    division: Division
    cfd: str
    level: Level
    kind: PeriodKind | None
    campaign: Campaign
    codes: tuple[str, ...]
    alike: tuple[Alike, ...]

    @property
    def counted(self) -> Counted:
        """Livrets alike together."""
        return [(alike.status, len(alike.students)) for alike in self.alike]


@dataclass(frozen=True)
class _Competences:
    """The competences that each version expects, and the code of every one in use, by id."""

    expected: Mapping[int | None, tuple[Expected, ...]]
    codes: Mapping[int, str]


def division_boards(
    pupils: Iterable[Enrolment], year: SchoolYear, diploma: Diploma
) -> list[DivisionBoard]:
    """The livrets of these pupils, première first, then by division: four queries.

    The enrolments have a livret of `diploma`, come with `student` and `division` loaded, and keep
    their order.
    """
    found: dict[tuple[Level, Division], list[Sheet]] = {}
    for sheet in sheets(pupils, year, known={diploma.cfd: diploma}):
        if division := sheet.enrolment.division:
            found.setdefault((sheet.content.level, division), []).append(sheet)
    ordered = sorted(found.items(), key=lambda item: _rank(*item[0]))
    return [DivisionBoard(division, level, tuple(held)) for (level, division), held in ordered]


def boards(pupils: Iterable[Placed], year: SchoolYear, known: Mapping[str, Diploma]) -> list[Board]:
    """The counts of these pupils, diploma by diploma in the order of `known`, première first, then
    by division: three queries, whatever the number of pupils, divisions and diplomas.

    The enrolments have a livret of one of these diplomas (by CFD) and come with `division` loaded.
    """
    here = [(pupil, pupil.division) for pupil in pupils if pupil.division and pupil.cfd in known]
    held = presences([pupil.student_id for pupil, _ in here], year)
    sources = _Sources(
        periodicities(year, known), known, _competences(held.values(), known.values())
    )
    found: dict[tuple[str, str, Division], dict[Presence, list[int]]] = {}
    for pupil, division in here:
        presence = held.get((pupil.student_id, pupil.cfd, pupil.level), NOTHING)
        place = found.setdefault((pupil.cfd, pupil.level, division), {})
        place.setdefault(presence, []).append(pupil.student_id)
    rank = {cfd: number for number, cfd in enumerate(known)}
    return sorted(
        (
            sources.board(cfd, Level(level), division, groups)
            for (cfd, level, division), groups in found.items()
        ),
        key=lambda board: (rank[board.cfd], *_rank(board.level, board.division)),
    )


def _rank(level: Level, division: Division) -> tuple[int, str]:
    return list(Level).index(level), division.code


def _competences(held: Iterable[Presence], known: Iterable[Diploma]) -> _Competences:
    """Those that livrets expect or hold: one query."""
    kept = list(held)
    versions = {presence.referentiel for presence in kept} | {d.referentiel_id for d in known}
    degrees = {competence for presence in kept for competence in presence.degrees}
    expected: dict[int | None, list[Expected]] = {}
    codes = {}
    for c in competences_in_use((version for version in versions if version), degrees):
        codes[c.pk] = c.code
        if c.expected and c.referentiel_id in versions:
            own = expected.setdefault(c.referentiel_id, [])
            own.append(Expected(c.pk, c.code, c.label))
    return _Competences({version: tuple(own) for version, own in expected.items()}, codes)


@dataclass(frozen=True)
class _Sources:
    """What statuses are worked out from, beside what livrets hold."""

    periodicity: Mapping[Track, Periodicity]
    known: Mapping[str, Diploma]
    competences: _Competences

    def board(
        self, cfd: str, level: Level, division: Division, held: Mapping[Presence, list[int]]
    ) -> Board:
        """The board of pupils gathered by what their livrets hold."""
        row = self.periodicity.get((cfd, level.value))
        kind = PeriodKind(row.kind) if row else None
        alike = tuple(
            Alike(
                status_of(
                    presence.content(
                        level, kind, self._expected(cfd, presence), self.competences.codes
                    )
                ),
                tuple(students),
            )
            for presence, students in held.items()
        )
        return Board(
            division=division,
            cfd=cfd,
            level=level,
            kind=kind,
            campaign=row.campaign if row else ALWAYS_OPEN,
            codes=self._codes(cfd, held),
            alike=alike,
        )

    def _codes(self, cfd: str, held: Iterable[Presence]) -> tuple[str, ...]:
        """The codes of all the versions in use here, each once."""
        lists = (self._expected(cfd, presence) for presence in held)
        return tuple(dict.fromkeys(expected.code for each in lists for expected in each))

    def _expected(self, cfd: str, presence: Presence) -> tuple[Expected, ...]:
        """Those of the version a livret was opened with, else of the current one."""
        return self.competences.expected.get(
            presence.referentiel or self.known[cfd].referentiel_id, ()
        )
