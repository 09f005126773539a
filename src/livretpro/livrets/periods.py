"""The dates of the periods of a level: set by the head, else equal parts of the year (spec 02)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from livretpro.livrets.rules import PeriodKind

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A period, by its number from 1: its first and last day, both included."""

    number: int
    start: date
    end: date


def default_periods(kind: PeriodKind, start: date, end: date) -> tuple[Period, ...]:
    """Thirds or halves of a year from `start` to `end`, one day apart at most in length."""
    days = (end - start + ONE_DAY).days
    firsts = [start + timedelta(days=days * rank // kind.count) for rank in range(kind.count + 1)]
    return tuple(
        Period(rank, first, following - ONE_DAY)
        for rank, (first, following) in enumerate(pairwise(firsts), start=1)
    )


def periods_of(
    kind: PeriodKind, days: Sequence[date], start: date, end: date
) -> tuple[Period, ...]:
    """The periods of a year from `start` to `end`; `days` as kept, none for the default ones."""
    return from_days(days) or default_periods(kind, start, end)


def from_days(days: Sequence[date]) -> tuple[Period, ...]:
    """The first and last day of each period, in turn, as periods."""
    bounds = zip(days[::2], days[1::2], strict=True)
    return tuple(Period(number, *pair) for number, pair in enumerate(bounds, start=1))


def told_days(days: Sequence[date]) -> str:
    """The days kept in words, empty for equal parts of the year."""
    return ", ".join(f"du {p.start:%d/%m/%Y} au {p.end:%d/%m/%Y}" for p in from_days(days))


def as_days(periods: Iterable[Period]) -> list[date]:
    """The reverse of `from_days`."""
    return [day for period in periods for day in (period.start, period.end)]


def period_at(periods: Iterable[Period], day: date) -> Period | None:
    """The period a day falls in; None between two periods and outside the year."""
    return next((period for period in periods if period.start <= day <= period.end), None)


def refusal(periods: Sequence[Period], kind: PeriodKind, start: date, end: date) -> str:
    """Why a year from `start` to `end` cannot have these periods; empty when it can.

    They follow one another; days between two of them (holidays) belong to none.
    """
    if len(periods) != kind.count:
        return f"Donnez le début et la fin des {kind.count} {kind.plural}."
    for period in periods:
        if period.end < period.start:
            return f"La fin {_of(period, kind)} précède son début."
    for before, after in pairwise(periods):
        if after.start <= before.end:
            return f"Le début {_of(after, kind)} doit suivre la fin du précédent."
    if periods[0].start < start or periods[-1].end > end:
        return (
            f"Les {kind.plural} tiennent dans l’année scolaire, "
            f"du {start:%d/%m/%Y} au {end:%d/%m/%Y}."
        )
    return ""


def _of(period: Period, kind: PeriodKind) -> str:
    return f"du {period.number}{'er' if period.number == 1 else 'e'} {kind.word}"
