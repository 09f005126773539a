"""Moving a cluster to the major version of this program: who may touch it, and the exchange.

The new cluster is made beside, in `pg.upgrade/`. Whatever is cut short before it is whole starts
over; once it is (`Cluster.verified`), only two renames are left, which the next run finishes. No
server starts between the two. What fills the new cluster is not decided here.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from livretpro.durable import sync_folder, write_whole
from livretpro.embedded.binaries import MAJOR
from livretpro.embedded.cluster import (
    Cluster,
    check_version,
    create,
    open_log,
    own,
    running,
    socket_folder,
    version,
)
from livretpro.embedded.errors import InUseError, OtherVersionError, StartFailedError
from livretpro.embedded.identity import Identity, identity_for
from livretpro.embedded.keeper import GHOST_SECONDS, Server, start, stop
from livretpro.embedded.postgres import log_tail, server_command


@contextlib.contextmanager
def alone(cluster: Cluster) -> Iterator[int]:
    """Keep everybody else away from the cluster: they wait. Yields the descriptor of the lock.

    Raises `InUseError` when somebody uses the cluster; a keeper that is stopping, or that has yet
    to see that nobody is left, is waited for, and so are the servers of an upgrade that was killed.
    """
    deadline = time.monotonic() + GHOST_SECONDS
    while True:
        users = _lock(cluster)
        if running(cluster.data) is None:
            break
        os.close(users)
        if time.monotonic() > deadline:
            raise InUseError(cluster.data)
        time.sleep(0.3)
    try:
        yield users
    finally:
        os.close(users)


def _lock(cluster: Cluster) -> int:
    users = os.open(cluster.users, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for whoever is stopping
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(users)
        raise InUseError(cluster.data) from error
    return users


def former_version(data: Path) -> int | None:
    """The older major version that the cluster must be moved from; none when it is current.

    Raises `OtherVersionError` when this program cannot move it.
    """
    try:
        check_version(data)
    except OtherVersionError as error:
        if error.movable:
            return error.found
        raise
    return None


def prepare(cluster: Cluster) -> Cluster:
    """Make an empty cluster beside, afresh; the account of the former one owns it."""
    identity = identity_for(cluster.data)
    clear(cluster)
    own(cluster.successor.data.parent, identity)
    create(cluster.successor, identity)
    return cluster.successor


def clear(cluster: Cluster) -> None:
    """Forget what an upgrade left beside. `verified` goes first: the rest is no longer whole."""
    cluster.verified.unlink(missing_ok=True)
    shutil.rmtree(cluster.successor.data.parent, ignore_errors=True)


@contextlib.contextmanager
def serving(cluster: Cluster, *, lock: int, major: int = MAJOR) -> Iterator[Path]:
    """Run the server of the cluster, by the programs of `major`, for as long as this lasts, and
    yield the folder of its socket. It ends with this process, even by `kill -9`, and holds until
    then the `lock` that keeps others away. Raises `StartFailedError`.
    """
    identity = identity_for(cluster.data)
    log = open_log(cluster)
    try:
        server = start(_plan(cluster, identity, major), log=log, lock=lock)
    finally:
        os.close(log)
    if server is None:
        raise StartFailedError(cluster.data, log=log_tail(cluster))
    try:
        yield socket_folder(cluster, identity)
    finally:
        stop(server)


def _plan(cluster: Cluster, identity: Identity, major: int) -> Server:
    return Server(
        data=str(cluster.data),
        command=server_command(cluster, identity, major=major),
        uid=identity.uid,
        gid=identity.gid,
        switch=identity.switch,
    )


def take_place(cluster: Cluster, *, now: datetime) -> Path:
    """Put the successor, at rest and whole, in the place of the cluster; returns where the former
    data are kept. Cut short, `finish` goes on."""
    former = cluster.former(version(cluster.data), now)
    write_whole(cluster.verified, former.name)
    cluster.data.rename(former)
    return _enter(cluster)


def unfinished(cluster: Cluster) -> bool:
    """Whether `take_place` was cut short between its two renames."""
    return cluster.verified.exists() and not cluster.data.exists()


def finish(cluster: Cluster) -> Path:
    """Finish `take_place`; returns where the former data are kept."""
    return _enter(cluster)


def _enter(cluster: Cluster) -> Path:
    former = cluster.data.with_name(cluster.verified.read_text(encoding="utf-8"))
    cluster.successor.data.rename(cluster.data)
    sync_folder(cluster.data.parent)
    clear(cluster)
    return former
