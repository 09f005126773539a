"""The pages and columns of the workbook of a division, and the mark it carries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from livretpro.livrets.fields import TEACHER_LINES, field
from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import Content
from livretpro.livrets.sheet import PUPIL, column_of
from livretpro.livrets.storing import value_in
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division

MARK = "livretpro"
"""The name of the hidden sheet, and the word in its first cell."""
FORM = "1"
NAMES = ("nom", "prenom")
FIXED = (PUPIL, *NAMES)
LABEL_LINE, HEAD_LINE, FIRST_LINE = 0, 1, 2
SHOWN_TEACHERS = 2


@dataclass(frozen=True)
class Mark:
    """What a workbook was made of; one filled elsewhere or in another year is not taken."""

    uai: str
    year: str
    cfd: str
    division: str

    @classmethod
    def of(cls, division: Division, cfd: str, uai: str) -> "Mark":
        """The mark of the livrets of a diploma in a division."""
        return cls(uai, str(division.school_year.year), cfd, division.code)


@dataclass(frozen=True)
class Head:
    """A column: the key of its field and what it is called."""

    key: str
    label: str

    @property
    def column(self) -> str:
        """Its name, as `livret fill` reads it."""
        return column_of(self.key)

    def text(self, sheet: Sheet) -> str:
        """The canonical text of the value that stands."""
        wanted = field(self.key)
        return wanted.show(value_in(sheet.content, wanted))


@dataclass(frozen=True)
class Page:
    """Livrets that share level and expected competences: one sheet of the workbook."""

    title: str
    heads: tuple[Head, ...]
    sheets: tuple[Sheet, ...]


def pages_of(sheets: Iterable[Sheet]) -> list[Page]:
    """The pages of these livrets; none for livrets whose entry is closed."""
    ready = [s for s in sheets if s.content.kind is not None and s.content.expected]
    grouped = [tuple(held) for _, held in groupby(sorted(ready, key=_shape), key=_shape)]
    return [
        Page(f"{held[0].content.level.title} {rank}", _heads(held), held)
        for rank, held in enumerate(grouped, start=1)
    ]


def _shape(sheet: Sheet) -> tuple[str, tuple[str, ...]]:
    content = sheet.content
    return content.level.value, tuple(expected.code for expected in content.expected)


def _heads(sheets: Sequence[Sheet]) -> tuple[Head, ...]:
    content = sheets[0].content
    return (
        *_averages(content),
        *(Head(f"competence:{e.code}", f"{e.code} {e.label}") for e in content.expected),
        *(Head(key, field(key).label) for key in _plain_keys(sheets)),
    )


def _averages(content: Content) -> Iterator[Head]:
    if content.kind is not None:
        for number in range(1, content.kind.count + 1):
            yield Head(f"moyenne_{number}", f"Moyenne du {content.kind.word} {number}")


def _plain_keys(sheets: Sequence[Sheet]) -> Iterator[str]:
    yield "appreciation"
    yield from _teachers("", (s.content.teachers for s in sheets))
    yield from ("pfmp_exporter", "pfmp_synthese", "pfmp_nom", "pfmp_prenom")
    if sheets[0].content.level is Level.TERMINALE:
        yield "pfmp_semaines"
    yield "pfmp_etranger"
    if sheets[0].project_open:
        yield from ("projet_note", "projet_appreciation")
        yield from _teachers("projet_", (s.content.project.teachers for s in sheets))


def _teachers(prefix: str, held: Iterable[Iterable[int]]) -> Iterator[str]:
    """Two lines of teachers, more when a livret holds more."""
    most = max((number for numbers in held for number in numbers), default=0)
    for number in range(1, min(max(most, SHOWN_TEACHERS), TEACHER_LINES) + 1):
        yield f"{prefix}enseignant_{number}_nom"
        yield f"{prefix}enseignant_{number}_prenom"
