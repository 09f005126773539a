"""What is typed of degrees in a service for a period: its frames, their pupils, what stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from livretpro.bulletins.competences import Item, assessed_lines
from livretpro.bulletins.fields import Field, Sort, canonical
from livretpro.bulletins.models import Degree, DivisionSector, Frame, FrameItem, Period, Service
from livretpro.bulletins.queries.desk import Texts, pupils_of_service
from livretpro.bulletins.words import Grouping, Source
from livretpro.schools.models import Enrolment, School


@dataclass(frozen=True)
class Sheet:
    """A frame, the lines on which a degree is typed, each under its heading if any, the pupils who
    are evaluated on it."""

    frame: Frame
    lines: tuple[FrameItem, ...]
    pupils: tuple[Enrolment, ...]

    @property
    def headings(self) -> list[tuple[FrameItem | None, int]]:
        """What stands above the lines: a line of a higher level, and how many under it."""
        found: list[tuple[FrameItem | None, int]] = []
        for line in self.lines:
            above = line.parent
            if found and found[-1][0] == above:
                found[-1] = (above, found[-1][1] + 1)
            else:
                found.append((above, 1))
        return found if any(above for above, _ in found) else []


@dataclass(frozen=True)
class DegreeDesk:
    """A service and a period, as one types degrees in them; `of_cpro`: those that CPRO brought;
    `without`: the pupils whom no frame evaluates."""

    service: Service
    period: Period
    pupils: Sequence[Enrolment]
    sheets: tuple[Sheet, ...]
    texts: Texts
    of_cpro: frozenset[tuple[int, str]]

    @property
    def students(self) -> frozenset[int]:
        """Keys of the pupils."""
        return frozenset(one.student_id for one in self.pupils)

    @cached_property
    def lines(self) -> Mapping[int, frozenset[int]]:
        """Keys of the lines of each pupil."""
        found: dict[int, set[int]] = {}
        for sheet in self.sheets:
            for pupil in sheet.pupils:
                found.setdefault(pupil.student_id, set()).update(one.pk for one in sheet.lines)
        return {student: frozenset(held) for student, held in found.items()}

    @property
    def without(self) -> list[Enrolment]:
        """The pupils whom no frame evaluates."""
        return [pupil for pupil in self.pupils if pupil.student_id not in self.lines]


def degree_desk(service: Service, period: Period, school: School) -> DegreeDesk:
    """The frame of the subject for the sector of each pupil's division, and any other one where a
    degree of theirs stands: five queries, whatever the number of pupils. The caller has checked who
    asks."""
    pupils = pupils_of_service(service, period, school)
    held = list(Degree.objects.filter(service=service, period=period).select_related("item"))
    divisions = {one.division_id for one in pupils if one.division_id}
    sectors = dict(
        DivisionSector.objects.filter(division__in=divisions).values_list("division", "sector")
    )
    own = Frame.objects.filter(subject=service.subject, sector__in=set(sectors.values()))
    others = Frame.objects.filter(pk__in={one.item.frame_id for one in held})
    frames = list((own | others).select_related("sector").order_by("sector__label", "pk"))
    items = _items(frames)
    keys = {one: Field(Sort.DEGREE, one.item_id).key for one in held}
    return DegreeDesk(
        service=service,
        period=period,
        pupils=pupils,
        sheets=tuple(
            sheet
            for frame in frames
            if (sheet := _sheet(frame, items.get(frame.pk, []), pupils, sectors, held, service))
        ),
        texts={(one.student_id, key): canonical(one.value) for one, key in keys.items()},
        of_cpro=frozenset(
            (one.student_id, key) for one, key in keys.items() if one.source == Source.CPRO
        ),
    )


def _items(frames: Sequence[Frame]) -> dict[int, list[FrameItem]]:
    found: dict[int, list[FrameItem]] = {}
    rows = FrameItem.objects.filter(frame__in=frames).select_related("parent")
    for item in rows.order_by("frame", "rank"):
        found.setdefault(item.frame_id, []).append(item)
    return found


def _sheet(
    frame: Frame,
    items: Sequence[FrameItem],
    pupils: Sequence[Enrolment],
    sectors: Mapping[int, int],
    held: Sequence[Degree],
    service: Service,
) -> Sheet | None:
    """What a frame has to be typed; None when it evaluates nobody here. One that is nobody's any
    more has the lines on which a degree stands, to be corrected."""
    standing = {one.item_id for one in held}
    here = {one.student_id for one in held if one.item.frame_id == frame.pk}
    own = {
        pupil.student_id
        for pupil in pupils
        if frame.subject_id == service.subject_id
        and sectors.get(pupil.division_id or 0) == frame.sector_id
    }
    known = [Item(one.pk, one.shown, one.parent_id) for one in items]
    grain = assessed_lines(known, Grouping(frame.sector.grouping), standing)
    typed = {one.pk for one in grain} if own else standing
    evaluated = tuple(pupil for pupil in pupils if pupil.student_id in here | own)
    lines = tuple(one for one in items if one.pk in typed)
    return Sheet(frame, lines, evaluated) if evaluated and lines else None


def line_names(lines: Collection[int], school: School) -> dict[int, str]:
    """What stands for these lines of the frames of a school, by key: one query."""
    own = FrameItem.objects.filter(frame__subject__school=school, pk__in=lines)
    return {one.pk: one.short for one in own}
