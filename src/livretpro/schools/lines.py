"""What the lines that say who may write have in common: who draws them, their dates, their end."""

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import QuerySet

from livretpro.journal.actions import Change
from livretpro.schools.actors import Actor
from livretpro.schools.models import (
    HandTeacher,
    PrincipalTeacher,
    SchoolYear,
    Substitution,
)
from livretpro.schools.permissions import can_name_teachers


class NotAllowed(Exception):
    """Saying who writes belongs to the head and the DDFPT."""

    phrase = "Seuls le chef d’établissement et le DDFPT disent qui écrit dans les livrets."


class BadChoice(Exception):
    """What was chosen cannot be kept; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def allow(by: Actor) -> None:
    """Raise `NotAllowed` unless this person says who writes."""
    if not can_name_teachers(by):
        raise NotAllowed


def check_dates(year: SchoolYear, start: date, end: date | None) -> None:
    """Raise `BadChoice` for dates out of order, or out of the school year."""
    if end is not None and end < start:
        raise BadChoice("La fin vient avant le début : corrigez les dates.")
    if any(day != year.bounded(day) for day in (start, end) if day is not None):
        raise BadChoice(
            f"Les dates doivent être dans l’année scolaire, du {year.start:%d/%m/%Y} au "
            f"{year.end:%d/%m/%Y}."
        )


def dates(start: date | None, end: date | None) -> str:
    """Both dates in words, as the journal keeps them."""
    told = (f"{word} {day:%d/%m/%Y}" for word, day in (("du", start), ("au", end)) if day)
    return " ".join(told)


def substitution_told(action: str, line: Substitution, before: str, after: str) -> Change:
    """What the journal keeps of a substitution, whose dates are given in words. The two names
    stand in the values: a field is too short for them."""
    who = f"{line.substitute} remplace {line.absent}"
    told = [f"{who} {days}" if days else "" for days in (before, after)]
    return Change(action, "specialite", str(line.absent_id), "suppléance", *told)


_Line = TypeVar("_Line", HandTeacher, PrincipalTeacher, Substitution)


def end_line(rows: QuerySet[_Line], *, on: date) -> bool:
    """End the line of `rows` the day before `on`, under its lock; says whether it still held.

    One that had not begun by then is removed: the journal alone tells of it.
    """
    held = rows.select_for_update(of=("self",)).first()
    if held is None or (held.end is not None and held.end < on):
        return False
    if held.start is not None and held.start >= on:
        held.delete()
    else:
        held.end = on - timedelta(days=1)
        held.save(update_fields=["end"])
    return True
