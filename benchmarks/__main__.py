"""`python -m benchmarks`: measure everything, print one table, fail when a figure is missed."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.instance import own_instance

if TYPE_CHECKING:
    from benchmarks.measuring import Line


def main() -> int:
    """Measure and print; 1 when a figure is not reached."""
    with own_instance():
        from benchmarks import p1, p2, p5, p6, p9, p11
        from benchmarks.data import full_class

        of = full_class()
        client = p6.teacher(of)
        lines = [
            *p1.measure(of),
            *p6.measure(of, client),
            *p11.measure(of, client),
            *p9.measure(of),
            *p2.measure(of),
            *p5.measure(),
        ]
    _print(lines)
    return 0 if all(line.reached for line in lines) else 1


def _print(lines: "Sequence[Line]") -> None:
    rows = [("n°", "mesure", "trouvé", "visé", "atteint")]
    rows += [(x.number, x.work, x.found, x.target, "oui" if x.reached else "NON") for x in lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


sys.exit(main())
