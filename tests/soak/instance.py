"""An instance of its own, as an operator runs it: the demo school under `livretpro serve`.

Looked at from outside only: HTTP, the database's own door, signals.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from demo_folder import copy_folder
from livretpro.embedded import dsn
from livretpro.embedded.cluster import running
from livretpro.embedded.processes import tie_to_parent

COMMAND = [sys.executable, "-m", "livretpro.cli.main"]
STALLED_SECONDS = "3"  # instead of thirty: dozens of workers are killed
SIGHT = 5  # seconds: what was not seen by then came and went
PATIENCE = 90  # seconds: what is not back by then has failed
WEB, WORKER, BASE, ALL = "web", "worker", "base", "tout"
MARKS = {WEB: b"gunicorn", WORKER: b"procrastinate"}


class Instance:
    """A data folder, the port it is served on, and the processes that bear them."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "LIVRETPRO_DATA": str(data),
            "LIVRETPRO_SANS_SECOND_FACTEUR": "1",  # the demo school, on this machine
            "LIVRETPRO_STALLED_SECONDS": STALLED_SECONDS,
        }

    def command(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command of `livretpro` to its end; its status is for the caller to judge."""
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
        )

    def make_demo(self) -> None:
        """Make the demo school."""
        done = self.command("demo", "--no-serve")
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Serve, and wait until it answers with its database. From the main thread: the kernel
        ties the server to the thread that starts it."""
        with (self.data / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(self.port)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=tie_to_parent(signal.SIGKILL),  # noqa: PLW1509 (it calls the kernel, no more)
            )
        self.wait_until_ready()

    def wait_until_ready(self) -> float:
        """Wait until the web and the database answer; the seconds it took."""
        return wait_for(self.ready, what="the site answers")

    def ready(self) -> bool:
        """Whether the web and the database answer now."""
        address = f"http://127.0.0.1:{self.port}/sante/pret"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """End everything that bears the data folder, whatever it is doing."""
        self.kill(self.processes())
        if self.process is not None:
            self.process.wait()
        wait_for(lambda: not self._at_work(), what="the database has left its folder")

    def _at_work(self) -> bool:
        """Whether a process works in the folder: PostgreSQL's own leave it just after the first."""
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it ended meanwhile
                if (process / "cwd").readlink().is_relative_to(self.data):
                    return True
        return False

    def kill(self, processes: Sequence[int]) -> None:
        """`kill -9`."""
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_part(self, part: str, *, once: Callable[[], object] | None = None) -> bool:
        """`kill -9` of the web, of the worker, of the database, or of everything, as soon as
        `once()` holds; what was killed whole is started again. Whether `once()` was seen to hold.
        """
        found = [] if part == BASE else self.processes(MARKS.get(part, b""))
        seen = once is None or _seen(once)
        if part == BASE:
            wait_for(self._database_killed, what="a database runs, to be killed")
        self.kill(found)
        if part == ALL:
            self.stop()
            self.start()
        return seen

    def _database_killed(self) -> bool:
        """Kill PostgreSQL; false while none runs, between two starts."""
        try:
            os.kill(self.postmaster(), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError, IndexError):
            return False
        return True

    def processes(self, mark: bytes = b"") -> list[int]:
        """The processes of this instance whose command line holds `mark`."""
        folders = Path("/proc").glob("[0-9]*")
        return [int(folder.name) for folder in folders if self._bears(folder, mark)]

    def _bears(self, process: Path, mark: bytes) -> bool:
        try:
            command = (process / "cmdline").read_bytes()
            said = (process / "environ").read_bytes() + command
        except OSError:  # it ended meanwhile
            return False
        return os.fsencode(self.data) in said and mark in command

    def postmaster(self) -> int:
        """The first process of PostgreSQL."""
        return int((self.data / "pg" / "postmaster.pid").read_text().splitlines()[0])

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database answers, on a connection of its own, as the owner of the tables. It
        may have just been killed: it is waited for."""
        wait_for(lambda: running(self.data / "pg"), what="the database answers")
        server = running(self.data / "pg")
        assert server is not None, "the database went away again"
        with psycopg.connect(dsn(server.socket, "livretpro")) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, query: str, *values: object) -> int:
        """The only number of the only row."""
        return int(self.rows(query, *values)[0][0])


@contextlib.contextmanager
def served_demo(folder: Path | None = None, *, made: Path | None = None) -> Iterator[Instance]:
    """The demo school, served from `folder` (a new one by default), stopped whatever happens. It is
    made there, or copied from the folder `made`."""
    with tempfile.TemporaryDirectory(prefix="livretpro-soak-") as new:
        instance = Instance(folder or Path(new))
        try:
            if made:
                copy_folder(made, instance.data)
            else:
                instance.make_demo()
            instance.start()
            yield instance
        finally:
            instance.stop()


def _seen(true: Callable[[], object]) -> bool:
    """Look without a pause for what may last a few hundredths of a second only."""
    deadline = time.monotonic() + SIGHT
    while not true():
        if time.monotonic() > deadline:
            return False
    return True


def wait_for(true: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> float:
    """Wait until `true()` holds; the seconds it took. Fails with `what` after the deadline."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < seconds, f"after {seconds} s, still not so: {what}"
        time.sleep(0.05)
    return time.monotonic() - start


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
