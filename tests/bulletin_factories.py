"""Makes the smallest valid objects of the bulletins in the database; arguments are variants.

As in `factories`, two calls with the same key make one object.
"""

from datetime import UTC, date, datetime
from decimal import Decimal

import factories
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    Degree,
    DivisionSector,
    Frame,
    FrameItem,
    ImportBatch,
    Mark,
    Mockup,
    MockupAssignment,
    Period,
    Sector,
    Service,
    ServiceTeacher,
    Subject,
    TeacherGrade,
)
from livretpro.bulletins.words import FRAME_NAME, VOCATIONAL_CODE, Source
from livretpro.schools.models import Division, Group, School, SchoolYear, Staff, Student

NOW = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
TRIMESTERS = {
    1: (date(2025, 9, 1), date(2025, 11, 30)),
    2: (date(2025, 12, 1), date(2026, 2, 28)),
    3: (date(2026, 3, 1), date(2026, 7, 3)),
}


def subject(
    label: str = "Enseignement technologique-professionnel",
    code: str = VOCATIONAL_CODE,
    *,
    of: School | None = None,
) -> Subject:
    """Make a subject: the vocational one by default."""
    found, _ = Subject.objects.get_or_create(
        school=of or factories.school(), label=label, defaults={"code": code}
    )
    return found


def service(
    of: Subject | None = None,
    *,
    into: Division | None = None,
    group: Group | None = None,
    parent: Service | None = None,
    label: str = "",
    teachers: tuple[Staff, ...] = (),
    coefficient: int = 1,
    generated: bool = False,
    created: datetime | None = None,
) -> Service:
    """Make an active service with marks: the vocational one of a division by default."""
    place = None if group else into or factories.division()
    made = Service.objects.create(
        school_year=place.school_year if place else group.school_year,
        division=place,
        group=group,
        subject=of or subject(),
        parent=parent,
        label=label,
        coefficient=coefficient,
        generated_by_import=generated,
        created_at=created,
    )
    for teacher in teachers:
        ServiceTeacher.objects.create(service=made, staff=teacher)
    return made


def sector(
    code: str = factories.CFD,
    *,
    grouping: str = "competence",
    available: bool = True,
    of: School | None = None,
) -> Sector:
    """Make a sector evaluated by competence, open to the import."""
    found, _ = Sector.objects.get_or_create(
        school=of or factories.school(),
        code=code,
        defaults={"label": f"Filière {code}", "grouping": grouping, "available": available},
    )
    return found


def sector_of(division: Division, kept: Sector | None = None) -> DivisionSector:
    """Say the sector of a division."""
    found, _ = DivisionSector.objects.update_or_create(
        division=division, defaults={"sector": kept or sector()}
    )
    return found


def frame(
    *codes: str, of: Subject | None = None, kept: Sector | None = None, label: str = FRAME_NAME
) -> Frame:
    """Make the frame of a subject and sector, with one competence for each CPRO code."""
    made, _ = Frame.objects.get_or_create(
        subject=of or subject(), sector=kept or sector(), defaults={"label": label}
    )
    for code in codes:
        item(made, code)
    return made


def item(
    into: Frame, code: str = "", *, label: str = "", parent: FrameItem | None = None
) -> FrameItem:
    """Make a line of a frame, the last one."""
    rank = into.items.count() + 1
    return FrameItem.objects.create(
        frame=into, parent=parent, rank=rank, label=label or f"Compétence {rank}", cpro_code=code
    )


def period(
    number: int = 1,
    *,
    year: SchoolYear | None = None,
    of: Division | None = None,
    kind: str = "T",
    closed: bool = False,
) -> Period:
    """Make a trimester of the school, or of one division."""
    start, end = TRIMESTERS[number]
    found, _ = Period.objects.get_or_create(
        school_year=year or (of.school_year if of else factories.school_year()),
        division=of,
        number=number,
        defaults={
            "kind": kind,
            "start": start,
            "end": end,
            "closed_at": NOW if closed else None,
        },
    )
    return found


def mockup(name: str = "Bulletin de la filière", **options: object) -> Mockup:
    """Make a mock-up, with the three options that CPRO data need."""
    found, _ = Mockup.objects.get_or_create(
        school=factories.school(), name=name, defaults=dict(options)
    )
    return found


def assigned(division: Division, to: Period, what: Mockup | None = None) -> MockupAssignment:
    """Give a division its mock-up for a period."""
    found, _ = MockupAssignment.objects.update_or_create(
        division=division, period=to, defaults={"mockup": what or mockup()}
    )
    return found


def mark(
    of: Service, pupil: Student, value: str | None = "12.00", *, in_period: Period | None = None
) -> Mark:
    """Mark a pupil on a piece of work of the service, made if needed."""
    place = in_period or period()
    work, _ = Assessment.objects.get_or_create(
        service=of, period=place, label="Devoir 1", defaults={"day": place.start}
    )
    return Mark.objects.create(
        assessment=work,
        student=pupil,
        value=None if value is None else Decimal(value),
        source=Source.TYPED,
        changed_at=NOW,
    )


def batch(number: int = 1, *, year: SchoolYear | None = None, total: int = 1) -> ImportBatch:
    """Make an import, running."""
    return ImportBatch.objects.create(
        school_year=year or factories.school_year(),
        number=number,
        total=total,
        author_id="a.martin",
        author_name="chef d’établissement",
    )


def grade(
    of: Service,
    pupil: Student,
    value: str | None = "12.00",
    *,
    in_period: Period | None = None,
    source: Source = Source.TYPED,
) -> TeacherGrade:
    """Give a pupil the teacher's grade."""
    return TeacherGrade.objects.create(
        service=of,
        period=in_period or period(),
        student=pupil,
        value=None if value is None else Decimal(value),
        **_sourced(source),
    )


def degree(
    of: Service,
    pupil: Student,
    line: FrameItem,
    value: int = 3,
    *,
    in_period: Period | None = None,
    source: Source = Source.TYPED,
) -> Degree:
    """Evaluate a pupil on a line of the frame."""
    return Degree.objects.create(
        service=of,
        period=in_period or period(),
        student=pupil,
        item=line,
        value=value,
        **_sourced(source),
    )


def appraisal(
    of: Service,
    pupil: Student,
    text: str = "De réels progrès.",
    *,
    in_period: Period | None = None,
    source: Source = Source.TYPED,
) -> Appraisal:
    """Say something of a pupil."""
    return Appraisal.objects.create(
        service=of, period=in_period or period(), student=pupil, text=text, **_sourced(source)
    )


def _sourced(source: Source) -> dict[str, object]:
    kept = batch() if source is Source.CPRO else None
    return {"source": source, "batch": kept, "changed_at": NOW}


def group(of: Division, code: str = "GR1") -> Group:
    """Make a group with pupils of a division."""
    found, _ = Group.objects.get_or_create(school_year=of.school_year, code=code)
    found.divisions.add(of)
    return found


def taught_by(of: Service, staff: Staff) -> None:
    """Have somebody teach a service."""
    ServiceTeacher.objects.create(service=of, staff=staff)
