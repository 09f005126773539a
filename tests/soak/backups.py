"""A backup while people save, restored in another folder: nothing told before it is missing."""

import json
import tempfile
import time
from pathlib import Path

from soak import savers as people
from soak import trail
from soak.instance import Instance
from soak.measure import Measure, Task

WRITERS = 4
BETWEEN = 0.5  # seconds of saves before each backup


def play(task: Task) -> Measure:
    """Back up `count` times while four people save; each time the restored journal verifies."""
    savers = people.gathered(task.instance, writers=WRITERS)
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="livretpro-soak-") as made, people.saving(savers):
        for turn in range(task.count):
            time.sleep(BETWEEN)
            told = len(savers.acknowledged)
            archive, keys = Path(made) / f"{turn}.sauvegarde", Path(made) / f"{turn}.cles"
            done = task.instance.command("backup", "--sortie", archive, "--cles", keys)
            faults += [done.stderr] if done.returncode else []
            faults += _restored(Path(made) / str(turn), archive, keys, savers, told)
    measured = f"{task.count} restaurations, {len(faults)} écarts"
    asked = f"{task.count} sauvegardes, {WRITERS} personnes, 0 perte"
    return Measure("sauvegarde", asked, measured, faults + savers.faults)


def _restored(
    folder: Path, archive: Path, keys: Path, savers: people.Savers, told: int
) -> list[str]:
    """What the restored instance lacks of the first `told` saves, and what its journal says."""
    elsewhere = Instance(folder)
    try:
        done = elsewhere.command("restore", archive, "--cles", keys)
        if done.returncode:
            return [done.stderr]
        verified = json.loads(elsewhere.command("journal", "verify", "--json").stdout)
        faults = [str(f["constats"]) for f in verified["etablissements"] if f["constats"]]
        elsewhere.start()
        kept = trail.told(elsewhere, people.FIELD, since=0)
        return faults + [text for text in savers.acknowledged[:told] if text not in set(kept)]
    finally:
        elsewhere.stop()
