"""Medians of works run in turn on one machine, and the rows of the table."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION_WORDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
WARM_UP = 5
ROUNDS = 61


@dataclass(frozen=True)
class Line:
    """One figure: which work, what was found, what spec 09 asks, and whether it is reached."""

    number: str
    work: str
    found: str
    target: str
    reached: bool


@dataclass(frozen=True)
class Work:
    """A work to time: `before` prepares each round and `after` clears it, neither is timed."""

    run: Callable[[], object]
    before: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Measured:
    """Medians: seconds of a work and of its floor, and their ratio within each round.

    The ratio is that of neighbours in time: a machine busy with something else slows both.
    """

    work: float
    floor: float
    ratio: float


def interleaved(
    work: Work, floor: Work, *, warm_up: int = WARM_UP, rounds: int = ROUNDS
) -> Measured:
    """Time a work beside its floor in `rounds` rounds in which each runs once.

    In turn, so that a slower minute of the machine is slower for both; the order turns round, so
    that neither always profits from the caches that the other one warmed.
    """
    kept = [_round(work, floor, number) for number in range(warm_up + rounds)][warm_up:]
    return Measured(
        work=median(seconds for seconds, _ in kept),
        floor=median(seconds for _, seconds in kept),
        ratio=median(seconds / least for seconds, least in kept),
    )


def _round(work: Work, floor: Work, number: int) -> tuple[float, float]:
    if number % 2:
        return _timed(work), _timed(floor)
    least = _timed(floor)
    return _timed(work), least


def _timed(work: Work) -> float:
    work.before()
    start = time.perf_counter()
    work.run()
    seconds = time.perf_counter() - start
    work.after()
    return seconds


def queries_of(run: Callable[[], object]) -> int:
    """How many queries a work runs, the words of transactions aside."""
    with CaptureQueriesContext(connection) as captured:
        run()
    return sum(not q["sql"].startswith(TRANSACTION_WORDS) for q in captured.captured_queries)


def milliseconds(seconds: float) -> str:
    """A duration as the table shows it."""
    return f"{seconds * 1000:.1f} ms"
