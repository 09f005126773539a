"""The bilans of a period of a division: what they hold, what they lack, whether they are published
(spec 05, Bilan de période)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from livretpro.livrets.models import PeriodBilan, PeriodPublication
from livretpro.livrets.queries import Sheet, sheets
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment, SchoolYear

NO_PERIOD = "Cette division n’a pas de périodes : la périodicité reste à choisir."
SEVERAL_KINDS = (
    "Les diplômes de cette division n’ont pas la même périodicité : leurs bilans ne peuvent pas "
    "être publiés ensemble."
)


def common_kind(kinds: Iterable[PeriodKind | None]) -> PeriodKind | None:
    """The periodicity of a division whose diplomas all have the same; None otherwise."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Lacks:
    """How many bilans of a division lack each part; `pupils` counts them all."""

    pupils: int
    average: int
    appraisal: int
    degrees: int
    teacher: int
    empty: int

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return not (self.average or self.appraisal or self.degrees or self.teacher)


def lacks_average(sheet: Sheet, number: int) -> bool:
    """Neither a number nor "non noté"."""
    return number not in sheet.content.averages


def lacking_degrees(sheet: Sheet, number: int) -> list[str]:
    """The codes without a degree. A competence is assessed whole or by its parts: one whose parts
    all have a degree lacks nothing, nor do the parts of one that has its own."""
    given = sheet.content.period_degrees
    lacking: list[str] = []
    for expected in sheet.content.expected:
        parts = [part.code for part in expected.parts if (number, part.code) not in given]
        if (number, expected.code) not in given and (parts or not expected.parts):
            lacking.append(expected.code)
    return lacking


def is_empty(sheet: Sheet, number: int) -> bool:
    """Whether nothing of the period was entered for this pupil."""
    content = sheet.content
    return (
        number not in content.averages
        and number not in content.appraisals
        and not any(period == number for period, _ in content.period_degrees)
    )


def lacks_teacher(sheet: Sheet) -> bool:
    """Whether no teacher of the speciality is named in full on the livret, for who has one."""
    return sheet.enrolment.has_livret and not any(
        teacher.complete for teacher in sheet.content.teachers.values()
    )


def lacks(held: Sequence[Sheet], number: int) -> Lacks:
    """What the bilans of a period lack, counted."""
    return Lacks(
        pupils=len(held),
        average=sum(lacks_average(sheet, number) for sheet in held),
        appraisal=sum(number not in sheet.content.appraisals for sheet in held),
        degrees=sum(bool(lacking_degrees(sheet, number)) for sheet in held),
        teacher=sum(lacks_teacher(sheet) for sheet in held),
        empty=sum(is_empty(sheet, number) for sheet in held),
    )


@dataclass(frozen=True)
class DivisionBilans:
    """The bilans of a period for all the pupils of a division, whatever their diploma."""

    division: Division
    number: int
    sheets: tuple[Sheet, ...]
    publication: PeriodPublication | None

    @cached_property
    def kind(self) -> PeriodKind | None:
        """The periodicity that all share. Apprentices of a level where nobody chose one wait for
        theirs: they keep nobody from being published."""
        kinds = [(sheet.content.kind, sheet.enrolment.has_livret) for sheet in self.sheets]
        return common_kind(kind for kind, has_livret in kinds if kind or has_livret)

    @cached_property
    def lacks(self) -> Lacks:
        """What they lack."""
        return lacks(self.sheets, self.number)

    @property
    def refusal(self) -> str:
        """Why the period cannot be published; empty when it can."""
        if self.kind is None:
            several = len({sheet.content.kind for sheet in self.sheets}) > 1
            return SEVERAL_KINDS if several else NO_PERIOD
        if self.number > self.kind.count:
            return f"Cette division compte {self.kind.count} {self.kind.plural}."
        if self.lacks.empty == self.lacks.pupils:
            return "Rien n’est encore saisi pour cette période."
        return ""


def division_bilans(division: Division, pupils: Iterable[Enrolment], number: int) -> DivisionBilans:
    """The bilans of these pupils of a division: six queries, whatever their number.

    `pupils` are all those of the division who have bilans.
    """
    return DivisionBilans(
        division,
        number,
        tuple(sheets(pupils, division.school_year, bilans=True)),
        publication(division, number),
    )


def publication(division: Division, number: int) -> PeriodPublication | None:
    """The publication that stands, if any: one query."""
    return PeriodPublication.objects.filter(division=division, number=number).first()


def published_in(year: SchoolYear, cfd: str, level: Level) -> str:
    """A division where pupils of this level have a published period, empty without one: one
    query."""
    of_level = Enrolment.objects.filter(school_year=year, cfd=cfd, level=level.value)
    found = PeriodPublication.objects.filter(division__in=of_level.values("division"))
    return found.values_list("division__code", flat=True).first() or ""


def publications(divisions: Iterable[Division]) -> dict[tuple[int, int], datetime]:
    """When each published period of these divisions was, by division and number: one query."""
    found = PeriodPublication.objects.filter(division__in=[one.pk for one in divisions])
    return {
        (division, number): at
        for division, number, at in found.values_list("division_id", "number", "published_at")
    }


def changes(livrets: Iterable[int | None], number: int) -> Mapping[int, datetime]:
    """When the period of each of these livrets last changed: one query."""
    found = PeriodBilan.objects.filter(
        livret__in=[pk for pk in livrets if pk], number=number, changed_at__isnull=False
    )
    return {pk: at for pk, at in found.values_list("livret_id", "changed_at") if at}
