"""A bulletin in the texts that its mock-up shows, the same on screen and on paper. No query."""

from dataclasses import dataclass
from decimal import Decimal

from livretpro.bulletins.competences import Evaluated
from livretpro.bulletins.figures import plain, shown
from livretpro.bulletins.models import Mockup
from livretpro.bulletins.queries.contents import BulletinContent, DivisionBulletins, Line
from livretpro.bulletins.results import Result

NOT_GRADED = "non noté"


@dataclass(frozen=True)
class ShownLine:
    """What the line of a service says; `beside`: the average that the teacher's grade replaces,
    where the mock-up shows averages; `both`: the two, whatever it shows."""

    name: str
    teachers: str
    coefficient: str
    value: str
    beside: str
    both: str
    group: str
    lowest: str
    highest: str
    competences: tuple[Evaluated, ...]
    appraisal: str
    below: tuple["ShownLine", ...] = ()


@dataclass(frozen=True)
class ShownBulletin:
    """The bulletin of a pupil."""

    pupil: str
    born: str
    lines: tuple[ShownLine, ...]
    general_average: str
    general_appraisal: str

    @property
    def every_line(self) -> tuple[ShownLine, ...]:
        """The lines, each followed by its sub-services."""
        return tuple(one for line in self.lines for one in (line, *line.below))


def shown_bulletin(content: BulletinContent, of: DivisionBulletins) -> ShownBulletin:
    """What the mock-up shows of a pupil; empty where it shows nothing, or nothing stands."""
    mockup, born = of.mockup, content.enrolment.student.birth_date
    return ShownBulletin(
        pupil=str(content.enrolment.student),
        born=f"{born:%d/%m/%Y}" if born and mockup.shows_birth_date else "",
        lines=tuple(shown_line(line, mockup) for line in content.lines),
        general_average=figure(content.general_average) if mockup.shows_general_average else "",
        general_appraisal=content.general_appraisal if mockup.shows_general_appraisal else "",
    )


def shown_line(line: Line, mockup: Mockup) -> ShownLine:
    """What the mock-up shows of a service."""
    value, beside, both = _value(line.result, mockup)
    group = line.group
    extremes = group if mockup.shows_extremes else None
    return ShownLine(
        name=line.service.name,
        teachers=", ".join(line.teachers) if mockup.shows_teachers else "",
        coefficient=plain(line.service.coefficient) if mockup.shows_coefficients else "",
        value=value,
        beside=beside,
        both=both,
        group=figure(group.average) if group and mockup.shows_group_average else "",
        lowest=figure(extremes.lowest) if extremes else "",
        highest=figure(extremes.highest) if extremes else "",
        competences=line.competences if mockup.shows_competences else (),
        appraisal=line.appraisal if mockup.shows_appraisals else "",
        below=tuple(shown_line(one, mockup) for one in line.below)
        if mockup.shows_subservices
        else (),
    )


def _value(result: Result, mockup: Mockup) -> tuple[str, str, str]:
    """The teacher's grade in place of the average, that average beside it, and both in the tooltip
    (spec 06, Import)."""
    average = figure(result.computed)
    if result.grade is None or not mockup.shows_teacher_grade:
        return average if mockup.shows_average else "", "", ""
    grade = NOT_GRADED if result.not_graded else figure(result.grade.value)
    if not average:
        return grade, "", ""
    beside = f"moyenne calculée : {average}"
    both = f"Note du professeur : {grade} ; {beside}"
    return grade, beside if mockup.shows_average else "", both


def figure(value: Decimal | None) -> str:
    """A value rounded half up, as one reads it: `12,50`; nothing for none."""
    rounded = shown(value)
    return "" if rounded is None else f"{rounded}".replace(".", ",")
