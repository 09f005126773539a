"""Start the embedded server, or join it, and make the application's database."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from livretpro.embedded import cluster as files
from livretpro.embedded.binaries import MAJOR, program
from livretpro.embedded.cluster import PORT, ROLE, Cluster
from livretpro.embedded.errors import (
    ForeignFolderError,
    StartFailedError,
    UpgradeUnfinishedError,
)
from livretpro.embedded.identity import Identity, identity_for
from livretpro.embedded.keeper import READY, Plan

OPTIONS = (
    "unix_socket_permissions=0700",
    "jit=off",  # pages run short queries: compiling them costs more than it saves
    "log_min_messages=log",  # below it, errors come with values, thus with names of pupils
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",  # a killed process would be told with its statement
    "log_checkpoints=off",
)
LOG_TAIL = 20  # lines of the log told when the server does not start

_held: dict[Path, int] = {}
_one_thread = threading.Lock()


def ensure(data: Path, *, options: Sequence[str] = ()) -> Path:
    """Make sure that a server runs for the folder `data`, and return the folder of its socket.

    Creates the cluster the first time. This process counts as a user of the server until it ends,
    in whatever way; the server stops with its last user. Called again, costs one knock on the
    socket, and starts the server again if it died. `options` (`name=value`) are those of the
    process that starts it. Raises `EmbeddedError`, whose text is for the operator.
    """
    cluster = Cluster(data.resolve())
    with _one_thread:
        try:
            _hold(cluster)
            server = files.running(cluster.data)
            return server.socket if server else _start(cluster, options)
        except PermissionError as error:
            raise ForeignFolderError(cluster.data) from error


def dsn(socket: Path, dbname: str, user: str = ROLE) -> str:
    """The connection URI of a database of the server, as `DATABASE_URL` expects it."""
    query = urlencode({"host": socket, "port": PORT, "user": user}, quote_via=quote, safe="/")
    return f"postgresql:///{quote(dbname, safe='')}?{query}"


def ensure_database(socket: Path, name: str) -> None:
    """Create the database `name` unless it exists; two processes at once are fine."""
    import psycopg
    from psycopg import errors, sql

    with psycopg.connect(dsn(socket, "postgres"), autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if exists.fetchone():
            return
        try:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (errors.DuplicateDatabase, errors.UniqueViolation):
            return


def _hold(cluster: Cluster) -> None:
    """Count this process among the users. Waits while a keeper that saw none is stopping."""
    if cluster.data in _held:
        return
    cluster.data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    users = os.open(cluster.users, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    _held[cluster.data] = users


def _start(cluster: Cluster, options: Sequence[str]) -> Path:
    """Start the server, unless another process just did."""
    with files.locked(cluster.start) as lock:
        server = files.running(cluster.data)
        if server is None:
            _launch(cluster, options, lock)
            server = files.running(cluster.data)
    if server is None:
        raise StartFailedError(cluster.data, log=log_tail(cluster))
    return server.socket


def _launch(cluster: Cluster, options: Sequence[str], lock: int) -> None:
    """Prepare the folders and run a keeper until it says that the server answers.

    The keeper inherits the lock: if this process is killed meanwhile, the next waits for it.
    """
    identity = identity_for(cluster.data)
    if not (cluster.data / "PG_VERSION").exists():
        if cluster.verified.exists():
            raise UpgradeUnfinishedError(cluster.data)
        files.create(cluster, identity)
    files.check_version(cluster.data)
    command = server_command(cluster, identity, options)
    told, tells = os.pipe()
    with os.fdopen(told, "rb", buffering=0) as ready:
        plan = _plan(cluster, identity, command, ready=tells, start=lock)
        _run_keeper(plan, files.open_log(cluster))
        if ready.read(1) != READY:
            raise StartFailedError(cluster.data, log=log_tail(cluster))


def server_command(
    cluster: Cluster, identity: Identity, options: Sequence[str] = (), *, major: int = MAJOR
) -> list[str]:
    """What starts the server of the cluster, by the programs of a major version."""
    socket = files.socket_folder(cluster, identity)
    settings = [part for option in (*OPTIONS, *options) for part in ("-c", option)]
    places = ["-D", str(cluster.data), "-k", str(socket), "-h", "", "-p", str(PORT)]
    return [*identity.prefix, str(program("postgres", major)), *places, *settings]


def _plan(
    cluster: Cluster, identity: Identity, command: list[str], *, ready: int, start: int
) -> Plan:
    return Plan(
        data=str(cluster.data),
        users=str(cluster.users),
        command=command,
        uid=identity.uid,
        gid=identity.gid,
        switch=identity.switch,
        ready=ready,
        start=start,
    )


def _run_keeper(plan: Plan, log: int) -> None:
    """Run the keeper, which leaves us at once, and close what is now its own."""
    try:
        subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-P", "-m", "livretpro.embedded", plan.to_json()],
            start_new_session=True,
            pass_fds=(plan.ready, plan.start),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )
    finally:
        os.close(plan.ready)
        os.close(log)


def log_tail(cluster: Cluster) -> str:
    """The last lines that the server wrote."""
    lines = cluster.log.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-LOG_TAIL:])
