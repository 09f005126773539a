"""A2: as many acknowledged saves as entries of the journal."""

from concurrent.futures import ThreadPoolExecutor

from soak import savers as people
from soak import trail
from soak.measure import Measure, Task


def play(task: Task) -> Measure:
    """Save from several threads at once until `count` saves are acknowledged."""
    savers = people.gathered(task.instance)
    since = trail.length(task.instance)
    writers = len(savers.visitors)
    with ThreadPoolExecutor(writers) as pool:
        while (left := task.count - len(savers.acknowledged)) > 0:
            share = -(-left // writers)
            list(pool.map(savers.work, range(writers), [share] * writers))
    acknowledged, rows = len(savers.acknowledged), trail.length(task.instance) - since
    faults = people.faults(savers, since=since)
    if acknowledged != rows:
        faults.append(f"{acknowledged} acknowledged saves, {rows} entries")
    measured = f"{acknowledged} acquittées, {rows} au journal"
    return Measure("A2 saisies et journal", f"{task.count} saisies, écart 0", measured, faults)
