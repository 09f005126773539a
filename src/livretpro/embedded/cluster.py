"""A cluster on the disk: its files, its creation, and whether a server answers for it."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from livretpro.embedded.binaries import MAJOR, carried, program
from livretpro.embedded.errors import (
    ForeignFolderError,
    NotADatabaseError,
    OtherVersionError,
    StartFailedError,
)
from livretpro.embedded.identity import Identity

ROLE = "livretpro"
"""The only role of the cluster: it owns everything. The 0700 folders are the access rule."""

PORT = 5432
"""Names the socket file only: nothing listens on the network."""

SOCKET_PATH_MAX = 107  # bytes: sockaddr_un.sun_path, unix(7), less its final NUL
SSL_REQUEST = bytes.fromhex("00000008 04d2162f")
"""The shortest message a server answers before it knows anybody (PostgreSQL, 54.7)."""

KNOCK_SECONDS = 5
LOG_MAX = 10_000_000  # bytes kept before the log starts afresh

INITDB = (
    f"--username={ROLE}",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--auth-local=trust",
    "--auth-host=reject",
    "--data-checksums",
)


@dataclass(frozen=True)
class Cluster:
    """The files of one cluster: the data folder, absolute, and its siblings of the same name."""

    data: Path

    @property
    def users(self) -> Path:
        """Locked, shared, by every process that uses the server."""
        return self._sibling("users")

    @property
    def start(self) -> Path:
        """Locked by the one process that starts the server."""
        return self._sibling("start")

    @property
    def log(self) -> Path:
        """What PostgreSQL says. No statement, so no name of a pupil."""
        return self._sibling("log")

    @property
    def new(self) -> Path:
        """A cluster being made: it takes its name when it is whole."""
        return self._sibling("new")

    @property
    def successor(self) -> "Cluster":
        """The cluster that an upgrade makes, in a folder of its own."""
        return Cluster(self._sibling("upgrade") / self.data.name)

    @property
    def verified(self) -> Path:
        """Says that the successor is whole, and the name that the former data then take."""
        return self._sibling("upgrade") / "verifiee"

    def former(self, major: int, now: datetime) -> Path:
        """Where an upgrade leaves the data of the former version."""
        return self._sibling(f"{major}.{now:%Y%m%d-%H%M%S}")

    def _sibling(self, ending: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{ending}")


@dataclass(frozen=True)
class Running:
    """A server that accepts connections in the folder `socket`; `pid` is its first process."""

    pid: int
    socket: Path


def running(data: Path) -> Running | None:
    """The server of `data`, from its `postmaster.pid` (miscadmin.h: line 1 process, line 5 socket
    folder, line 8 state) and by knocking: a killed server leaves the file behind."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    server = Running(int(lines[0]), Path(lines[4]))
    return server if _answers(server.socket) else None


def _answers(folder: Path) -> bool:
    """Whether a live server answers: the kernel alone accepts for one that is being killed."""
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(KNOCK_SECONDS)
        try:
            knock.connect(str(folder / f".s.PGSQL.{PORT}"))
            knock.sendall(SSL_REQUEST)
            return knock.recv(1) != b""
        except OSError:
            return False


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold `path` locked, alone, and yield its descriptor. A process that inherits it keeps the
    lock for as long as it keeps the descriptor open."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def create(cluster: Cluster, identity: Identity) -> None:
    """Make the cluster, or nothing: `initdb` works beside, and the folder is renamed at the end.

    Raises `NotADatabaseError` when the data folder holds something else, `StartFailedError`.
    """
    if cluster.data.exists() and any(cluster.data.iterdir()):
        raise NotADatabaseError(cluster.data)
    shutil.rmtree(cluster.new, ignore_errors=True)
    own(cluster.new, identity)
    result = identity.run(program("initdb"), *INITDB, "--pgdata", cluster.new)
    if result.returncode != 0:
        raise StartFailedError(cluster.data, log=result.stderr.strip())
    cluster.new.replace(cluster.data)


def version(data: Path) -> int:
    """The major version that made the cluster."""
    found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    return int(found.partition(".")[0])


def check_version(data: Path) -> None:
    """Refuse a cluster of another major version (`OtherVersionError`): its files differ."""
    found = version(data)
    if found != MAJOR:
        movable = found < MAJOR and carried(found)
        raise OtherVersionError(data, found=found, expected=MAJOR, movable=movable)


def socket_folder(cluster: Cluster, identity: Identity) -> Path:
    """Make and return the folder of the socket, the same for the same data folder.

    It stands beside the data. A path too long for a socket, or with a comma (libpq reads a list of
    hosts there), gives way to a folder of the temp folder.
    """
    beside = cluster.data.with_name(f"{cluster.data.name}.socket")
    folder = beside if _fits(beside) else _in_temp(cluster.data)
    own(folder, identity)
    return folder


def _fits(folder: Path) -> bool:
    path = os.fsencode(folder / f".s.PGSQL.{PORT}")
    return len(path) <= SOCKET_PATH_MAX and b"," not in path


def _in_temp(data: Path) -> Path:
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"livretpro-{os.geteuid()}-{mark}"


def own(folder: Path, identity: Identity) -> None:
    """Make `folder` private to `identity`; one that a stranger put there is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), identity.uid}:
        raise ForeignFolderError(folder)
    if found.st_uid != identity.uid:
        os.chown(folder, identity.uid, identity.gid)
    folder.chmod(0o700)


def open_log(cluster: Cluster) -> int:
    """Open the log at its end, afresh past `LOG_MAX`; only its owner reads it."""
    descriptor = os.open(cluster.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    if os.fstat(descriptor).st_size > LOG_MAX:
        os.ftruncate(descriptor, 0)
    return descriptor
