"""`serve` runs the database, the web and the worker, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded.server_users import eventually, processes_of, server_pid
from livretpro.embedded import EmbeddedError
from livretpro.supervisor import Child, PortInUseError, Supervisor, WebFailedError, check_port

SERVE = """
import sys
import django
django.setup()
from django.core.management import call_command
from livretpro.supervisor import serve
call_command("migrate", verbosity=0)
serve(port=int(sys.argv[1]), on_ready=lambda: print("ready", flush=True))
"""
FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
NEVER = [sys.executable, "-c", "raise SystemExit(3)"]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def served(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """`serve`, ready, with a database and settings of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parent),
        "DJANGO_SETTINGS_MODULE": "minimal_settings",
        "LIVRETPRO_DATA": str(tmp_path),
    }
    command = [sys.executable, "-c", SERVE, str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def status(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as answer:
        answer.close()
        return answer.code


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_running(
    served: "subprocess.Popen[str]", port: int, tmp_path: Path, ending: signal.Signals
) -> None:
    assert status(port) == 404
    assert len(processes_of(tmp_path)) >= 6  # serve, gunicorn and its two, worker, keeper

    served.send_signal(ending)

    assert served.wait() == (-ending if ending == signal.SIGKILL else 0)
    assert eventually(lambda: processes_of(tmp_path) == [])
    assert check_port(port) is None


def test_a_killed_database_comes_back_at_the_same_place(
    served: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    killed = server_pid(tmp_path / "pg")

    os.kill(killed, signal.SIGKILL)

    assert eventually(lambda: alive_server(tmp_path / "pg") not in {killed, None})
    assert served.poll() is None


def alive_server(data: Path) -> int | None:
    try:
        return server_pid(data)
    except (FileNotFoundError, IndexError):
        return None


def test_a_port_in_use_is_said(port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        with pytest.raises(PortInUseError) as refusal:
            check_port(port)

    assert str(refusal.value) == (
        f"Le port {port} est déjà utilisé par un autre programme, peut-être par LivretPro "
        "lui-même. Arrêtez-le ou choisissez un autre port."
    )


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def supervisor(
    *, web: list[str], worker: list[str], keep_database: Callable[[], object]
) -> tuple[Supervisor, list[str]]:
    """A supervisor and what it says: `ready` when the web first answers, which it does at once."""
    said: list[str] = []
    loop = Supervisor(
        web=Child("web", web, os.environ),
        worker=Child("worker", worker, os.environ),
        keep_database=keep_database,
        answers=lambda: True,
        on_ready=lambda: said.append("ready"),
    )
    return loop, said


def test_a_dead_worker_is_started_again() -> None:
    workers: set[int] = set()

    def kill_the_first() -> None:
        workers.add(loop.worker.process.pid)
        loop.worker.process.kill() if len(workers) == 1 else interrupt()

    loop, said = supervisor(web=FOREVER, worker=FOREVER, keep_database=kill_the_first)

    loop.run()

    assert (len(workers), said) == (2, ["ready"])
    assert (loop.web.ended(), loop.worker.ended()) == (True, True)


def test_a_database_that_does_not_start_is_tried_again() -> None:
    trials: list[str] = []

    def fail_once() -> None:
        trials.append("trial")
        if len(trials) == 1:
            raise EmbeddedError("Le disque est plein.")
        interrupt()

    loop, said = supervisor(web=FOREVER, worker=FOREVER, keep_database=fail_once)

    loop.run()

    assert (len(trials), said) == (2, ["ready"])


def test_a_database_that_stays_down_is_told_once_with_the_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    trials: list[str] = []

    def always_fail() -> None:
        trials.append("trial")
        if len(trials) == 3:
            interrupt()
        raise EmbeddedError("Le disque est plein.")

    loop, _ = supervisor(web=FOREVER, worker=FOREVER, keep_database=always_fail)

    loop.run()

    assert [record.getMessage() for record in caplog.records] == [
        "the database is down and did not start; trying again: Le disque est plein."
    ]


def test_a_web_server_that_never_starts_stops_everything() -> None:
    def await_its_end() -> None:
        loop.web.process.wait()

    loop, said = supervisor(web=NEVER, worker=FOREVER, keep_database=await_its_end)

    with pytest.raises(WebFailedError):
        loop.run()

    assert (loop.worker.ended(), said) == (True, [])


def test_a_web_server_killed_before_its_first_answer_is_started_again() -> None:
    webs: set[int] = set()

    def kill_the_first() -> None:
        webs.add(loop.web.process.pid)
        if len(webs) == 1:
            loop.web.process.kill()
            loop.web.process.wait()
        elif said:
            interrupt()

    loop, said = supervisor(web=FOREVER, worker=FOREVER, keep_database=kill_the_first)

    loop.run()

    assert (len(webs), said) == (2, ["ready"])
