"""One command for one machine: the database, the web and the worker, started, watched, stopped.

Each child is tied to this process by the kernel, so that nothing is left whatever its end.
"""

import contextlib
import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from django.conf import settings
from django.db import connection

from livretpro.embedded import ROLE, EmbeddedError, dsn, ensure
from livretpro.embedded.processes import tie_to_parent

ADDRESS = "127.0.0.1"
TICK_SECONDS = 0.2
MOST_PROCESSES = 16  # of the web: with their threads, fewer connections than PostgreSQL allows
RESTART_SECONDS = 1.0
"""Least time between two starts of a child: one that always fails must not fill the machine."""
COMPLAINT_SECONDS = 60.0
"""Least time between two lines of log about a database that does not start."""
GRACE_SECONDS = 10
"""Time given to requests and jobs under way when asked to stop."""
STOP_SECONDS = GRACE_SECONDS + 5
"""Time given to the children in all before `kill -9`."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

logger = logging.getLogger(__name__)


class ServeError(RuntimeError):
    """`serve` cannot do its work; `str(error)` is a French sentence for the operator."""


class PortInUseError(ServeError):
    """Another program listens on `port`."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"Le port {port} est déjà utilisé par un autre programme, peut-être par LivretPro "
            f"lui-même. Arrêtez-le ou choisissez un autre port."
        )


class PortRefusedError(ServeError):
    """The system does not let this account listen on `port`."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"Ce compte n’a pas le droit d’écouter sur le port {port}. "
            f"Choisissez un port supérieur à 1023."
        )


class WebFailedError(ServeError):
    """The web server failed before its first answer; its own messages stand above."""

    def __init__(self) -> None:
        super().__init__(
            "Le serveur web s’est arrêté avant d’avoir démarré. La cause est écrite ci-dessus."
        )


def serve(*, port: int, on_ready: Callable[[], None], address: str = ADDRESS) -> None:
    """Serve LivretPro on `address:port` until Ctrl+C or SIGTERM; then nothing is left running.

    This machine alone can reach the usual address.

    Needs `django.setup()` and a migrated database. `on_ready` is called once, when the web first
    answers. Raises `ServeError` and `EmbeddedError`, whose text is for the operator.
    """
    check_port(port, address)
    environment = children_environment(port)
    supervisor = Supervisor(
        web=Child("web", web_command(port, address), environment),
        worker=Child("worker", worker_command(), environment),
        keep_database=embedded_url,
        answers=lambda: web_answers(port),
        on_ready=on_ready,
    )
    supervisor.run()


def check_port(port: int, address: str = ADDRESS) -> None:
    """Raise `PortInUseError` or `PortRefusedError` unless `port` can be listened on."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
        except PermissionError as error:
            raise PortRefusedError(port) from error
        except OSError as error:
            raise PortInUseError(port) from error


