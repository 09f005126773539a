"""Restoring a backup: everything beside the present database, then one exchange."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from livretpro.backups import archive
from livretpro.backups.archive import BadArchive, Manifest
from livretpro.backups.exchanging import exchange, restoring, work_folder
from livretpro.backups.filling import RestoreRefused, check_version, connected, fill
from livretpro.backups.kept import backups_folder, name_of
from livretpro.backups.making import back_up, owner_params
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
    as the archive tells, without sessions and one-time codes, which may have ended since: migrate
    afterwards. Raises `BadArchive`, `RestoreRefused` or
    `ProgramFailed`; the present database is then untouched. Killed, the next command finishes it or
    forgets it (`exchanging`).
    """
    params = owner_params()
    with restoring(params, now=now) as mark:
        manifest = _stage(path, keys)
        before = _make_room(params, replace=replace, now=now)
        fresh = dict(params) | {"dbname": mark.fresh}
        _create(params, mark.fresh)
        fill(fresh, _content(), manifest)
        _close(fresh)
        exchange(params, mark)
    return Restored(manifest, before)


def _content() -> Path:
    return work_folder() / "contenu"


def _stage(path: Path, keys: Path | None) -> Manifest:
    """Unpack the archive and the keys, each file where it will be moved from."""
    manifest = archive.unpack(path, private_folder(_content()))
    check_version(manifest)
    kept_keys = _read_keys(keys) if keys else {}
    anchors = private_folder(work_folder() / "ancres")
    for source in _content().glob("*.jsonl"):
        source.rename(anchors / source.name)
    for name, content in kept_keys.items():
        place = private_folder(work_folder() / "cles") / name
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    return manifest


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


def _close(fresh: Mapping[str, Any]) -> None:
    """End what opened accounts when the backup was made: a former version kept its sessions."""
    with connected(fresh, fresh["dbname"]) as writer:
        for table in ("accounts_session", "accounts_activationcode"):
            if writer.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                writer.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _create(params: Mapping[str, Any], name: str) -> None:
    """An empty database beside the present one."""
    with connected(params, "postgres", autocommit=True) as server:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        server.execute(create)
