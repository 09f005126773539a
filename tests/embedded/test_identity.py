"""PostgreSQL refuses root: the server of a folder of root runs under another account."""

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.server_users import Users, server_pid
from livretpro.embedded import dsn
from livretpro.embedded.identity import NAMESPACE, Identity, identity_for

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="Only root changes accounts.")


def namespaces_work() -> bool:
    return subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True).returncode == 0


@pytest.fixture
def users() -> Iterator[Users]:
    everyone = Users()
    yield everyone
    everyone.kill()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def nobody() -> tuple[int, int]:
    account = pwd.getpwnam("nobody")
    return account.pw_uid, account.pw_gid


def owner_and_mode(path: Path) -> tuple[int, int]:
    return path.stat().st_uid, path.stat().st_mode & 0o777


def test_where_nobody_can_go_the_server_is_nobodys(users: Users, open_folder: Path) -> None:
    data = open_folder / "pg"

    socket = users.start().ensure(data)

    uid, _ = nobody()
    assert Path("/proc", str(server_pid(data))).stat().st_uid == uid
    assert [owner_and_mode(path) for path in (data, socket)] == [(uid, 0o700), (uid, 0o700)]
    assert owner_and_mode(open_folder) == (0, 0o711)


@pytest.mark.skipif(not namespaces_work(), reason="This machine forbids user namespaces.")
def test_below_a_closed_folder_nothing_is_opened_nor_given_away(
    users: Users, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "pg"

    users.start().ensure(data)

    assert identity_for(data) == Identity(0, 0, prefix=NAMESPACE)
    assert [owner_and_mode(path) for path in (closed, data)] == [(0, 0o700), (0, 0o700)]


def test_a_folder_of_nobody_below_a_closed_folder_is_reached_without_opening_it(
    users: Users, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "pg"
    data.mkdir(mode=0o700)
    os.chown(data, *nobody())

    socket = users.start().ensure(data)

    with psycopg.connect(dsn(socket, "postgres")) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
    assert Path("/proc", str(server_pid(data))).stat().st_uid == nobody()[0]
    assert owner_and_mode(closed) == (0, 0o700)
