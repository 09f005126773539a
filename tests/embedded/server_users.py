"""Processes that use a server, watched from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

USER = """
import sys
from pathlib import Path
from livretpro.embedded import ensure
for data in sys.stdin:
    print(ensure(Path(data.rstrip("\\n"))), flush=True)
"""


class User:
    """A process that calls `ensure` each time it is asked to, until it is killed."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, data: Path) -> None:
        self.process.stdin.write(f"{data}\n")
        self.process.stdin.flush()

    def socket(self) -> Path:
        answer = self.process.stdout.readline()
        assert answer, "ensure failed in the process that called it"
        return Path(answer.rstrip("\n"))

    def ensure(self, data: Path) -> Path:
        self.ask(data)
        return self.socket()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Users:
    """The users of one test, killed at its end."""

    def __init__(self) -> None:
        self.started: list[User] = []

    def start(self) -> User:
        self.started.append(User())
        return self.started[-1]

    def kill(self) -> None:
        for user in self.started:
            user.kill()


def server_pid(data: Path) -> int:
    """Number of the first process of the server of `data`."""
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def processes_of(mark: Path) -> list[int]:
    """Processes that bear `mark` in their environment or on their command line."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _bears(folder, mark)]


def _bears(process: Path, mark: Path) -> bool:
    try:
        said = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
    except OSError:  # it ended meanwhile
        return False
    return os.fsencode(mark) in said


def eventually(true: Callable[[], bool], *, seconds: float = 15) -> bool:
    """Whether `true()` comes to hold before the deadline, far above what it should take."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False
