"""`python -m soak`: play every scenario at its full figure and print one table; 1 if one fails."""

import argparse
import random
import sys
import time
import traceback

from soak.instance import Instance, served_demo
from soak.measure import Measure, Task
from soak.scenarios import SCENARIOS, Scenario

WIDTHS = (24, 38, 44, 9)


def main() -> int:
    """Play what is asked for, on one instance."""
    asked = _arguments()
    chosen = [scenario for scenario in SCENARIOS if asked.only in scenario.name]
    print(f"graine {asked.seed}", flush=True)
    _print_row("scénario", "demandé", "mesuré", "secondes", "atteint")
    with served_demo() as instance:
        reached = [_played(scenario, instance, asked) for scenario in chosen]
    return 0 if reached and all(reached) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--only", default="", metavar="WORD", help="scenarios named so")
    parser.add_argument("--small", action="store_true", help="the figures of `make test`")
    return parser.parse_args()


def _played(scenario: Scenario, instance: Instance, asked: argparse.Namespace) -> bool:
    count = scenario.small if asked.small else scenario.full
    task = Task(instance, count, random.Random(f"{asked.seed} {scenario.name}"))
    start = time.monotonic()
    found = _measure(scenario, task)
    seconds = f"{time.monotonic() - start:.0f}"
    _print_row(
        found.scenario, found.asked, found.measured, seconds, "oui" if found.reached else "NON"
    )
    for fault in found.faults[:20]:
        print(f"    {fault}", flush=True)
    return found.reached


def _measure(scenario: Scenario, task: Task) -> Measure:
    """A scenario that cannot end is a fault of its own; the next ones are played all the same."""
    try:
        return scenario.play(task)
    except Exception:  # noqa: BLE001 (told in the table)
        if not task.instance.ready():
            task.instance.stop()
            task.instance.start()
        return Measure(scenario.name, f"{task.count}", "interrompu", [traceback.format_exc()])


def _print_row(*cells: str) -> None:
    *first, last = cells
    padded = [cell.ljust(width) for cell, width in zip(first, WIDTHS, strict=True)]
    print(" ".join([*padded, last]), flush=True)


sys.exit(main())
