"""Bulletins of a generated class: twelve services, marks, appraisals, competences."""

import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from benchmarks.data import APPRECIATION, Class
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    Degree,
    Frame,
    FrameItem,
    GeneralAppraisal,
    Mark,
    Mockup,
    MockupAssignment,
    Period,
    Sector,
    Service,
    Subject,
    TeacherGrade,
)
from livretpro.bulletins.words import FRAME_NAME, VOCATIONAL_CODE
from livretpro.referentiels.models import Competence
from livretpro.schools.models import Student

SERVICES, WORKS = 12, 5


def full_bulletins(of: Class, *, seed: int = 3) -> Period:
    """The first trimester of the class, everything written in it."""
    year, chance, now = of.division.school_year, random.Random(seed), timezone.now()
    period = Period.objects.create(
        school_year=year,
        kind="T",
        number=1,
        start=year.start,
        end=year.start + timedelta(days=90),
    )
    MockupAssignment.objects.create(
        mockup=Mockup.objects.create(school=year.school, name="Mesures"),
        division=of.division,
        period=period,
    )
    pupils = list(Student.objects.filter(enrolments__division=of.division))
    for rank in range(SERVICES):
        service = _service(of, rank)
        _values(service, period, pupils, chance)
        if rank == 0:
            _competences(of, service, period, pupils, chance)
    GeneralAppraisal.objects.bulk_create(
        GeneralAppraisal(period=period, student=pupil, text=APPRECIATION, changed_at=now)
        for pupil in pupils
    )
    return period


def _service(of: Class, rank: int) -> Service:
    year = of.division.school_year
    subject = Subject.objects.create(
        school=year.school, label=f"Matière {rank:02}", code=VOCATIONAL_CODE if rank == 0 else ""
    )
    return Service.objects.create(
        school_year=year, division=of.division, subject=subject, rank=rank
    )


def _values(service: Service, period: Period, pupils: list[Student], chance: random.Random) -> None:
    now = timezone.now()
    works = [
        Assessment.objects.create(
            service=service, period=period, label=f"Devoir {n}", day=period.start
        )
        for n in range(WORKS)
    ]
    Mark.objects.bulk_create(
        Mark(assessment=work, student=pupil, value=_mark(chance), changed_at=now)
        for work in works
        for pupil in pupils
    )
    place = {"service": service, "period": period, "changed_at": now}
    TeacherGrade.objects.bulk_create(
        TeacherGrade(student=pupil, value=_mark(chance), **place) for pupil in pupils
    )
    Appraisal.objects.bulk_create(
        Appraisal(student=pupil, text=APPRECIATION, **place) for pupil in pupils
    )


def _competences(
    of: Class, service: Service, period: Period, pupils: list[Student], chance: random.Random
) -> None:
    sector = Sector.objects.create(
        school=service.school_year.school,
        code=of.diploma.cfd,
        label=str(of.diploma),
        grouping="competence",
    )
    frame = Frame.objects.create(subject=service.subject, sector=sector, label=FRAME_NAME)
    own = Competence.objects.filter(referentiel=of.diploma.referentiel, expected=True)
    items = [
        FrameItem.objects.create(frame=frame, rank=rank, label=one.label, cpro_code=one.code)
        for rank, one in enumerate(own.order_by("position"), start=1)
    ]
    Degree.objects.bulk_create(
        Degree(
            service=service,
            period=period,
            student=pupil,
            item=item,
            value=chance.randint(1, 4),
            changed_at=timezone.now(),
        )
        for pupil in pupils
        for item in items
    )


def _mark(chance: random.Random) -> Decimal:
    return Decimal(chance.randint(0, 2000)) / 100
