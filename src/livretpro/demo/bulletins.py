"""The bulletins of the demo school, up to the import of CPRO data, which is left to the visitor.

Every division is ready but one, whose prerequisites are half wrong so that each repair is seen
(spec 06, Prerequisites screen).
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from livretpro.bulletins.actions.assessments import Work, add_assessment
from livretpro.bulletins.actions.frames import create_frame
from livretpro.bulletins.actions.mockups import give_default
from livretpro.bulletins.actions.periods import equal_parts, set_periods
from livretpro.bulletins.actions.sectors import prefill_sectors, set_sectors_by_mef
from livretpro.bulletins.actions.services import create_from_sts, group_services
from livretpro.bulletins.actions.typing import Typed, record_in_service
from livretpro.bulletins.models import Period, Service
from livretpro.bulletins.queries.pupils import pupils_of
from livretpro.bulletins.words import PeriodKind
from livretpro.demo.structure import CURRENT, CURRENT_YEAR, SPECIALITY
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, SchoolYear, Student

HALF_WRONG = "TMELEC1"
"""No sector, no mock-up, several vocational services side by side."""
MARKED = "TCIEL1"
"""Where teachers of general subjects have typed their marks."""
IN_SEMESTERS = ("1CIEL1", "1MELEC1")
"""Divisions whose livrets have two periods: their bulletins too."""
WORKS = (("Évaluation de début de période", 20), ("Évaluation de fin de période", 70))
"""The pieces of work of a service in a period: label, days after its first day."""
REMARKS = (
    "Travail sérieux et régulier, à poursuivre.",
    "Des progrès à l’oral ; l’écrit demande plus de soin.",
    "Ensemble fragile : revoyez les cours avant chaque séance.",
    "Bonne participation, résultats solides.",
)


def make_bulletins(*, by: Actor) -> None:
    """Subjects, services, sectors, frames, periods, mock-ups and marks of the year at work."""
    year = SchoolYear.objects.get(school=by.school, year=CURRENT)
    prefill_sectors(by=by)
    create_from_sts(year, by=by)
    periods = _periods(PeriodKind.TRIMESTRE, year, by=by)
    ready = list(Division.objects.filter(school_year=year).exclude(code=HALF_WRONG))
    set_sectors_by_mef(year, ready, by=by)
    for division in ready:
        own = periods
        if division.code in IN_SEMESTERS:
            own = _periods(PeriodKind.SEMESTRE, year, by=by, division=division)
        _prepare(division, own, by=by)
    _type_marks(year, periods[:2], by=by)


def _periods(
    kind: PeriodKind, year: SchoolYear, *, by: Actor, division: Division | None = None
) -> list[Period]:
    """Parts of the year as long as those of Suivi, where nobody chose dates either."""
    bounds = equal_parts(kind, CURRENT_YEAR.start, CURRENT_YEAR.end)
    return set_periods(year, kind, bounds, by=by, division=division)


def _prepare(division: Division, periods: Sequence[Period], *, by: Actor) -> None:
    """Its services grouped, the frame of its sector, its mock-up for each period."""
    vocational = Service.objects.of_division(division).filter(subject__code=SPECIALITY)
    if vocational.count() > 1:
        group_services(division, by=by)
    line = getattr(division, "sector_line", None)
    if line and line.sector.available:
        create_frame(line.sector, by=by)
    for period in periods:
        give_default(division, period, by=by)


def _type_marks(year: SchoolYear, periods: Sequence[Period], *, by: Actor) -> None:
    division = Division.objects.get(school_year=year, code=MARKED)
    students = [enrolment.student for enrolment in pupils_of(division)]
    general = Service.objects.of_division(division).lines().exclude(subject__code=SPECIALITY)
    for service in general.select_related("subject"):
        for period in periods:
            _type_service(service, period, students, by=by)


def _type_service(
    service: Service, period: Period, students: Sequence[Student], *, by: Actor
) -> None:
    """Two pieces of work and an appraisal for everybody, worked out without chance."""
    works = [
        add_assessment(service, period, Work(label, _day(period, after)), by=by)
        for label, after in WORKS
    ]
    typed = [
        Typed(student.pk, f"note:{work.pk}", _mark(student, service, rank), "")
        for rank, work in enumerate(works)
        for student in students
    ]
    typed += [Typed(student.pk, "appreciation", _remark(student), "") for student in students]
    noon = datetime.combine(period.end, time(12), tzinfo=ZoneInfo(settings.TIME_ZONE))
    record_in_service(
        service, period, typed, pupils=[student.pk for student in students], now=noon, by=by
    )


def _day(period: Period, after: int) -> str:
    return date.fromordinal(
        min(period.start.toordinal() + after, period.end.toordinal())
    ).isoformat()


def _mark(student: Student, service: Service, rank: int) -> str:
    seed = (student.siecle_id * 7 + service.pk * 3 + rank * 5) % 26
    return f"{Decimal(seed) / 2 + 6}".replace(".", ",")


def _remark(student: Student) -> str:
    return REMARKS[student.siecle_id % len(REMARKS)]
