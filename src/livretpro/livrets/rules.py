"""The words of the livret: periodicity, blocks, content (spec 02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum

from livretpro.referentiels.rules import Level

LAST_CHEF_D_OEUVRE_YEAR = 2023


class PeriodKind(StrEnum):
    """Trimestres (3 periods) or semestres (2)."""

    TRIMESTRE = "T"
    SEMESTRE = "S"

    @property
    def count(self) -> int:  # type: ignore[override]
        """How many periods the year has."""
        return {"T": 3, "S": 2}[self.value]

    @property
    def word(self) -> str:
        """One period."""
        return {"T": "trimestre", "S": "semestre"}[self.value]

    @property
    def plural(self) -> str:
        """Several."""
        return f"{self.word}s"


class Block(StrEnum):
    """Where teachers sign."""

    SPECIALITY = "specialite"
    PROJECT = "projet"


class NotGraded(Enum):
    """ "Non noté": decided, yet no number."""

    NN = "NN"


NOT_GRADED = NotGraded.NN
Average = Decimal | NotGraded | None
DEGREE_LABELS = {
    1: "non maîtrisée",
    2: "insuffisamment maîtrisée",
    3: "maîtrisée",
    4: "bien maîtrisée",
}


@dataclass(frozen=True)
class Expected:
    """A competence expected at the livret; `parts` are its sub-competences, which a bilan de
    période assesses too."""

    id: int
    code: str
    label: str
    parts: tuple["Expected", ...] = ()

    @property
    def assessed(self) -> tuple["Expected", ...]:
        """What a bilan de période assesses of it: the competence, then each part."""
        return (self, *self.parts)


@dataclass(frozen=True)
class Teacher:
    """A line of teacher."""

    last_name: str
    first_name: str

    @property
    def complete(self) -> bool:
        """Both name and first name: what the livret asks."""
        return bool(self.last_name and self.first_name)


@dataclass(frozen=True)
class Pfmp:
    """The PFMP block."""

    exported: bool = False
    synthesis: str = ""
    teacher: Teacher = Teacher("", "")
    weeks: int | None = None
    abroad: bool | None = None


@dataclass(frozen=True)
class Project:
    """The chef-d'œuvre or projet block."""

    mark: Decimal | None = None
    appreciation: str = ""
    teachers: Mapping[int, Teacher] = field(default_factory=dict)

    @property
    def started(self) -> bool:
        """Whether anything stands in it."""
        return self.mark is not None or bool(self.appreciation) or bool(self.teachers)


@dataclass(frozen=True)
class Content:
    """All that a livret holds; an empty one for a pupil of whom nothing was entered.

    `degrees` by competence code, `averages` and `teachers` by their number on the page.
    `appraisals` and `period_degrees` are those of the bilans de période, by period and by (period,
    code): read only where they are asked for.
    """

    level: Level
    kind: PeriodKind | None
    expected: tuple[Expected, ...] = ()
    averages: Mapping[int, Decimal | NotGraded] = field(default_factory=dict)
    degrees: Mapping[str, int] = field(default_factory=dict)
    appreciation: str = ""
    teachers: Mapping[int, Teacher] = field(default_factory=dict)
    pfmp: Pfmp = Pfmp()
    project: Project = Project()
    appraisals: Mapping[int, str] = field(default_factory=dict)
    period_degrees: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @property
    def assessed(self) -> tuple[Expected, ...]:
        """What a bilan de période assesses: each expected competence, then its sub-competences."""
        return tuple(one for expected in self.expected for one in expected.assessed)

    @property
    def has_bilans(self) -> bool:
        """Whether a bilan de période, read with the rest, holds more than an average."""
        return bool(self.appraisals or self.period_degrees)

    @property
    def started(self) -> bool:
        """Whether a typed value stands here: this is what freezes the periodicity.

        The "export this part" choice is not a datum (spec 02, Periodicity).
        """
        pfmp = self.pfmp
        return bool(
            self.averages
            or self.degrees
            or self.appreciation
            or self.teachers
            or pfmp.synthesis
            or pfmp.teacher != Teacher("", "")
            or pfmp.weeks is not None
            or pfmp.abroad is not None
            or self.project.started
        )


def project_label(year: int) -> str:
    """Chef-d'œuvre until 2023-24, projet after (spec 02, Fields)."""
    return "Chef-d’œuvre" if year <= LAST_CHEF_D_OEUVRE_YEAR else "Projet"


def project_nature(year: int) -> str:
    """The same, as the file writes it."""
    return "chef-d-oeuvre" if year <= LAST_CHEF_D_OEUVRE_YEAR else "projet"
