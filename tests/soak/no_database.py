"""A7: the database killed, frozen, or without room: a page in French, nothing lost, back alone."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from soak import savers as people
from soak import trail
from soak.instance import BASE, Instance, served_demo, wait_for
from soak.measure import Measure, Task

WRITERS = 4
FROZEN_SECONDS = 3
FULL_SECONDS, FULL_LIMIT = 3, 60
ROOM = "400m"


def killed(task: Task) -> Measure:
    """`kill -9` of PostgreSQL while people save."""
    return _outages(task, "A7 base tuée", lambda instance: instance.kill_part(BASE))


def frozen(task: Task) -> Measure:
    """PostgreSQL stopped for a while, as on a machine that swaps: people wait, nothing is lost."""
    return _outages(task, "A7 base figée", _frozen)


def _outages(task: Task, scenario: str, outage: Callable[[Instance], None]) -> Measure:
    since = trail.length(task.instance)
    savers = people.gathered(task.instance, WRITERS)
    with people.saving(savers):
        for _ in range(task.count):
            time.sleep(task.chance.uniform(0.3, 1))
            outage(task.instance)
            _acknowledged_again(savers)
    faults = people.faults(savers, since=since)
    measured = f"{len(savers.acknowledged)} acquittées, {_unavailable(savers)} pages 503"
    return Measure(scenario, f"{task.count} pannes, 0 perdue", measured, faults)


def _acknowledged_again(savers: people.Savers) -> None:
    before = len(savers.acknowledged)
    wait_for(lambda: len(savers.acknowledged) > before, what="saves are acknowledged again")


def _unavailable(savers: people.Savers) -> int:
    return savers.statuses.get(503, 0)


def _frozen(instance: Instance) -> None:
    """Stop every process of the server, then let them go on."""
    family = _family(instance.postmaster())
    for pid in family:
        _signal(pid, signal.SIGSTOP)
    try:
        time.sleep(FROZEN_SECONDS)
    finally:
        for pid in family:
            _signal(pid, signal.SIGCONT)


def _family(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *map(int, children)]


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def full_disk(task: Task) -> Measure:
    """No room left under an instance of its own; saves are refused, and taken again with room."""
    asked = f"{task.count} disques pleins, 0 perdue"
    with contextlib.ExitStack() as stack:
        try:
            disk = stack.enter_context(small_disk())
        except NoDisk as reason:
            return Measure("A7 disque plein", asked, f"NON JOUÉ : {reason}")
        instance = stack.enter_context(served_demo(disk / "data"))
        savers = people.gathered(instance, WRITERS)
        since = trail.length(instance)
        with people.saving(savers):
            for _ in range(task.count):
                _fill_until_refused(disk, savers)
                _acknowledged_again(savers)
        faults = people.faults(savers, since=since)
        if not _unavailable(savers):
            faults.append("the disk was full and no save was refused")
    measured = f"{len(savers.acknowledged)} acquittées, {_unavailable(savers)} pages 503"
    return Measure("A7 disque plein", asked, measured, faults)


def _fill_until_refused(disk: Path, savers: people.Savers) -> None:
    """Take all the room there is, again and again as files are let go, until a save was refused
    and a while has passed; then give it back."""
    ballast = disk / "ballast"
    start, before = time.monotonic(), _unavailable(savers)
    try:
        with ballast.open("ab", buffering=0) as file:
            while (spent := time.monotonic() - start) < FULL_LIMIT:
                if spent > FULL_SECONDS and _unavailable(savers) > before:
                    break
                _fill(file.fileno())
                time.sleep(0.05)
    finally:
        ballast.unlink()


def _fill(descriptor: int) -> None:
    for size in (1 << 20, 1 << 12):
        with contextlib.suppress(OSError):
            while os.write(descriptor, b"\0" * size) == size:
                pass


class NoDisk(Exception):
    """This machine lets nobody mount a small disk; the reason, for the table."""


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A file system in memory with little room. Raises `NoDisk`."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or not mount or not unmount:
        raise NoDisk("monter un petit disque demande le compte root")
    with tempfile.TemporaryDirectory(prefix="livretpro-disk-") as folder:
        options = ["-t", "tmpfs", "-o", f"size={ROOM},mode=0755", "tmpfs", folder]
        done = subprocess.run([mount, *options], capture_output=True, check=False, text=True)
        if done.returncode:
            raise NoDisk(done.stderr.strip())
        try:
            yield Path(folder)
        finally:
            subprocess.run([unmount, "--lazy", folder], check=False)
