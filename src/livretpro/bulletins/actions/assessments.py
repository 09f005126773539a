"""Pieces of work of a service: added, changed, removed with their marks."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from livretpro.bulletins.actions.typing import BELOW, NotYours, lock_open_period
from livretpro.bulletins.fields import canonical, mark_value
from livretpro.bulletins.models import Assessment, Mark, Period, Service
from livretpro.bulletins.permissions import can_write_in
from livretpro.bulletins.queries.desk import marks_seen
from livretpro.bulletins.reading import read_coefficient, read_line
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.telling import change, tell
from livretpro.schools.actors import Actor

LABEL_MAX = 80
MANY = 20
"""Pieces of work of a period: the fields of a grid stay under what a form may send."""


@dataclass(frozen=True)
class Work:
    """What a form says of a piece of work, as typed; `day` as a browser writes dates."""

    label: str
    day: str
    coefficient: str = "1"

    @classmethod
    def of(cls, assessment: Assessment) -> "Work":
        """What the form shows of one that exists."""
        return cls(assessment.label, assessment.day.isoformat(), assessment.weight)

    def __str__(self) -> str:
        return f"{self.label}, {self.day}, coefficient {self.coefficient}"


class WorkChanged(Exception):
    """Another piece of work stands than the one the person saw, or other marks."""

    def __init__(self, stands: str) -> None:
        super().__init__(stands)
        self.phrase = f"Ce devoir a changé entre-temps ({stands}) : relisez, puis recommencez."


@transaction.atomic
def add_assessment(service: Service, period: Period, work: Work, *, by: Actor) -> Assessment:
    """Add a piece of work to a service for a period.

    One that says the very same and has no mark yet is it: a double click makes one.

    Raises `NotYours`, `Closed`, or `BadChoice` for what cannot be.
    """
    held = _held(service, period, by)
    if not held.graded:
        raise BadChoice("Ce service est sans notes.")
    if held.subservices.filter(active=True).exists():
        raise BadChoice(BELOW)
    made = Assessment(service=held, period=period)
    _fill(made, work, period)
    own = held.assessments.filter(period=period)
    same = own.filter(label=made.label, day=made.day, coefficient=made.coefficient)
    twin = same.filter(marks=None).first()
    if twin:
        return twin
    if own.count() >= MANY:
        raise BadChoice(f"{MANY} devoirs par période, pas plus.")
    made.save()
    tell(by, change("cree", "devoir", made.pk, held.name, after=str(Work.of(made))))
    return made


@transaction.atomic
def edit_assessment(assessment: Assessment, work: Work, *, seen: Work, by: Actor) -> bool:
    """Change a piece of work; whether it changed.

    Raises `NotYours`, `Closed`, `BadChoice`, or `WorkChanged` when it is no longer the one `seen`.
    """
    service = _held(assessment.service, assessment.period, by)
    held = _locked(assessment)
    before = Work.of(held)
    _fill(held, work, assessment.period)
    after = Work.of(held)
    if after == before:
        return False
    if before != seen:
        raise WorkChanged(str(before))
    held.save()
    told = {"before": str(before), "after": str(after)}
    tell(by, change("modifie", "devoir", held.pk, service.name, **told))
    return True


@transaction.atomic
def remove_assessment(assessment: Assessment, *, marks: str, by: Actor) -> None:
    """Remove a piece of work and its marks, those that the person saw (`MarksSeen`); the journal
    keeps each.

    Raises `NotYours`, `Closed`, or `WorkChanged`.
    """
    service = _held(assessment.service, assessment.period, by)
    held = _locked(assessment)
    own = list(Mark.objects.filter(assessment=held).order_by("pk"))
    if str(marks_seen(held)) != marks:
        raise WorkChanged(f"{len(own)} note{'s' if len(own) > 1 else ''} à présent")
    lost = [
        change(
            "retire",
            "bulletin",
            f"{mark.student_id}:{held.period_id}",
            f"{held}, {service.name}",
            before=canonical(mark_value(mark.value)),
        )
        for mark in own
    ]
    gone = change("retire", "devoir", held.pk, service.name, before=str(Work.of(held)))
    held.delete()
    tell(by, *lost, gone)


def _held(service: Service, period: Period, by: Actor) -> Service:
    """The service, ours, in an open period."""
    lock_open_period(period, by=by)
    own = Service.objects.select_for_update(of=["self"], no_key=True).select_related("subject")
    held = own.get(pk=service.pk, school_year__school=by.school)
    if not can_write_in(by, held):
        raise NotYours
    return held


def _locked(assessment: Assessment) -> Assessment:
    held = Assessment.objects.select_for_update().filter(pk=assessment.pk).first()
    if held is None:
        raise WorkChanged("il est supprimé")
    return held


def _fill(assessment: Assessment, work: Work, period: Period) -> None:
    assessment.label = _label(work.label)
    assessment.day = _day(work.day, period)
    assessment.coefficient = read_coefficient(work.coefficient)


def _label(raw: str) -> str:
    text = read_line("L’intitulé", raw, LABEL_MAX)
    if not text:
        raise BadChoice("Donnez un intitulé au devoir.")
    return text


def _day(raw: str, period: Period) -> date:
    try:
        day = datetime.strptime(raw.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day, no hour
    except ValueError as error:
        raise BadChoice("La date du devoir manque ou ne se lit pas.") from error
    if not period.start <= day <= period.end:
        raise BadChoice(
            f"La date tombe hors du {period}, du {period.start:%d/%m/%Y} au {period.end:%d/%m/%Y}."
        )
    return day
