"""Values typed in bulletins: guards, conditional saves, journal, one transaction.

Each save carries the text that it replaces. What is typed over a value of CPRO is typed here from
then on (spec 06, Import).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from livretpro.bulletins.fields import (
    NOT_GRADED,
    Field,
    Sort,
    Value,
    canonical,
    field,
    mark_value,
    parsed,
)
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    Degree,
    FrameItem,
    GeneralAppraisal,
    Mark,
    Period,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.permissions import can_write_general, can_write_in
from livretpro.bulletins.queries.settings import appraisal_max_of
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import Source
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment
from livretpro.typed import BadValue

Row = Mark | TeacherGrade | Degree | Appraisal | GeneralAppraisal
Lines = Mapping[int, Collection[int]]
"""Keys of the lines of frames on which a pupil is evaluated, by pupil."""
NO_LINES: Lines = MappingProxyType({})
GONE = "Cet élève n’est plus dans cette liste."
NO_WORK = "Ce devoir n’existe plus."
NO_LINE = "Cette compétence n’est plus de celles de cet élève ici."
GIVEN_OUT = (
    "La division de cet élève a clôturé sa propre période : son bulletin est donné. Le chef "
    "d’établissement ou le DDFPT peut la rouvrir."
)
BELOW = "Ce service a des sous-services : saisissez les notes dans ceux-ci."


class NotYours(Exception):
    """This person may see, yet not write here."""

    phrase = "Seuls les enseignants du service, le chef d’établissement et le DDFPT y écrivent."


class NotYoursGeneral(NotYours):
    """The same for the foot of the bulletin."""

    phrase = (
        "L’appréciation générale revient au professeur principal, au chef d’établissement et au "
        "DDFPT."
    )


class Closed(Exception):
    """Nobody writes in the period; `phrase` says why and who can open it."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def closed_reason(period: Period) -> str:
    """Why a period is only read, and who opens it; empty when it is open."""
    if period.closed_at is None:
        return ""
    who = f" par {period.closed_by}" if period.closed_by else ""
    day = timezone.localtime(period.closed_at)
    return (
        f"Le {period} est clôturé depuis le {day:%d/%m/%Y}{who} : il se lit sans se modifier. Le "
        "chef d’établissement ou le DDFPT peut le rouvrir."
    )


@dataclass(frozen=True)
class Typed:
    """A text typed for a pupil in the field `key`; `seen` is the canonical text it replaces."""

    student: int
    key: str
    text: str
    seen: str


@dataclass(frozen=True)
class Answer:
    """What became of it: what stood and what stands, or why not in `phrase`.

    `stands` is the other value of a conflict: nothing was written, both are shown.
    """

    typed: Typed
    before: str = ""
    after: str = ""
    phrase: str = ""
    stands: str | None = None

    @property
    def changed(self) -> bool:
        """Whether something was written; False for a value that already stood (a double click)."""
        return not self.phrase and self.before != self.after


@transaction.atomic
def record_in_service(
    service: Service,
    period: Period,
    typed: Sequence[Typed],
    *,
    pupils: Collection[int],
    lines: Lines = NO_LINES,
    now: datetime,
    by: Actor,
) -> list[Answer]:
    """Save marks, teacher's grades, degrees and appraisals of a service, each on its own, in their
    order.

    `pupils` are those of the service, `lines` those on which each is evaluated there. At most
    nineteen queries, whatever their number. Raises `NotYours`, `Closed`, or `UnknownField`.
    """
    block = _Block(period, typed, pupils, now=now, by=by)
    block.evaluated = lines
    block.open_period()
    held = Service.objects.select_for_update(of=["self"], no_key=True).select_related("subject")
    block.service = held.get(pk=service.pk, school_year__school=by.school)
    if not can_write_in(by, block.service):
        raise NotYours
    return block.record((Sort.MARK, Sort.GRADE, Sort.DEGREE, Sort.APPRAISAL))


@transaction.atomic
def record_general(
    division: Division,
    period: Period,
    typed: Sequence[Typed],
    *,
    pupils: Collection[int],
    now: datetime,
    by: Actor,
) -> list[Answer]:
    """Save general appraisals of a division, as `record_in_service` does.

    Raises `NotYoursGeneral`, `Closed`, or `UnknownField`.
    """
    block = _Block(period, typed, pupils, now=now, by=by)
    block.open_period()
    Division.objects.select_for_update(no_key=True).get(
        pk=division.pk, school_year__school=by.school
    )
    if not can_write_general(by, division):
        raise NotYoursGeneral
    return block.record((Sort.GENERAL,))


