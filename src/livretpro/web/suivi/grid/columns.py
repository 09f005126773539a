"""The columns of the class grid: what each one shows of a livret, and how it is filled."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from livretpro.livrets.fields import field, shown
from livretpro.livrets.figures import CENT, TENTH, rounded
from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import Content, PeriodKind
from livretpro.livrets.status import Missing
from livretpro.livrets.storing import value_in
from livretpro.web.suivi.entry.words import average_words, ordinal


class Sort(StrEnum):
    """How the cells of a column behave."""

    AVERAGE = "moyenne"
    YEAR = "annee"
    DEGREE = "degre"
    TEXT = "texte"


@dataclass(frozen=True)
class Column:
    """A column: the key of its field (or item), its head, its whole name."""

    key: str
    head: str
    title: str
    sort: Sort
    first: bool = False

    @property
    def typed(self) -> bool:
        """Whether the cells can be typed in."""
        return self.sort in {Sort.AVERAGE, Sort.DEGREE}

    def text(self, sheet: Sheet) -> str:
        """What the cell says: a canonical text, `oui` for a text that stands, or nothing."""
        if self.sort is Sort.YEAR:
            return average_words(sheet.annual)
        if self.sort is Sort.TEXT:
            return "" if _missing(sheet, self.key) else "oui"
        return shown(value_in(sheet.content, field(self.key)))

    def lack(self, sheet: Sheet) -> str:
        """`rouge` or `orange` when the livret misses this, else nothing."""
        missing = _missing(sheet, self.key)
        return ("rouge" if missing.mandatory else "orange") if missing else ""


def _missing(sheet: Sheet, key: str) -> Missing | None:
    """The missing item this column stands for; a PFMP misses its synthesis or its teacher."""
    keys = {"pfmp_synthese", "pfmp_enseignant"} if key == PFMP else {key}
    return next((item for item in sheet.status.missing if item.key in keys), None)


YEAR, PFMP = "moyenne", "pfmp"
TEXTS = (
    Column("enseignant", "Ens.", "Enseignant de la spécialité", Sort.TEXT, first=True),
    Column("appreciation", "App.", "Appréciation générale", Sort.TEXT),
    Column(PFMP, "PFMP", "Synthèse et enseignant de la PFMP", Sort.TEXT),
)


def columns_of(content: Content) -> tuple[Column, ...]:
    """The columns of the livrets that share this periodicity and these expected competences."""
    return (*_averages(content.kind), *_degrees(content), *TEXTS) if content.kind else ()


def _averages(kind: PeriodKind | None) -> list[Column]:
    periods = range(1, kind.count + 1) if kind else ()
    word, letter = (kind.word, kind.value) if kind else ("", "")
    return [
        *(
            Column(f"moyenne_{n}", f"{letter}{n}", f"{n}{ordinal(n)} {word}", Sort.AVERAGE)
            for n in periods
        ),
        Column(YEAR, "Année", "Moyenne annuelle", Sort.YEAR),
    ]


def _degrees(content: Content) -> list[Column]:
    return [
        Column(
            f"competence:{expected.code}",
            expected.code,
            expected.label,
            Sort.DEGREE,
            first=rank == 0,
        )
        for rank, expected in enumerate(content.expected)
    ]


@dataclass(frozen=True)
class Foot:
    """Under a column: the mean of what was typed, and how many livrets hold something."""

    mean: str
    count: int


def foot_of(column: Column, sheets: Sequence[Sheet]) -> Foot:
    """The foot of a column, over the whole group: two decimals for averages, one for degrees."""
    texts = [text for sheet in sheets if (text := column.text(sheet))]
    return Foot(_mean(column, sheets), len(texts))


def _mean(column: Column, sheets: Sequence[Sheet]) -> str:
    numbers = [number for sheet in sheets if (number := _number(column, sheet)) is not None]
    if not numbers:
        return ""
    to = TENTH if column.sort is Sort.DEGREE else CENT
    mean = rounded(sum(numbers, Fraction()) / len(numbers), to)
    return str(mean).replace(".", ",")


def _number(column: Column, sheet: Sheet) -> Fraction | None:
    """What the cell weighs in the mean of its column."""
    if column.sort is Sort.TEXT:
        return None
    if column.sort is Sort.YEAR:
        return sheet.annual
    value = value_in(sheet.content, field(column.key))
    return Fraction(value) if isinstance(value, int | Decimal) else None