def children_environment(port: int) -> dict[str, str]:
    """Ours, with the same settings, the address of the embedded database if there is one, and that
    of the site when nobody gave it: links in slips and mails bear the port."""
    url = embedded_url()
    database = {"DATABASE_URL": url, "LIVRETPRO_EMBEDDED": "1"} if url else {}
    site = {"LIVRETPRO_URL": os.environ.get("LIVRETPRO_URL") or f"http://localhost:{port}"}
    ours = {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    return os.environ | ours | site | database


def embedded_url() -> str | None:
    """The URL of the embedded database, whose server is started if it does not run; `None` when
    `DATABASE_URL` names a server that somebody else looks after. Raises `EmbeddedError`."""
    database = connection.settings_dict
    if "EMBEDDED_DATA" not in database:
        return None
    folder = ensure(Path(database["EMBEDDED_DATA"]), options=database.get("EMBEDDED_OPTIONS", ()))
    return dsn(folder, database["NAME"], user=database["USER"] or ROLE)


def web_command(port: int, address: str = ADDRESS) -> list[str]:
    """gunicorn: two processes a core, of four threads, renewed now and then (ADR 41); it writes no
    file outside /tmp."""
    processes = min(2 * len(os.sched_getaffinity(0)), MOST_PROCESSES)
    return [
        *(sys.executable, "-m", "gunicorn", "livretpro.web.wsgi:application"),
        *("--config", "python:livretpro.web.gunicorn_conf"),
        *("--bind", f"{address}:{port}"),
        *("--worker-class", "gthread", "--workers", str(processes), "--threads", "4"),
        *("--graceful-timeout", str(GRACE_SECONDS)),
        *("--max-requests", "5000", "--max-requests-jitter", "500"),
        "--no-control-socket",
    ]


def worker_command() -> list[str]:
    """procrastinate; a job cut short at the end of its grace is taken up again after restart."""
    return [
        *(sys.executable, "-m", "django", "procrastinate", "worker"),
        *("--shutdown-graceful-timeout", str(GRACE_SECONDS)),
    ]


def web_answers(port: int) -> bool:
    """Whether the web server answers a request, whatever the answer."""
    request = http.client.HTTPConnection(ADDRESS, port, timeout=1)
    try:
        request.request("GET", "/sante/vivant")
        request.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        request.close()
    return True


class Child:
    """A command that must be running; `environment` is all it gets."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl+C reaches us alone, and we tell it to end."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 (our own command)
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=tie_to_parent(signal.SIGTERM),  # noqa: PLW1509 (serve has one thread)
        )

    def ended(self) -> bool:
        """Whether it is not running, for lack of a start or because it ended."""
        return self.process is None or self.process.poll() is not None

    def failed(self) -> bool:
        """Whether it ended by itself: one that somebody killed is not at fault."""
        return self.process is not None and (self.process.poll() or 0) > 0

    def start_again_if_ended(self) -> None:
        """Start it again, at most once each `RESTART_SECONDS`."""
        if self.ended() and time.monotonic() - self.started >= RESTART_SECONDS:
            logger.warning("%s ended and is started again", self.name)
            self.start()

    def ask_to_end(self) -> None:
        """Let it finish what it is doing."""
        if self.process is not None:
            self.process.terminate()

    def end(self, *, before: float) -> None:
        """Wait for its end until the time `before` (monotonic), then kill it and its own."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, before - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Supervisor:
    """The loop that keeps `web` and `worker` running, and the database under them.

    `keep_database` starts the server again if it died; `answers` tells whether the web does, and
    `on_ready` is called the first time.
    """

    web: Child
    worker: Child
    keep_database: Callable[[], object]
    answers: Callable[[], bool]
    on_ready: Callable[[], None]
    stopping: bool = False
    ready: bool = False
    complained: float = -COMPLAINT_SECONDS

    def run(self) -> None:
        """Run until a signal. Raises `WebFailedError` if the web fails before it ever answered."""
        with self._stopped_by_signals():
            try:
                self.web.start()
                self.worker.start()
                while not self.stopping:
                    self._tick()
                    time.sleep(TICK_SECONDS)
            finally:
                self._end()

    def _tick(self) -> None:
        try:
            self.keep_database()
        except EmbeddedError as error:
            self._complain(error)
        if not self.ready:
            self._await_web()
        self.web.start_again_if_ended()
        self.worker.start_again_if_ended()

    def _complain(self, error: EmbeddedError) -> None:
        """Say why the database does not start, now and then: the log may be on the full disk."""
        if time.monotonic() - self.complained >= COMPLAINT_SECONDS:
            self.complained = time.monotonic()
            logger.error("the database is down and did not start; trying again: %s", error)

    def _await_web(self) -> None:
        if self.web.failed():
            raise WebFailedError
        if not self.web.ended() and self.answers():
            self.ready = True
            self.on_ready()

    def _end(self) -> None:
        for child in (self.web, self.worker):
            child.ask_to_end()
        before = time.monotonic() + STOP_SECONDS
        for child in (self.web, self.worker):
            child.end(before=before)

    @contextlib.contextmanager
    def _stopped_by_signals(self) -> Iterator[None]:
        """A signal only sets a flag: the loop stops at its next turn, never in the middle."""
        asked = {name: signal.signal(name, self._stop) for name in STOP_SIGNALS}
        try:
            yield
        finally:
            for name, before in asked.items():
                signal.signal(name, before)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.stopping = True
