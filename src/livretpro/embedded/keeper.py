"""The process that starts a server, and stops it once nobody uses it any more.

Every user holds a shared lock that the kernel releases with it, whatever its end: the keeper may
take the lock alone only when no user is left. The server is tied to the keeper in the same way, so
nothing outlives the last user by more than a moment, even after `kill -9`.

Run by `livretpro.embedded.postgres` as `python -m livretpro.embedded PLAN`.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from livretpro.embedded.binaries import environment
from livretpro.embedded.cluster import running
from livretpro.embedded.identity import Identity
from livretpro.embedded.processes import tie_to_parent

READY = b"1"
GHOST_SECONDS = 10
"""How long a killed server may still seem alive and keep the next one from starting."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """What to run: `command` starts the server of `data` under the account `uid`, `gid`."""

    data: str
    command: list[str]
    uid: int
    gid: int
    switch: bool


@dataclass(frozen=True, kw_only=True)
class Plan(Server):
    """What to keep. `ready` is the pipe told when the server answers, and `start` the lock held
    until then."""

    users: str
    ready: int
    start: int

    def to_json(self) -> str:
        """The argument of the keeper's command line."""
        return json.dumps(asdict(self))


def main() -> None:
    """Keep one server. Leaves its parent first: the one who starts is not the one who keeps."""
    if os.fork():
        os._exit(0)
    plan = Plan(**json.loads(sys.argv[1]))
    server = start(plan)
    if server is None:
        sys.exit(1)
    os.write(plan.ready, READY)
    os.close(plan.ready)
    os.close(plan.start)
    keep(server, plan)


def start(
    plan: Server, *, log: int | None = None, lock: int | None = None
) -> "subprocess.Popen[bytes] | None":
    """Start the server and wait until it answers, however long its recovery. `None` if it ends.

    After `kill -9` the old server's processes may take a moment to go and refuse the new one, which
    then ends leaving their `postmaster.pid` in place: only that is tried again. What the server
    says goes to the descriptor `log`, by default where this process speaks; it holds `lock` for as
    long as one of its processes lives.
    """
    deadline = time.monotonic() + GHOST_SECONDS
    while True:
        server = spawn(plan, log, lock)
        if answers(server, plan):
            return server
        ghost = (Path(plan.data) / "postmaster.pid").exists()
        if not ghost or time.monotonic() > deadline:
            return None
        time.sleep(0.1)


def spawn(plan: Server, log: int | None, lock: int | None) -> "subprocess.Popen[bytes]":
    """Run PostgreSQL as a child that stops when this process ends."""
    identity = Identity(plan.uid, plan.gid, switch=plan.switch)
    return subprocess.Popen(  # noqa: S603 (our own command)
        plan.command,
        cwd="/",
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=() if lock is None else (lock,),
        preexec_fn=tie_to_parent(signal.SIGINT),  # noqa: PLW1509 (this process has one thread)
        **identity.account(),
    )


def answers(server: "subprocess.Popen[bytes]", plan: Server) -> bool:
    """Wait until `server` accepts connections (true) or ends (false)."""
    while server.poll() is None:
        found = running(Path(plan.data))
        if found is not None and found.pid == server.pid:
            return True
        time.sleep(0.02)
    return False


def keep(server: "subprocess.Popen[bytes]", plan: Plan) -> None:
    """Wait until the server ends or nobody is left, then stop it."""
    users = os.open(plan.users, os.O_RDWR | os.O_CREAT, 0o600)
    while server.poll() is None and not alone(users):
        time.sleep(0.2)
    stop(server)


def stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the server and wait until its files are at rest (PostgreSQL's "fast" shutdown)."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        server.wait()


def alone(users: int) -> bool:
    """Whether no user holds the lock any more. If so it is ours: newcomers wait until we end."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
