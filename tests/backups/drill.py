"""The drill: people write, the journal is anchored, a backup is made meanwhile, it is restored
elsewhere and compared.

`play(folder, seconds=…)` returns what was acknowledged before the backup and what the restored
instance holds; also played by `make soak`.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from livretpro.backups import back_up, back_up_keys
from livretpro.journal.anchoring import anchor_chains
from livretpro.livrets.actions import record
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment


@dataclass(frozen=True)
class Drill:
    """By pupil, the last number acknowledged before the backup began, and the one restored.

    `verified` is what `livretpro journal verify --json` says there.
    """

    acknowledged: dict[int, int]
    restored: dict[int, int]
    verified: dict[str, object]


@dataclass
class Writer:
    """Somebody who types one number after the other in one livret."""

    pupil: Enrolment
    by: Actor
    last: int = 0
    error: str = ""

    def write(self, until: threading.Event) -> None:
        """Write until told to stop; `last` is the last number acknowledged."""
        try:
            while not until.is_set():
                record(self.pupil, "appreciation", str(self.last + 1), by=self.by)
                self.last += 1
        except Exception as error:  # noqa: BLE001 (told by the drill)
            self.error = repr(error)
        finally:
            connection.close()


def anchor(until: threading.Event) -> None:
    """Note where the journal stands again and again, as the site does each hour."""
    try:
        while not until.is_set():
            anchor_chains()
    finally:
        connection.close()


def play(pupils: Sequence[Enrolment], by: Actor, folder: Path, *, seconds: float) -> Drill:
    """Write for `seconds`, back up while writing goes on, restore under `folder`."""
    archive, keys = folder / "ecole.sauvegarde", folder / "ecole.cles"
    writers = [Writer(pupil, by) for pupil in pupils]
    stop = threading.Event()
    work = [anchor, *(w.write for w in writers)]
    threads = [threading.Thread(target=one, args=[stop]) for one in work]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    acknowledged = {w.pupil.student.siecle_id: w.last for w in writers}
    back_up(archive, now=timezone.now())
    stop.set()
    for thread in threads:
        thread.join()
    errors = [w.error for w in writers if w.error]
    assert errors == []
    assert all(w.last > acknowledged[w.pupil.student.siecle_id] for w in writers)
    back_up_keys(keys)
    restored, verified = _restored(folder / "ailleurs", archive, keys)
    return Drill(acknowledged, restored, verified)


def _restored(data: Path, archive: Path, keys: Path) -> tuple[dict[int, int], dict[str, object]]:
    command(data, "restore", str(archive), "--cles", str(keys))
    verified = json.loads(command(data, "journal", "verify", "--json"))
    numbers = json.loads(python(data, READ))
    return {int(pupil): int(number) for pupil, number in numbers.items()}, verified


def command(data: Path, *words: str) -> str:
    """Run `livretpro` on another data folder; fails unless it succeeds."""
    return python(data, MAIN, *words)


MAIN = "import sys; from livretpro.cli.main import main; sys.exit(main(sys.argv[1:]))"
READ = """
import django, json
django.setup()
from livretpro.livrets.models import Livret
print(json.dumps(dict(Livret.objects.values_list("student__siecle_id", "appreciation"))))
"""


def python(data: Path, program: str, *words: str) -> str:
    """What a program says with the settings of an instance."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env={
            "PATH": os.environ["PATH"],
            "LIVRETPRO_DATA": str(data),
            "DJANGO_SETTINGS_MODULE": "livretpro.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
