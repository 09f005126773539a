"""The embedded server lives from its first user to its last."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from embedded.server_users import Users, eventually, processes_of, server_pid
from livretpro.database_url import parse_database_url
from livretpro.embedded import dsn, ensure, ensure_database
from livretpro.embedded.cluster import Cluster, socket_folder
from livretpro.embedded.errors import (
    ForeignFolderError,
    NotADatabaseError,
    OtherVersionError,
    StartFailedError,
)
from livretpro.embedded.identity import Identity


@pytest.fixture
def users() -> Iterator[Users]:
    everyone = Users()
    yield everyone
    everyone.kill()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A temp folder: pytest's own may be too long for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_two_users_at_once_share_a_server_that_ends_with_the_last(
    users: Users, tmp_path: Path
) -> None:
    data = tmp_path / "mon lycée" / "pg"
    first, second = users.start(), users.start()

    first.ask(data)
    second.ask(data)

    folder = data.parent / "pg.socket"
    assert (first.socket(), second.socket()) == (folder, folder)
    server = server_pid(data)
    first.kill()
    assert second.ensure(data) == folder
    assert server_pid(data) == server
    second.kill()
    assert eventually(lambda: not Path("/proc", str(server)).exists())
    assert eventually(lambda: processes_of(data) == [])


def test_a_killed_server_is_started_again_with_its_data(users: Users, tmp_path: Path) -> None:
    data = tmp_path / "pg"
    user = users.start()
    url = dsn(user.ensure(data), "livretpro")
    ensure_database(data.parent / "pg.socket", "livretpro")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE mark AS SELECT 12 AS value")
    killed = server_pid(data)
    os.kill(killed, signal.SIGKILL)

    user.ensure(data)

    assert server_pid(data) != killed
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT value FROM mark").fetchall() == [(12,)]


def test_a_long_path_with_a_comma_is_served(
    users: Users, tmp_path: Path, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(short_path))
    data = tmp_path / ("établissement, " * 8) / "pg"

    folder = users.start().ensure(data)

    assert folder.parent == short_path
    with psycopg.connect(dsn(folder, "postgres")) as connection:
        settings = connection.execute(
            "SELECT current_setting('data_directory'), current_setting('data_checksums'),"
            " current_setting('fsync'), current_setting('listen_addresses')"
        ).fetchone()
    assert settings == (str(data), "on", "on", "")
    assert [path.stat().st_mode & 0o777 for path in (data, folder)] == [0o700, 0o700]


def test_the_log_repeats_no_value(users: Users, tmp_path: Path) -> None:
    folder = users.start().ensure(tmp_path / "pg")

    with psycopg.connect(dsn(folder, "postgres")) as connection:
        connection.execute("CREATE TEMP TABLE pupil (name text UNIQUE)")
        connection.execute("INSERT INTO pupil VALUES ('OUVRARD')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO pupil VALUES ('OUVRARD')")

    assert "OUVRARD" not in (tmp_path / "pg.log").read_text()


def test_another_major_version_is_refused_untouched(tmp_path: Path) -> None:
    data = tmp_path / "pg"
    data.mkdir()
    (data / "PG_VERSION").write_text("16\n")

    with pytest.raises(OtherVersionError) as refusal:
        ensure(data)

    assert str(refusal.value) == (
        f"Le dossier {data} a été créé par PostgreSQL 16, et cette version de LivretPro utilise "
        "PostgreSQL 18. Le dossier n’a pas été modifié. Lancez « livretpro upgrade » : la base est "
        "sauvegardée, puis passée à PostgreSQL 18."
    )
    assert [(path.name, path.read_text()) for path in data.iterdir()] == [("PG_VERSION", "16\n")]


def test_a_folder_of_something_else_is_refused_untouched(tmp_path: Path) -> None:
    data = tmp_path / "pg"
    data.mkdir()
    (data / "notes.txt").write_text("à garder")

    with pytest.raises(NotADatabaseError):
        ensure(data)

    assert [(path.name, path.read_text()) for path in data.iterdir()] == [("notes.txt", "à garder")]


def test_a_link_in_place_of_the_socket_folder_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / "pg.socket").symlink_to(elsewhere)

    with pytest.raises(ForeignFolderError):
        socket_folder(Cluster(tmp_path / "pg"), Identity(os.geteuid(), os.getegid()))

    assert elsewhere.stat().st_mode & 0o777 == 0o755


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(StartFailedError) as failure:
        ensure(tmp_path / "pg", options=["max_connections=beaucoup"])

    assert failure.value.log.endswith(
        'FATAL:  invalid value for parameter "max_connections": "beaucoup"'
    )


def test_a_connection_url_reads_back_as_django_settings() -> None:
    url = dsn(Path("/srv/mon lycée/a+b&c"), "livret pro")

    assert parse_database_url(url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "livret pro",
        "USER": "livretpro",
        "PASSWORD": "",
        "HOST": "/srv/mon lycée/a+b&c",
        "PORT": "5432",
        "OPTIONS": {},
    }
