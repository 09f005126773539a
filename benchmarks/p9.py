"""P9: livrets and bulletins of a division as PDF, beside Typst compiling the same ready texts."""

from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType
from typing import Any
from unittest import mock

from benchmarks.bulletins import full_bulletins
from benchmarks.data import PUPILS, YEAR, Class
from benchmarks.measuring import Line, Work, interleaved, milliseconds
from livretpro.bulletins import printing as bulletins
from livretpro.livrets import printing as livrets
from typst_pdf import compile_pdf

RATIO = 0.5
WARM_UP, ROUNDS = 2, 11
DAY = date(YEAR + 1, 3, 2)


def measure(of: Class) -> Iterator[Line]:
    """Time the print of a full class beside its compilation alone, in both systems."""
    year, period = of.division.school_year, full_bulletins(of)

    def print_livrets() -> bytes:
        return livrets.print_division(of.division, year, of.diploma, by=of.head, on=DAY).content

    def print_bulletins() -> bytes:
        return bulletins.print_division(of.division, period, by=of.head, on=DAY).content

    yield _line("livrets", livrets, print_livrets)
    yield _line("bulletins", bulletins, print_bulletins)


def _line(word: str, system: ModuleType, make: Callable[[], bytes]) -> Line:
    ready = _ready(system, make)
    found = interleaved(
        Work(make),
        Work(lambda: compile_pdf(system.MODEL, ready)),
        warm_up=WARM_UP,
        rounds=ROUNDS,
    )
    ratio = 1 / found.ratio
    return Line(
        "P9",
        f"le PDF d’une division : {PUPILS} {word}, {PUPILS / found.work:.0f} par seconde",
        f"{ratio:.2f} × ({milliseconds(found.work)} / {milliseconds(found.floor)})",
        f"≥ {RATIO} ×",
        ratio >= RATIO,
    )


def _ready(system: ModuleType, make: Callable[[], bytes]) -> dict[str, Any]:
    """The texts of this class, as its print hands them to Typst."""
    with mock.patch.object(system, "compile_pdf", wraps=compile_pdf) as compiled:
        make()
    handed: dict[str, Any] = compiled.call_args.args[1]
    return handed
