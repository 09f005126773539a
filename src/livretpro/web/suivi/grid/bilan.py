"""The grid of a period: pupils × the average and the degrees of the bilan de période (spec 05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from livretpro.journal.queries import position
from livretpro.livrets.bilans import (
    DivisionBilans,
    division_bilans,
    is_empty,
    lacking_degrees,
    lacks_average,
    lacks_teacher,
)
from livretpro.livrets.boards import DivisionBoard
from livretpro.livrets.fields import (
    APPRAISAL_MAX,
    appraisal_key,
    average_key,
    period_degree_key,
)
from livretpro.livrets.models import PeriodPublication
from livretpro.livrets.periods import Period, periods_of
from livretpro.livrets.permissions import can_publish
from livretpro.livrets.queries import Sheet
from livretpro.livrets.rules import Content
from livretpro.livrets.status import Colour
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.queries import pupils_with_bilan
from livretpro.web.suivi.entry.words import ordinal
from livretpro.web.suivi.grid.columns import Column, Sort
from livretpro.web.suivi.grid.page import GridPage, codes
from livretpro.web.suivi.grid.rows import GridGroup, Row
from livretpro.web.suivi.grid.typing import ColumnLine, Trouble
from livretpro.web.suivi.place import DiplomaPlace


@dataclass(frozen=True)
class BilanColumn(Column):
    """A column of a period; `code` of the competence, if any."""

    number: int = 0
    code: str = ""

    def text(self, sheet: Sheet) -> str:
        """What the cell says."""
        if self.sort is Sort.TEXT:
            return "oui" if self.number in sheet.content.appraisals else ""
        return super().text(sheet)

    def lack(self, sheet: Sheet) -> str:
        """`rouge` when the average or the degree is missing, `orange` for the appraisal."""
        if self.sort is Sort.TEXT:
            return "" if self.text(sheet) else "orange"
        if self.sort is Sort.AVERAGE:
            return "rouge" if lacks_average(sheet, self.number) else ""
        return "rouge" if self.code in lacking_degrees(sheet, self.number) else ""


def columns_of(content: Content, number: int) -> tuple[Column, ...]:
    """The columns of the bilans that share this periodicity and these competences."""
    if content.kind is None:
        return ()
    letter = f"{content.kind.value}{number}"
    average = BilanColumn(
        average_key(number),
        letter,
        f"{number}{ordinal(number)} {content.kind.word}",
        Sort.AVERAGE,
        number=number,
    )
    degrees = [
        BilanColumn(
            period_degree_key(number, one.code),
            one.code,
            one.label,
            Sort.DEGREE,
            first=one.code == expected.code,
            number=number,
            code=one.code,
        )
        for expected in content.expected
        for one in expected.assessed
    ]
    text = BilanColumn(
        appraisal_key(number), "App.", "Appréciation", Sort.TEXT, first=True, number=number
    )
    return (average, *degrees, text)


def colour_of(sheet: Sheet, number: int) -> Colour:
    """Red while nothing, the average or a degree is missing; orange for a text or a teacher."""
    if lacks_average(sheet, number) or lacking_degrees(sheet, number):
        return Colour.ROUGE
    if number not in sheet.content.appraisals or lacks_teacher(sheet):
        return Colour.ORANGE
    return Colour.VERT


def words_of(sheet: Sheet, number: int) -> str:
    """What the bilan of a pupil lacks, in one line."""
    if is_empty(sheet, number):
        return "Rien saisi"
    missing = ["moyenne"] if lacks_average(sheet, number) else []
    missing += lacking_degrees(sheet, number)
    missing += [] if number in sheet.content.appraisals else ["appréciation"]
    missing += ["enseignant"] if lacks_teacher(sheet) else []
    return f"Il manque : {', '.join(missing)}" if missing else "Complet"


@dataclass(frozen=True)
class BilanRow(Row):
    """A pupil and what the bilan of the period holds."""

    number: int = 0

    @property
    def colour(self) -> str:
        """How far the bilan is."""
        return colour_of(self.sheet, self.number).value

    @property
    def words(self) -> str:
        """What it lacks."""
        return words_of(self.sheet, self.number)


@dataclass(frozen=True)
class BilanGroup(GridGroup):
    """The bilans of a level that share their columns."""

    number: int = 0

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns; none while entry is closed."""
        content = self.sheets[0].content
        return columns_of(content, self.number) if content.expected else ()

    @cached_property
    def rows(self) -> list[Row]:
        """The pupils."""
        return [BilanRow(sheet, self.columns, number=self.number) for sheet in self.shown]


