"""`python -m benchmarks`: measure everything, print one table, fail when a figure is missed."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from benchmarks.instance import own_instance

if TYPE_CHECKING:
    from benchmarks.measuring import Line


def main() -> int:
    """Measure what is asked for and print; 1 when a figure is not reached."""
    asked = _arguments()
    with own_instance():
        lines = [
            line
            for number, measure in _measures(asked.secondes).items()
            if not asked.only or number in asked.only
            for line in measure()
        ]
    _print(lines)
    return 0 if all(line.reached for line in lines) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="*", metavar="P1", help="these figures alone")
    parser.add_argument("--secondes", type=int, default=120, help="how long the load of P7 lasts")
    return parser.parse_args()


def _measures(seconds: int) -> "dict[str, Callable[[], Iterable[Line]]]":
    """What to call for each figure; growth first, while the database holds one school."""
    from benchmarks import p1, p2, p3_p4, p5, p6, p7, p9, p10, p11
    from benchmarks.data import full_class, full_school

    of = full_class()
    client = p6.teacher(of)
    return {
        "P10": lambda: p10.measure(of, client),
        "P1": lambda: p1.measure(of),
        "P6": lambda: p6.measure(of, client),
        "P11": lambda: p11.measure(of, client),
        "P9": lambda: p9.measure(of),
        "P2": lambda: p2.measure(of),
        "P3": lambda: p3_p4.measure(of),
        "P5": p5.measure,
        "P7": lambda: p7.measure(
            full_school("0990004S", divisions=10, pupils=160), seconds=seconds
        ),
    }


def _print(lines: "Sequence[Line]") -> None:
    rows = [("n°", "mesure", "trouvé", "visé", "atteint")]
    rows += [(x.number, x.work, x.found, x.target, "oui" if x.reached else "NON") for x in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


sys.exit(main())
