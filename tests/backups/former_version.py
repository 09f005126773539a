"""An instance whose data folder was made by PostgreSQL 16, as a former LivretPro made it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from livretpro.embedded import dsn, ensure_database
from livretpro.embedded.binaries import program
from livretpro.embedded.cluster import INITDB, Cluster, own, version
from livretpro.embedded.identity import identity_for
from livretpro.embedded.upgrade import alone, serving

FORMER = 16
APPLICATION = "livretpro_app"
PATIENCE = 300  # seconds, far above what a command takes: it must not wait for ever
LIBC = tuple(option for option in INITDB if "builtin" not in option)  # a provider of PostgreSQL 17


@dataclass(frozen=True)
class Instance:
    """The instance of the folder `data`."""

    folder: Path

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folder / "pg")

    def command(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run `livretpro`."""
        return self._run([sys.executable, "-m", "livretpro.cli.main", *words], more)

    def killed_upgrade(self, event: str, word: str) -> "subprocess.CompletedProcess[str]":
        """Run `livretpro upgrade` and `kill -9` it at the first `event` (PEP 578) that has `word`
        among its arguments, before it takes effect."""
        return self._run([sys.executable, "-c", KILLED, event, word], {})

    def _run(self, words: list[str], more: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            words,
            env={"PATH": os.environ["PATH"], "LIVRETPRO_DATA": str(self.folder), **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def content(self) -> dict[str, str]:
        """A digest of every row of every table, by the server of the version of the folder."""
        with self._reader() as reader:
            return {name: _digest(reader, name) for name in _tables(reader)}

    def facts(self) -> tuple[object, ...]:
        """Checksums, provider of the sort order, roles, and whether the application may rewrite
        the journal."""
        with self._reader() as reader:
            row = reader.execute(FACTS, [APPLICATION]).fetchone()
        assert row
        return row

    def change(self, statement: str) -> None:
        """Do something to the database, as its owner."""
        with self._reader() as writer:
            writer.execute(statement)

    @contextmanager
    def _reader(self) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        major = version(self.cluster.data)
        with (
            alone(self.cluster) as lock,
            serving(self.cluster, lock=lock, major=major) as socket,
            psycopg.connect(dsn(socket, "livretpro")) as reader,
        ):
            yield reader


KILLED = """
import os, signal, sys
event, word = sys.argv[1:]
def told(name, arguments):
    if name == event and word in repr(arguments) and "livretpro.backups.upgrading" in sys.modules:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(told)
from livretpro.cli.main import main
sys.exit(main(["upgrade"]))
"""

FACTS = """
SELECT current_setting('data_checksums'), datlocprovider,
       ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'livretpro%%' ORDER BY 1),
       has_table_privilege(%s, 'journal_entry', 'UPDATE')
  FROM pg_database WHERE datname = current_database()
"""


def _tables(reader: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    return [str(name) for (name,) in reader.execute(query).fetchall()]


def _digest(reader: "psycopg.Connection[tuple[object, ...]]", name: str) -> str:
    found = hashlib.sha256()
    reader.execute("SET timezone TO UTC")
    rows = reader.execute(f'SELECT t::text FROM "{name}" t ORDER BY t::text COLLATE "C"')
    for (row,) in rows:
        found.update(f"{row}\n".encode())
    return found.hexdigest()


def demo_under_16(folder: Path) -> Instance:
    """The demo school in a cluster of PostgreSQL 16."""
    instance = Instance(folder)
    folder.mkdir(mode=0o700)
    identity = identity_for(instance.cluster.data)
    own(instance.cluster.new, identity)
    made = identity.run(program("initdb", FORMER), *LIBC, "--pgdata", instance.cluster.new)
    assert made.returncode == 0, made.stderr
    instance.cluster.new.rename(instance.cluster.data)
    with (
        alone(instance.cluster) as lock,
        serving(instance.cluster, lock=lock, major=FORMER) as socket,
    ):
        ensure_database(socket, "livretpro")
        with psycopg.connect(dsn(socket, "postgres"), autocommit=True) as server:
            server.execute(f"CREATE ROLE {APPLICATION} LOGIN")
        addresses = {
            "DATABASE_URL": dsn(socket, "livretpro", user=APPLICATION),
            "DATABASE_OWNER_URL": dsn(socket, "livretpro"),
        }
        done = instance.command("demo", "--no-serve", **addresses)
        assert done.returncode == 0, done.stderr
    return instance