def lock_open_period(period: Period, *, by: Actor) -> None:
    """Hold a period open until the end of the transaction: saves go on side by side, a closing
    waits for them. One query. Raises `Closed`."""
    (held,) = Period.objects.raw(
        "SELECT period.* FROM bulletins_period AS period JOIN schools_schoolyear AS year"
        " ON year.id = period.school_year_id"
        " WHERE period.id = %s AND year.school_id = %s FOR SHARE OF period",
        [period.pk, by.school.pk],
    )
    if reason := closed_reason(held):
        raise Closed(reason)


class _Block:
    """Typed texts on their way: each has an answer in the end."""

    service: Service | None = None
    marked_below = False
    """Whether the service averages its sub-services: a mark in it would count nowhere."""
    evaluated: Lines = NO_LINES

    def __init__(
        self,
        period: Period,
        typed: Sequence[Typed],
        pupils: Collection[int],
        *,
        now: datetime,
        by: Actor,
    ) -> None:
        self.period, self.typed, self.pupils = period, typed, frozenset(pupils)
        self.now, self.by = now, by
        self.fields = {one.key: field(one.key) for one in typed}
        self.works: dict[int, Assessment] = {}
        self.lines: dict[int, FrameItem] = {}
        self.given_out: frozenset[int] = frozenset()
        self.rows: dict[tuple[str, int], Row] = {}
        self.stands: dict[tuple[str, int], str] = {}
        self.wanted: dict[tuple[str, int], Value] = {}

    def open_period(self) -> None:
        """Hold the period; raises `Closed`."""
        lock_open_period(self.period, by=self.by)

    def record(self, sorts: Sequence[Sort]) -> list[Answer]:
        """Compare, write, tell."""
        self._read()
        limit = appraisal_max_of(self.by.school)
        answers = [self._answer(one, sorts, limit) for one in self.typed]
        for sort in sorts:
            self._write(sort)
        tell(self.by, *(self._told(answer) for answer in answers if answer.changed))
        return answers

    def _read(self) -> None:
        """The rows that stand: one query for each sort typed, one more for the pieces of work, one
        more for the lines of frames."""
        if keys := self._keys(Sort.DEGREE):
            own_lines = FrameItem.objects.filter(frame__subject__school=self.by.school, pk__in=keys)
            self.lines = {line.pk: line for line in own_lines}
        if keys := self._keys(Sort.MARK):
            own = Assessment.objects.filter(service=self.service, period=self.period, pk__in=keys)
            below = Service.objects.filter(parent=OuterRef("service"), active=True)
            rows = own.annotate(marked_below=Exists(below))
            for work in rows.select_for_update(no_key=True, of=["self"]):
                self.works[work.pk] = work
                self.marked_below = work.marked_below
        if self.service and self.service.group_id and self.period.division_id is None:
            self.given_out = self._given_out()
        for sort in {target.sort for target in self.fields.values()}:
            for row in self._rows_of(sort):
                place = (self._field_of(row, sort).key, row.student_id)
                self.rows[place] = row
                self.stands[place] = canonical(_value(row))

    def _keys(self, sort: Sort) -> set[int]:
        return {target.of for target in self.fields.values() if target.sort is sort}

    def _given_out(self) -> frozenset[int]:
        """The pupils of a group whose division closed a period of its own, which reads what the
        group writes in that of the school: one query."""
        own = Period.objects.filter(
            school_year=self.period.school_year_id,
            kind=self.period.kind,
            number=self.period.number,
            closed_at__isnull=False,
        )
        there = Enrolment.objects.filter(
            school_year=self.period.school_year_id,
            student__in={one.student for one in self.typed},
            end=None,
            division__in=own.values("division"),
        )
        return frozenset(there.values_list("student", flat=True))

    def _rows_of(self, sort: Sort) -> Iterable[Row]:
        students = {one.student for one in self.typed}
        own: Any = _MODELS[sort].objects.filter(student__in=students, **self._where(sort))
        found: list[Row] = list(own)
        return found

    def _where(self, sort: Sort) -> dict[str, Any]:
        if sort is Sort.MARK:
            return {"assessment__in": list(self.works)}
        here: dict[str, Any] = {"period": self.period}
        if sort is Sort.GENERAL:
            return here
        here["service"] = self.service
        return here | {"item__in": list(self.lines)} if sort is Sort.DEGREE else here

    def _field_of(self, row: Row, sort: Sort) -> Field:
        if isinstance(row, Mark):
            return Field(sort, row.assessment_id)
        return Field(sort, row.item_id) if isinstance(row, Degree) else Field(sort)

    def _no_place(self, typed: Typed, target: Field, sorts: Collection[Sort]) -> str:
        """Why nothing can be written in this field; empty when something can."""
        if target.sort not in sorts or typed.student not in self.pupils:
            return GONE
        if target.sort is Sort.MARK and target.of not in self.works:
            return NO_WORK
        if target.sort is Sort.DEGREE and target.of not in self.evaluated.get(typed.student, ()):
            return NO_LINE
        if typed.student in self.given_out:
            return GIVEN_OUT
        return BELOW if target.sort is Sort.MARK and self.marked_below else ""

    def _answer(self, typed: Typed, sorts: Collection[Sort], limit: int) -> Answer:
        target, place = self.fields[typed.key], (typed.key, typed.student)
        if why := self._no_place(typed, target, sorts):
            return Answer(typed, phrase=why)
        try:
            value = parsed(target, typed.text, appraisal_max=limit)
        except BadValue as refusal:
            return Answer(typed, phrase=refusal.phrase)
        before, after = self.stands.get(place, ""), canonical(value)
        if before == after:
            return Answer(typed, before, after)
        if typed.seen != before:
            return Answer(typed, before, after, phrase=_conflict(target), stands=before)
        self.stands[place], self.wanted[place] = after, value
        return Answer(typed, before, after)

    def _write(self, sort: Sort) -> None:
        """Values in the place of those that stood: two queries at most."""
        own = {
            place: value
            for place, value in self.wanted.items()
            if self.fields[place[0]].sort is sort
        }
        model: Any = _MODELS[sort]
        replaced = [self.rows[place].pk for place in own if place in self.rows]
        if replaced:
            model.objects.filter(pk__in=replaced).delete()
        fresh = [self._row(place, value) for place, value in own.items() if canonical(value)]
        if fresh:
            model.objects.bulk_create(fresh)

    def _row(self, place: tuple[str, int], value: Value) -> Row:
        target, told = self.fields[place[0]], {"student_id": place[1]}
        row: dict[str, Any] = told | {"source": Source.TYPED.value, "changed_at": self.now}
        if target.sort is Sort.MARK:
            row["assessment_id"] = target.of
        else:
            row["period"] = self.period
        if target.sort not in {Sort.MARK, Sort.GENERAL}:
            row["service"] = self.service
        if target.sort is Sort.DEGREE:
            row["item_id"] = target.of
        texts = {Sort.APPRAISAL, Sort.GENERAL}
        name = "text" if target.sort in texts else "value"
        row[name] = None if value is NOT_GRADED else value
        return _MODELS[target.sort](**row)

    def _told(self, answer: Answer) -> Any:
        return change(
            "modifie",
            "bulletin",
            f"{answer.typed.student}:{self.period.pk}",
            self._words(self.fields[answer.typed.key]),
            before=answer.before,
            after=answer.after,
        )

    def _words(self, target: Field) -> str:
        """The field as the journal names it."""
        name = self.service.name if self.service else ""
        if target.sort is Sort.MARK:
            return f"{self.works[target.of]}, {name}"
        if target.sort is Sort.DEGREE:
            return f"{self.lines[target.of].short}, {name}"
        return f"{LABELS[target.sort]}, {name}" if name else LABELS[target.sort]


LABELS: Mapping[Sort, str] = {
    Sort.MARK: "note",
    Sort.GRADE: "note du professeur",
    Sort.DEGREE: "degré",
    Sort.APPRAISAL: "appréciation",
    Sort.GENERAL: "appréciation générale",
}
_MODELS: dict[Sort, type[Row]] = {
    Sort.MARK: Mark,
    Sort.GRADE: TeacherGrade,
    Sort.DEGREE: Degree,
    Sort.APPRAISAL: Appraisal,
    Sort.GENERAL: GeneralAppraisal,
}


def _value(row: Row) -> Value:
    if isinstance(row, Mark | TeacherGrade):
        return mark_value(row.value)
    return row.value if isinstance(row, Degree) else row.text


def _conflict(target: Field) -> str:
    what = LABELS[target.sort].capitalize()
    changed = "changé" if target.sort is Sort.DEGREE else "changée"
    return f"{what} {changed} entre-temps : choisissez la valeur à garder."
