"""The attacks on the journal, in a process with the settings and a database of the tests.

`python -m soak.attacks COUNT SEED` prints, as JSON, those that verification did not see.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from soak.measure import Measure, Task


def play(task: Task) -> Measure:
    """Attack the chain `count` times; verification sees every attack."""
    seed = task.chance.randrange(1_000_000)
    done = subprocess.run(
        [sys.executable, "-m", "soak.attacks", str(task.count), str(seed)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "settings_test", "PYTHONPATH": _TESTS},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
    )
    unseen: list[str] = json.loads(done.stdout)
    measured = f"{task.count - len(unseen)} attaques vues"
    return Measure("journal", f"{task.count} attaques, toutes vues", measured, unseen)


_TESTS = str(Path(__file__).resolve().parents[1])


def main() -> None:
    """Play in this process."""
    import django

    django.setup()
    from django.test import override_settings

    from journal.attacks import KEY
    from journal.attacks import play as attack
    from template_database import own_database

    count, seed = map(int, sys.argv[1:])
    with (
        own_database(),
        override_settings(JOURNAL_KEY=KEY.decode()),
        tempfile.TemporaryDirectory() as folder,
    ):
        print(json.dumps(attack(count, seed=seed, folder=Path(folder))))


if __name__ == "__main__":
    main()
