"""What the partner API says, in values of Python. Instants bear their time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Level = Literal["premiere", "terminale"]
PeriodKind = Literal["T", "S"]


@dataclass(frozen=True)
class School:
    """The school that the credentials open: `year` as `2026-2027`."""

    uai: str
    name: str
    year: str


@dataclass(frozen=True)
class Diploma:
    """A diploma followed in a division: its formation-diplôme code, its MEF on ten digits, the
    codes of competences and sub-competences that its bilans may give a degree, None from a server
    of a former version.

    `periodicity` is T (trimestres), S (semestres), or None while nobody has set it.
    """

    cfd: str
    mefs: tuple[str, ...]
    level: Level
    periodicity: PeriodKind | None
    codes: tuple[str, ...] | None


@dataclass(frozen=True)
class Period:
    """A period of a division; `published_at` is None until its bilans are published."""

    number: int
    start: date | None
    end: date | None
    published_at: datetime | None


@dataclass(frozen=True)
class Division:
    """A division; no period when it has no periodicity, or two different ones."""

    code: str
    label: str
    diplomas: tuple[Diploma, ...]
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Teacher:
    """A teacher as printed; one of the two names may be empty."""

    last_name: str
    first_name: str


@dataclass(frozen=True)
class Decision:
    """When a value was last decided in Suivi, and the name of who did."""

    at: datetime
    by: str


@dataclass(frozen=True)
class PupilBilan:
    """What the team decided for a pupil and a published period.

    `student_id` is SIECLE's. `average` is out of 20, `degrees` are 1 to 4, by code of competence or
    sub-competence; a number out of its scale is handed out as it came. No average means "non noté"
    with `not_graded`, else that nothing was entered. `changed_at` is None when nothing ever was.
    Decisions are those of values that stand, as far as the server tells them: one of a former
    version tells none.
    """

    student_id: str
    ine: str | None
    last_name: str
    first_name: str
    cfd: str
    average: Decimal | None
    not_graded: bool
    appraisal: str
    teachers: tuple[Teacher, ...]
    degrees: Mapping[str, int]
    changed_at: datetime | None
    average_decided: Decision | None = None
    appraisal_decided: Decision | None = None
    degrees_decided: Mapping[str, Decision] = field(default_factory=dict)
