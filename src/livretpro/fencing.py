"""Attempts at a work done in the background, fenced by their number (spec 08).

A job may be given to another worker while the first one only slept. Each attempt at a work, a row
with `state` and `attempt`, takes the next number; what it writes asks that this number still stand,
so that an attempt which was overtaken changes nothing.
"""

from typing import Protocol, TypeVar

from django.db import transaction
from django.db.models import F, Model, QuerySet


class Work(Protocol):
    """What a row of work bears."""

    pk: int
    state: str
    attempt: int


W = TypeVar("W", bound=Model)


class Overtaken(Exception):
    """Another attempt took the work over, or somebody ended it: this one writes nothing."""


def next_attempt(works: QuerySet[W], pk: int, state: str, **reset: object) -> W | None:
    """The work as its next attempt holds it, None when it is no longer in `state`.

    `reset` are columns to set; `works` may bring along what the attempt reads.
    """
    with transaction.atomic():
        waiting = works.filter(pk=pk, state=state)
        if not waiting.update(attempt=F("attempt") + 1, **reset):
            return None
        return works.get(pk=pk)


def hold(work: Work, **columns: object) -> None:
    """Change the row of a work as long as the attempt that holds it is the last one.

    Inside a transaction it keeps the row until the end: nobody overtakes meanwhile. Raises
    `Overtaken`.
    """
    rows: QuerySet[Model] = type(work).objects.all()  # type: ignore[attr-defined]
    if not rows.filter(pk=work.pk, state=work.state, attempt=work.attempt).update(**columns):
        raise Overtaken
