"""Making a backup while others write: one snapshot, dumped and counted."""

import os
import shutil
import zipfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from livretpro.backups import archive
from livretpro.backups.archive import ANCHORS, DUMP, Manifest
from livretpro.backups.programs import run
from livretpro.backups.working import working_folder
from livretpro.database_roles import as_owner
from livretpro.journal.anchoring import anchor_chains, anchors_folder
from livretpro.keys import private_folder

PASSING = ("accounts_session", "base_cache", "django_session")
"""Tables whose rows come and go without anybody's doing, and open doors: left out, not counted."""


def back_up(path: Path, *, now: datetime, anchored: bool = True) -> Manifest:
    """Write a backup of the database and of the anchors to `path`.

    The journal is anchored first, unless its tables are those of a former version. Raises
    `ProgramFailed` or `OSError`; nothing is left at `path` then.
    """
    if anchored:
        anchor_chains()
    with working_folder(private_folder(path.absolute().parent)) as folder:
        anchors = _anchors(folder)
        dump = folder / DUMP
        counts, journal, migrations = _dump(dump)
        members = {DUMP: dump} | {f"{ANCHORS}{p.name}": p for p in anchors}
        manifest = Manifest(
            livretpro=version("livretpro"),
            fait_le=now.isoformat(timespec="seconds"),
            tables=counts,
            journal=journal,
            migrations=migrations,
            membres={name: archive.digest(source) for name, source in members.items()},
        )
        archive.write(path, manifest, members)
    return manifest


def _anchors(folder: Path) -> list[Path]:
    """The anchors as they stand before the snapshot, copied: the site writes others meanwhile, of
    entries that the snapshot does not hold."""
    found = sorted(anchors_folder().glob("*.jsonl"))
    return [Path(shutil.copy(path, folder)) for path in found]


def owner_params() -> dict[str, Any]:
    """How the owner of the tables connects: psycopg's names."""
    with as_owner():
        params = connection.get_connection_params()
    return {key: params.get(key) for key in ("host", "port", "user", "password", "dbname")}


def _dump(target: Path) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    """Dump the database and count what the dump holds, from one snapshot."""
    params = owner_params()
    with psycopg.connect(**{k: v for k, v in params.items() if v}) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        (snapshot,) = reader.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        left_out = (f"--exclude-table-data=public.{table}" for table in PASSING)
        options = ("--format=custom", f"--snapshot={snapshot}", f"--file={target}")
        run("pg_dump", params, *options, *left_out)
        return counted(reader), entries(reader), migrations(reader)


def counted(reader: "psycopg.Connection[Any]") -> dict[str, int]:
    """How many rows each table has that a backup keeps."""
    names = reader.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    found = {}
    for (name,) in names:
        if name not in PASSING and not name.startswith("procrastinate_"):
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            (found[name],) = reader.execute(query).fetchone() or (0,)
    return found


def entries(reader: "psycopg.Connection[Any]") -> dict[str, int]:
    """How many entries the journal of each school has."""
    rows = reader.execute("SELECT school_uai, count(*) FROM journal_entry GROUP BY 1 ORDER BY 1")
    return dict(rows.fetchall())


def migrations(reader: "psycopg.Connection[Any]") -> dict[str, str]:
    """The last migration of each application."""
    rows = reader.execute("SELECT app, max(name) FROM django_migrations GROUP BY app ORDER BY app")
    return dict(rows.fetchall())


def back_up_keys(path: Path) -> int:
    """Write the keys of the instance to `path`, readable by its owner alone; says how many.

    Apart from the backup: who holds the archive alone forges neither journal nor file.
    """
    keys = sorted(p for p in (settings.DATA_DIR / "cles").iterdir() if p.is_file())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as zipped:
        for key in keys:
            zipped.write(key, key.name)
    _keys_mark().touch(mode=0o600)
    return len(keys)


def keys_backed_up() -> bool:
    """Whether the keys were written apart since the newest of them was made."""
    mark, folder = _keys_mark(), settings.DATA_DIR / "cles"
    newest = max((p.stat().st_mtime for p in folder.iterdir() if p.is_file()), default=0)
    return mark.exists() and mark.stat().st_mtime >= newest


def _keys_mark() -> Path:
    return Path(settings.DATA_DIR / "cles_sauvegardees")
