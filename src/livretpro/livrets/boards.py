"""The livrets of a diploma, division by division: counts, what is missing, group figures."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from livretpro.livrets.queries import Sheet, sheets
from livretpro.livrets.status import Colour
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment, SchoolYear

COMPETENCE = "competence"
Lack = tuple[str, bool]  # kind of item (`Missing.key`, or `competence` for any), mandatory


@dataclass(frozen=True)
class DivisionBoard:
    """The livrets of the pupils present in a division, at one level of a diploma."""

    division: Division
    level: Level
    sheets: tuple[Sheet, ...]

    @cached_property
    def counts(self) -> Counter[Colour]:
        """How many livrets of each colour."""
        return Counter(sheet.status.colour for sheet in self.sheets)

    @property
    def exportable(self) -> int:
        """How many may leave in the file."""
        return sum(n for colour, n in self.counts.items() if colour.exportable)

    @cached_property
    def only_pfmp(self) -> int:
        """How many are orange for a PFMP that is not exported, and for nothing else."""
        return sum(sheet.status.only_pfmp for sheet in self.sheets)

    @cached_property
    def nothing_entered(self) -> bool:
        """Whether no livret of the division holds anything."""
        return not any(sheet.status.started for sheet in self.sheets)

    @cached_property
    def lacks(self) -> Counter[Lack]:
        """How many items are missing, by kind."""
        return Counter(lack for sheet in self.sheets for lack in lacks_of(sheet))


def lacks_of(sheet: Sheet) -> list[Lack]:
    """The kind of each missing item of a livret, in the order of the page."""
    return [(m.key.partition(":")[0], m.mandatory) for m in sheet.status.missing]


def boards(pupils: Iterable[Enrolment], year: SchoolYear, diploma: Diploma) -> list[DivisionBoard]:
    """The boards of these pupils, première first, then by division: four queries.

    The enrolments have a livret of `diploma`, come with `student` and `division` loaded, and keep
    their order.
    """
    found: dict[tuple[Level, Division], list[Sheet]] = {}
    for sheet in sheets(pupils, year, known={diploma.cfd: diploma}):
        if division := sheet.enrolment.division:
            found.setdefault((sheet.content.level, division), []).append(sheet)
    levels = list(Level)
    ordered = sorted(found.items(), key=lambda item: (levels.index(item[0][0]), item[0][1].code))
    return [DivisionBoard(division, level, tuple(held)) for (level, division), held in ordered]
