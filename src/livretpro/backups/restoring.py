"""Restoring a backup: everything beside the present database, then one exchange of names."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from livretpro.backups import archive
from livretpro.backups.archive import BadArchive, Manifest
from livretpro.backups.filling import RestoreRefused, check_version, connected, fill
from livretpro.backups.kept import backups_folder, name_of
from livretpro.backups.making import back_up, owner_params
from livretpro.journal.anchoring import anchors_folder
from livretpro.keys import private_folder

KEY_MAX = 64 * 1024
KEY_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)


@dataclass(frozen=True)
class Restored:
    """What was restored; `before` is the backup of what stood there, if anything did."""

    manifest: Manifest
    before: Path | None


def restore(path: Path, *, keys: Path | None, replace: bool, now: datetime) -> Restored:
    """Put a backup in the place of the present database, whole or not at all.

    An instance that holds a school asks for `replace`, and is backed up first. The tables are left
    as the archive tells: migrate afterwards. Raises `BadArchive`, `RestoreRefused` or
    `ProgramFailed`; the present database is then untouched.
    """
    with tempfile.TemporaryDirectory(dir=_work_folder(), prefix=".restauration-") as name:
        folder = Path(name)
        manifest = archive.unpack(path, folder)
        check_version(manifest)
        kept_keys = _read_keys(keys) if keys else {}
        params = owner_params()
        before = _make_room(params, replace=replace, now=now)
        with _beside(params) as fresh:
            fill(fresh, folder, manifest)
            _exchange(params, fresh["dbname"], now=now)
        _put_files(folder, kept_keys, now=now)
    return Restored(manifest, before)


def _work_folder() -> Path:
    return private_folder(settings.DATA_DIR)


def _read_keys(path: Path) -> dict[str, bytes]:
    """Read whole before anything is replaced: each name becomes a file's."""
    phrase = f"{path.name} n’est pas un fichier de clés de LivretPro."
    with archive.opened(path, phrase) as zipped:
        infos = zipped.infolist()
        if any(not KEY_NAME.fullmatch(i.filename) or i.file_size > KEY_MAX for i in infos):
            raise BadArchive(phrase)
        return {info.filename: zipped.read(info) for info in infos}


def _make_room(params: Mapping[str, Any], *, replace: bool, now: datetime) -> Path | None:
    """Back up what stands in the way, if anybody may replace it; nobody else may be at work."""
    connection.close()
    with connected(params, params["dbname"]) as reader:
        if _others(reader, params["dbname"]):
            raise RestoreRefused(
                "LivretPro est en marche sur cette base : arrêtez-le avant de restaurer."
            )
        held = _schools(reader)
    if not held:
        return None
    if not replace:
        plural = "s" if held > 1 else ""
        raise RestoreRefused(
            f"Cette instance contient déjà {held} établissement{plural} : ajoutez --remplacer "
            "pour la remplacer (elle sera d’abord sauvegardée)."
        )
    before = backups_folder() / name_of(now)
    back_up(before, now=now)
    connection.close()
    return before


def _others(reader: "psycopg.Connection[Any]", name: str) -> int:
    found = reader.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [name],
    ).fetchone()
    return int(found[0]) if found else 0


def _schools(reader: "psycopg.Connection[Any]") -> int:
    made = reader.execute("SELECT to_regclass('schools_school') IS NOT NULL").fetchone()
    if not made or not made[0]:
        return 0
    found = reader.execute("SELECT count(*) FROM schools_school").fetchone()
    return int(found[0]) if found else 0


@contextmanager
def _beside(params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A fresh database beside the present one, dropped unless it took its name."""
    name = f"{params['dbname']}_restauration_{os.getpid()}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with connected(params, "postgres", autocommit=True) as server:
        server.execute(drop)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        server.execute(create)
    try:
        yield dict(params) | {"dbname": name}
    finally:
        with connected(params, "postgres", autocommit=True) as server:
            server.execute(drop)


def _exchange(params: Mapping[str, Any], fresh: str, *, now: datetime) -> None:
    """Give the fresh database the name of the present one, in one transaction; drop the latter."""
    former = f"{params['dbname']}_avant_{now:%Y%m%d%H%M%S}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    here, aside, new = (sql.Identifier(n) for n in (params["dbname"], former, fresh))
    with connected(params, "postgres") as server:
        server.execute(rename.format(here, aside))
        server.execute(rename.format(new, here))
    with connected(params, "postgres", autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(aside))


def _put_files(folder: Path, keys: Mapping[str, bytes], *, now: datetime) -> None:
    """Anchors and keys of the backup; those that stood there are put aside."""
    anchors = anchors_folder()
    _put_aside(anchors, now)
    for source in folder.glob("*.jsonl"):
        source.replace(private_folder(anchors) / source.name)
    if keys:
        own = settings.DATA_DIR / "cles"
        _put_aside(own, now)
        for name, content in keys.items():
            descriptor = os.open(private_folder(own) / name, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)


def _put_aside(folder: Path, now: datetime) -> None:
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.avant-{now:%Y%m%d-%H%M%S}"))
