"""An instance in a folder of its own, driven from outside, and killed where a test wants it."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from demo_folder import copy_folder
from livretpro.embedded import dsn
from livretpro.embedded.cluster import Cluster, version
from livretpro.embedded.upgrade import alone, serving

APPLICATION = "livretpro_app"
PATIENCE = 300  # seconds, far above what a command takes: it must not wait for ever


@dataclass(frozen=True)
class Instance:
    """The instance of the folder `data`."""

    folder: Path

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folder / "pg")

    def copied_to(self, folder: Path) -> "Instance":
        """A copy of this instance, at rest, with the owners of its files."""
        copy_folder(self.folder, folder)
        return Instance(folder)

    def command(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run `livretpro`."""
        return self._run([sys.executable, "-m", "livretpro.cli.main", *words], more)

    def killed(self, event: str, word: str, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run `livretpro` and `kill -9` it at the first `event` (PEP 578) of its work that has
        `word` among its arguments, before it takes effect."""
        return self._run([sys.executable, "-c", KILLED, event, word, *command], {})

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

    def databases(self) -> list[str]:
        """The names of all databases but PostgreSQL's own."""
        with self._reader() as reader:
            rows = reader.execute(
                "SELECT datname FROM pg_database WHERE datname !~ '^(postgres|template[01])$'"
            ).fetchall()
        return [str(name) for (name,) in rows]

    def schools(self) -> list[str]:
        """The UAI of its schools."""
        with self._reader() as reader:
            rows = reader.execute("SELECT uai FROM schools_school ORDER BY uai").fetchall()
        return [str(uai) for (uai,) in rows]

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
event, word, *command = sys.argv[1:]
def told(name, arguments):
    if name == event and word in repr(arguments) and "livretpro.backups.making" in sys.modules:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(told)
from livretpro.cli.main import main
sys.exit(main(command))
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
