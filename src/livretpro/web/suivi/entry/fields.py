"""The fields of the entry page, laid out as its blocks show them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from livretpro.livrets.fields import TEACHER_LINES, Part, shown
from livretpro.livrets.fields import field as field_of
from livretpro.livrets.periods import periods_of
from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import Block, Content, Expected, Teacher
from livretpro.livrets.storing import value_in
from livretpro.lsl_export.returned_rows import Said
from livretpro.referentiels.rules import Level
from livretpro.web.suivi.entry.boxes import Box, Mark, Problem, mark_of
from livretpro.web.suivi.entry.words import ordinal

PREFIXES = {Block.SPECIALITY: "enseignant", Block.PROJECT: "projet_enseignant"}
ITEMS = ("moyenne", "enseignant", "appreciation", "pfmp_synthese", "pfmp_enseignant")
SINGLE = ("appreciation", "pfmp_exporter", "pfmp_synthese", "pfmp_nom", "pfmp_prenom")


@dataclass(frozen=True)
class PeriodColumn:
    """A period of the year, its dates and its average."""

    number: int
    suffix: str
    word: str
    box: Box
    start: date
    end: date


@dataclass(frozen=True)
class CompetenceRow:
    """An expected competence, its degree, its mark."""

    expected: Expected
    box: Box
    mark: Mark


@dataclass(frozen=True)
class TeacherRow:
    """A line of teacher: two fields."""

    number: int
    last_name: Box
    first_name: Box


@dataclass(frozen=True)
class TeacherList:
    """The lines of a block: those that stand and a free one, by number.

    `free` is the number of the free one, 0 when all are taken; `add_me` offers the reader's own
    name; `returned` is what the last bilan of LSL says of them.
    """

    prefix: str
    rows: tuple[TeacherRow, ...]
    free: int
    open: bool
    add_me: bool
    returned: Sequence[Said] = ()

    @property
    def of(self) -> str:
        """What these teachers teach, after "enseignant"."""
        return "de la spécialité" if self.prefix == PREFIXES[Block.SPECIALITY] else "du projet"

    @property
    def blank(self) -> TeacherRow:
        """The model of a further line, numbered 0."""
        names = (f"{self.prefix}_0_nom", f"{self.prefix}_0_prenom")
        return TeacherRow(0, *(Box(key=key, label="", seen="", open=True) for key in names))


@dataclass(frozen=True)
class EntryFields:
    """The fields of a livret for one person.

    `parts` are those the person may write now; `me` the person's own name when it may be added
    among the teachers; `problems` what could not be kept; `authors` who last saved each field;
    `year` the first and last day of the school year; `returned` what the last bilan of LSL says, by
    key.
    """

    sheet: Sheet
    parts: frozenset[Part]
    me: Teacher | None = None
    problems: Mapping[str, Problem] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    year: tuple[date, date] = field(kw_only=True)
    returned: Mapping[str, Sequence[Said]] = field(default_factory=dict, kw_only=True)

    @property
    def content(self) -> Content:
        """What the livret holds."""
        return self.sheet.content

    @property
    def speciality_open(self) -> bool:
        """Whether the block of the speciality can be typed in."""
        return Part.SPECIALITY in self.parts

    @property
    def pfmp_open(self) -> bool:
        """Whether the block of the PFMP can be typed in."""
        return Part.PFMP in self.parts

    @property
    def project_open(self) -> bool:
        """Whether the block of the chef-d'œuvre or projet can be typed in."""
        return Part.PROJECT in self.parts

    @cached_property
    def periods(self) -> list[PeriodColumn]:
        """The averages, one per period."""
        kind = self.content.kind
        if kind is None:
            return []
        return [
            PeriodColumn(
                number=period.number,
                suffix=ordinal(period.number),
                word=kind.word,
                box=self.box(f"moyenne_{period.number}"),
                start=period.start,
                end=period.end,
            )
            for period in periods_of(kind, self.sheet.period_days, *self.year)
        ]

    @cached_property
    def competences(self) -> list[CompetenceRow]:
        """The expected competences and their degrees."""
        keys = [(expected, f"competence:{expected.code}") for expected in self.content.expected]
        return [CompetenceRow(e, self.box(key), self._mark(key)) for e, key in keys]

    @cached_property
    def teachers(self) -> TeacherList:
        """Teachers of the speciality."""
        return self._teacher_list(Block.SPECIALITY, self.content.teachers, Part.SPECIALITY)

    @cached_property
    def project_teachers(self) -> TeacherList:
        """Teachers of the chef-d'œuvre or projet."""
        return self._teacher_list(Block.PROJECT, self.content.project.teachers, Part.PROJECT)

    @cached_property
    def single(self) -> dict[str, Box]:
        """The fields that stand alone, by key."""
        keys = [*SINGLE, "pfmp_etranger"]
        if self.content.level is Level.TERMINALE:
            keys.append("pfmp_semaines")
        if self.sheet.project_open:
            keys += ["projet_note", "projet_appreciation"]
        return {key: self.box(key) for key in keys}

    def boxes(self) -> Iterator[Box]:
        """Every field of the page, those of one block together."""
        yield from (period.box for period in self.periods)
        yield from (row.box for row in self.competences)
        yield from _halves(self.teachers)
        if self.sheet.project_open:
            yield from _halves(self.project_teachers)
        yield from self.single.values()

    @cached_property
    def told_keys(self) -> frozenset[str]:
        """The keys beside which a finding of LSL can be told."""
        lists = [PREFIXES[Block.SPECIALITY]]
        lists += [PREFIXES[Block.PROJECT]] if self.sheet.project_open else []
        return frozenset([*lists, *(box.key for box in self.boxes())])

    @cached_property
    def marks(self) -> dict[str, Mark]:
        """The marks of all items but the competences."""
        return {key: self._mark(key) for key in ITEMS}

    @property
    def all_marks(self) -> list[Mark]:
        """Every mark of the page."""
        return [*(row.mark for row in self.competences), *self.marks.values()]

    def _mark(self, key: str) -> Mark:
        missing = next((m for m in self.sheet.status.missing if m.key == key), None)
        return mark_of(key, missing)

    def box(self, key: str) -> Box:
        """A field by its key, on the page or not."""
        found, problem = field_of(key), self.problems.get(key)
        return Box(
            key=key,
            label=found.label,
            seen=problem.seen if problem else shown(value_in(self.content, found)),
            open=found.part in self.parts,
            problem=problem,
            author=self.authors.get(key, ""),
            focused=key == next(iter(self.problems), None),
            returned=self.returned.get(key, ()),
        )

    def _teacher_list(self, block: Block, held: Mapping[int, Teacher], part: Part) -> TeacherList:
        numbers = range(1, TEACHER_LINES + 1)
        free = next((n for n in numbers if n not in held), 0)
        prefix = PREFIXES[block]
        rows = tuple(
            TeacherRow(n, self.box(f"{prefix}_{n}_nom"), self.box(f"{prefix}_{n}_prenom"))
            for n in numbers
            if n in held or n == free
        )
        is_open = part in self.parts
        add_me = is_open and free > 0 and self.me is not None and self.me not in held.values()
        told = self.returned.get(prefix, ())
        return TeacherList(prefix, rows, free, is_open, add_me, told)


def _halves(teachers: TeacherList) -> Iterator[Box]:
    for row in teachers.rows:
        yield from (row.last_name, row.first_name)
