"""What the prerequisites ask of the database, for several divisions at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from livretpro.bulletins.models import Mockup, Period, Sector, Service, Subject
from livretpro.bulletins.prerequisites import (
    Facts,
    FrameFacts,
    Line,
    MockupFacts,
    PeriodFacts,
    SectorFacts,
    ServiceFacts,
    blocking,
    lines,
)
from livretpro.bulletins.queries.periods import mockups_of, periods_by_division
from livretpro.bulletins.queries.sectors import (
    FrameCodes,
    FrameLine,
    codes_of_frames,
    referentiels_shipped,
    sectors_of,
    single_diplomas,
    vocational_frames,
)
from livretpro.bulletins.queries.sectors import sectors as sectors_of_school
from livretpro.bulletins.queries.services import vocational_by_division
from livretpro.bulletins.remote import Remote
from livretpro.bulletins.words import VOCATIONAL_CODE, Grouping, PeriodKind
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, SchoolYear


@dataclass(frozen=True)
class Checked:
    """A division and its lines."""

    division: Division
    sector: str
    lines: tuple[Line, ...]

    @property
    def blocking(self) -> list[Line]:
        """What keeps it out of the import."""
        return blocking(list(self.lines))


def check_divisions(
    year: SchoolYear, divisions: Sequence[Division], number: int, remote: Remote, *, by: Actor
) -> list[Checked]:
    """Every prerequisite of these divisions for a period: fourteen queries whatever their
    number, one more when groups have services, one when the school has référentiels of its own."""
    sectors = sectors_of(year)
    services = vocational_by_division(divisions, by.school)
    periods = {
        division: next((p for p in held if p.number == number), None)
        for division, held in periods_by_division(year, divisions).items()
    }
    mockups = mockups_of(period for period in periods.values() if period)
    coded = Subject.objects.filter(school=by.school, code=VOCATIONAL_CODE).exists()
    held_frames = vocational_frames(by.school)
    codes = codes_of_frames(held_frames.values(), by.school)
    shipped = {one.cfd: one.label for one in referentiels_shipped()}
    known = shipped | {one.code: one.label for one in sectors_of_school(by.school)}
    alone = single_diplomas(year)
    unnamed = _without_ine(divisions)
    found = []
    for division in divisions:
        sector, period = sectors.get(division.pk), periods[division.pk]
        line = mockups.get((division.pk, period.pk)) if period else None
        facts = Facts(
            number=number,
            sector=_sector(sector) if sector else None,
            proposed_sector=known.get(alone.get(division.pk, ""), ""),
            vocational_subject=coded,
            services=tuple(map(_service, services[division.pk])),
            frame=_frame(
                held_frames.get(sector.pk) if sector else None,
                codes,
                remote.of(division.code).codes.get(sector.code if sector else ""),
            ),
            has_referentiel=bool(sector and sector.code in shipped),
            mockup=_mockup(line.mockup) if line else None,
            period=_period(period) if period else None,
            remote=remote.of(division.code),
            unnamed=tuple(unnamed.get(division.pk, ())),
            sectors=known,
        )
        found.append(Checked(division, str(sector or ""), tuple(lines(facts))))
    return found


def _sector(sector: Sector) -> SectorFacts:
    return SectorFacts(sector.code, sector.label, sector.available, Grouping(sector.grouping))


def _service(service: Service) -> ServiceFacts:
    return ServiceFacts(
        service.name,
        service.subject.label,
        service.subject.code,
        of_group=service.group_id is not None,
        graded=service.graded,
    )


def _frame(
    line: FrameLine | None, codes: Mapping[int, FrameCodes], told: Collection[str] | None
) -> FrameFacts | None:
    """`told`: the codes that CPRO may send, None when it does not say: those known here, then."""
    if line is None:
        return None
    held = codes[line.frame.pk]
    missing = held.unplaced if told is None else [one for one in told if one not in held.borne]
    return FrameFacts(
        line.lines,
        line.lines - line.coded,
        unplaced=tuple(one for one in missing if one in held.unplaced),
        foreign=tuple(one for one in missing if one not in held.unplaced),
    )


def _mockup(mockup: Mockup) -> MockupFacts:
    return MockupFacts(
        mockup.name,
        mockup.shows_competences,
        mockup.shows_teacher_grade,
        mockup.shows_appraisals,
        Grouping(mockup.grouping),
    )


def _period(period: Period) -> PeriodFacts:
    kind = PeriodKind(period.kind)
    return PeriodFacts(kind, period.number, period.start, period.end, period.is_closed)


def _without_ine(divisions: Sequence[Division]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Enrolment.objects.filter(division__in=divisions, student__ine="").present()
    for enrolment in rows.select_related("student").in_name_order():
        found.setdefault(enrolment.division_id or 0, []).append(str(enrolment.student))
    return found
