"""P9: the livrets of a division as PDF, beside Typst compiling the same ready texts."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from unittest import mock

from benchmarks.data import PUPILS, YEAR, Class
from benchmarks.measuring import Line, Work, interleaved, milliseconds
from livretpro.livrets import printing
from typst_pdf import compile_pdf

RATIO = 0.5
WARM_UP, ROUNDS = 2, 11
DAY = date(YEAR + 1, 3, 2)


def measure(of: Class) -> Iterator[Line]:
    """Time the print of a full class beside its compilation alone."""
    ready = _ready(of)
    found = interleaved(
        Work(lambda: _print(of)),
        Work(lambda: compile_pdf(printing.MODEL, ready)),
        warm_up=WARM_UP,
        rounds=ROUNDS,
    )
    ratio = 1 / found.ratio
    yield Line(
        "P9",
        f"le PDF d’une division : {PUPILS} livrets, {PUPILS / found.work:.0f} par seconde",
        f"{ratio:.2f} × ({milliseconds(found.work)} / {milliseconds(found.floor)})",
        f"≥ {RATIO} ×",
        ratio >= RATIO,
    )


def _print(of: Class) -> bytes:
    year = of.division.school_year
    return printing.print_division(of.division, year, of.diploma, by=of.head, on=DAY).content


def _ready(of: Class) -> dict[str, Any]:
    """The texts of this class, as its print hands them to Typst."""
    with mock.patch.object(printing, "compile_pdf", wraps=compile_pdf) as compiled:
        _print(of)
    handed: dict[str, Any] = compiled.call_args.args[1]
    return handed
