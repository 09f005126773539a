"""The folder a backup works in, and what a backup that was killed left of its own."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = ".sauvegarde-"


@contextlib.contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """A folder of this backup alone in `parent`, gone at the end.

    Those of backups that were killed go first: a backup at work holds a lock on its own, which the
    system drops with the process.
    """
    with _held(parent):
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
        mine = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(mine)


@contextlib.contextmanager
def _held(parent: Path) -> Iterator[None]:
    """One backup at a time looks at `parent`."""
    held = _lock(parent)
    try:
        yield
    finally:
        os.close(held)


def _sweep(parent: Path) -> None:
    """What cannot be removed (at work, just gone, of another user) stays: a backup comes first."""
    for left in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            os.close(_lock(left, fcntl.LOCK_NB))
            shutil.rmtree(left)


def _lock(folder: Path, how: int = 0) -> int:
    """Lock a folder until what is returned is closed. Raises `BlockingIOError` when told not to
    wait."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | how)
    except BaseException:
        os.close(held)
        raise
    return held