@dataclass(frozen=True)
class BilanPage(GridPage):
    """The bilans of a period of a division, for one diploma, as one person sees them.

    `whole` holds those of all the diplomas of the division, which are published together; None for
    who does not see all its pupils.
    """

    whole: DivisionBilans | None = None

    @cached_property
    def groups(self) -> list[GridGroup]:
        """The bilans that share their columns, level by level."""
        return [
            BilanGroup(board.level.title, held, held, number=self.number)
            for board in self.boards
            for held in _alike(board.sheets)
        ]

    @property
    def label(self) -> str:
        """What the grid holds."""
        return f"Bilans de {self.division} : moyennes et degrés de la période"

    @property
    def appraisal_field(self) -> str:
        """The key of the text typed pupil by pupil."""
        return appraisal_key(self.number)

    def line(self, sheet: Sheet, key: str, seen: str, limit: int = 0) -> ColumnLine:
        """A pupil in a form of one field."""
        return ColumnLine(
            sheet,
            key,
            seen,
            self.troubles.get(sheet.enrolment.pk),
            limit=limit,
            state=colour_of(sheet, self.number).value,
        )

    @cached_property
    def appreciations(self) -> list[ColumnLine]:
        """The pupils and the appraisal of the period."""
        return [
            self.line(
                sheet,
                self.appraisal_field,
                sheet.content.appraisals.get(self.number, ""),
                APPRAISAL_MAX,
            )
            for group in self.groups
            if not group.closed
            for sheet in group.shown
        ]

    @cached_property
    def periods(self) -> Sequence[Period]:
        """The periods of the level, with their dates; none without a periodicity."""
        if not self.groups:
            return ()
        first, year = self.groups[0].sheets[0], self.place.year
        kind = first.content.kind
        return periods_of(kind, first.period_days, year.start, year.end) if kind else ()

    @property
    def period(self) -> Period | None:
        """The period on screen."""
        return next((one for one in self.periods if one.number == self.number), None)

    @property
    def word(self) -> str:
        """Trimestre or semestre."""
        kind = self.groups[0].sheets[0].content.kind if self.groups else None
        return kind.word if kind else "période"

    @property
    def publication(self) -> PeriodPublication | None:
        """The publication that stands."""
        return self.whole.publication if self.whole else None

    @property
    def publishes(self) -> bool:
        """Whether this person publishes the period and takes it back."""
        return not self.place.former and can_publish(self.place.actor, self.division.pk)

    @property
    def cannot(self) -> str:
        """Why it cannot be published; empty when it can."""
        return self.whole.refusal if self.whole else ""

    @property
    def missing(self) -> list[str]:
        """What is still missing in the division, counted, in words."""
        if self.whole is None:
            return []
        lacks = self.whole.lacks
        counts = (
            (lacks.average, "moyenne", "moyennes"),
            (lacks.degrees, "élève sans tous ses degrés", "élèves sans tous leurs degrés"),
            (lacks.appraisal, "appréciation", "appréciations"),
            (lacks.teacher, "élève sans enseignant", "élèves sans enseignant"),
        )
        return [f"{n} {one if n == 1 else many}" for n, one, many in counts if n]

    @property
    def diplomas(self) -> int:
        """How many diplomas the division holds."""
        return len({s.enrolment.cfd for s in self.whole.sheets}) if self.whole else 0


def _alike(sheets: Sequence[Sheet]) -> list[tuple[Sheet, ...]]:
    return [tuple(held) for _, held in groupby(sorted(sheets, key=codes), key=codes)]


def sees_whole(actor: Actor, division: Division) -> bool:
    """Whether all the pupils of the division are on the page: a référent sees those of their own,
    of whom nothing is said about the division."""
    return actor.is_head or division.pk in actor.divisions


def bilan_pupils(place: DiplomaPlace, division: Division) -> list[Enrolment]:
    """The pupils of a division who have bilans of the diploma: one query."""
    found = pupils_with_bilan(place.actor, division)
    return [enrolment for enrolment in found if enrolment.cfd == place.diploma.cfd]


def bilan_page(
    place: DiplomaPlace,
    division: Division,
    number: int,
    *,
    wanted: str = "",
    troubles: Mapping[int, Trouble] | None = None,
) -> BilanPage:
    """The page of a period: eight queries, whatever the number of pupils."""
    cursor = position(place.school.uai)
    everybody = pupils_with_bilan(place.actor, division)
    whole = division_bilans(division, everybody, number)
    own = [sheet for sheet in whole.sheets if sheet.enrolment.cfd == place.diploma.cfd]
    levels = sorted({sheet.content.level for sheet in own})
    return BilanPage(
        place=place,
        division=division,
        boards=[
            DivisionBoard(division, level, tuple(s for s in own if s.content.level is level))
            for level in levels
        ],
        cursor=cursor,
        wanted=wanted,
        troubles=troubles or {},
        number=number,
        whole=whole if sees_whole(place.actor, division) else None,
    )
