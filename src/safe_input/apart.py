"""Reading a large file in a child process, with a memory and a time limit (spec 08).

What a file costs to read cannot be told from its size. A small one is read here: at 1 MiB the worst
of the hostile corpus takes a second and 20 MB. A larger one is read by a child, which the system
stops when it asks for too much: the process that serves pages or works keeps its memory and its
time. The child shares nothing with its parent but two pipes; it is a bound, not a jail.
"""

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from safe_input.archive import too_large, unwrap
from safe_input.limits import DEFAULT_LIMITS, MIB
from safe_input.refusal import Refused

T = TypeVar("T")


@dataclass(frozen=True)
class Bounds:
    """What reading one file may take of the machine.

    `here`: bytes, unzipped, up to which no child is started. A school of 2 000 pupils sends 1 MiB
    (0,9 s, 28 MB); the same with 20 MB of addresses takes 7 s and 52 MB on two busy cores.
    """

    here: int = MIB
    memory: int = 256 * MIB  # address space of the child; Python and lxml take 30 MB of it
    seconds: int = 8  # of the clock, and of the processor: ten with what goes before and after
    lighter: str = "vérifiez que c’est bien le fichier attendu, ou exportez-le de nouveau"
    """What a person may do when the file took too much: the end of the sentence."""


BOUNDS = Bounds()


@dataclass(frozen=True)
class Task:
    """What the child is asked for, by name: `module` and `function` are imported there."""

    module: str
    function: str
    options: dict[str, Any]
    bounds: Bounds


@dataclass(frozen=True)
class Raised:
    """An exception of the reader, in parts: its class may want other arguments than it keeps."""

    of: type[Exception]
    args: tuple[Any, ...]
    state: dict[str, Any]

    def remade(self) -> Exception:
        """The same exception."""
        made = self.of.__new__(self.of, *self.args)
        made.__dict__.update(self.state)
        return made


def read_bounded(
    reader: Callable[..., T], data: bytes, *, bounds: Bounds = BOUNDS, **options: Any
) -> T:
    """Return `reader(data, **options)`: read here when `data` is small, else in a child process.

    `reader` is a function of a module, which reads neither a database nor a setting. Raises what it
    raises, and `Refused`: `trop_gros` (for every door), `trop_lourd` (memory), `trop_long` (time).
    """
    if len(data) > DEFAULT_LIMITS.max_bytes:
        raise too_large(DEFAULT_LIMITS.max_bytes)
    if _is_small(data, bounds.here):
        return reader(data, **options)
    answer = _ask(Task(reader.__module__, reader.__qualname__, options, bounds), data)
    if isinstance(answer, Raised):
        raise answer.remade()
    found: T = answer
    return found


def _is_small(data: bytes, size: int) -> bool:
    """Whether the content is at most `size` bytes; a zip is inflated no further than that."""
    limits = replace(DEFAULT_LIMITS, max_bytes=size, max_unzipped=size)
    try:
        unwrap(data, limits)
    except Refused as refusal:
        return refusal.code != "trop_gros"
    return True


def _ask(task: Task, data: bytes) -> Any:
    """The answer of a child; a child that stops without one was stopped by a limit."""
    child = subprocess.Popen(
        [sys.executable, "-m", "safe_input.child"],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},  # no secret of the parent goes along
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        said, _ = child.communicate(pickle.dumps(task) + data, timeout=task.bounds.seconds)
    except subprocess.TimeoutExpired as slow:
        raise _too_slow(task.bounds) from slow
    finally:
        _end(child)
    if child.returncode == 0:
        return pickle.loads(said)  # noqa: S301 (written by our own child)
    raise _stopped(child.returncode, task.bounds)


MEMORY_STATUS = 12
"""Exit status of a child that was refused memory: the number of ENOMEM."""


def _end(child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    child.wait()


def _stopped(status: int, bounds: Bounds) -> Refused:
    return _too_slow(bounds) if -status in TIME_SIGNALS else _too_heavy(bounds)


TIME_SIGNALS = {signal.SIGXCPU, signal.SIGKILL}


def _too_slow(bounds: Bounds) -> Refused:
    phrase = "Le fichier demande trop de temps pour être lu, sa lecture a été arrêtée"
    return Refused("trop_long", f"{phrase} : {bounds.lighter}.")


def _too_heavy(bounds: Bounds) -> Refused:
    phrase = "Le fichier demande trop de mémoire pour être lu, sa lecture a été arrêtée"
    return Refused("trop_lourd", f"{phrase} : {bounds.lighter}.")
