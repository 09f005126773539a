"""Moving the embedded database to the major version of PostgreSQL of this program.

The former server is backed up; the backup fills a new cluster beside, which is counted, brought to
the version of the program and verified before it takes the place. The former data are kept as they
are (ADR 0017).
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections

from livretpro.backups import archive
from livretpro.backups.archive import Manifest
from livretpro.backups.exchanging import settle
from livretpro.backups.filling import check_version, connected, fill
from livretpro.backups.kept import backups_folder, name_of
from livretpro.backups.making import back_up, owner_params
from livretpro.embedded import upgrade as moving
from livretpro.embedded.binaries import MAJOR
from livretpro.embedded.cluster import Cluster, version
from livretpro.journal.anchoring import chains, verify_chain
from livretpro.keys import private_folder
from livretpro.readiness import migrations_wait

MARGIN = 512_000_000  # bytes: an empty cluster and its log of changes
GIGABYTE = 1_000_000_000

Say = Callable[[str], None]


class UpgradeRefused(Exception):
    """The database stays as it was; `phrase` says why and what to do."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(phrase)


def upgrade(
    *, now: datetime, migrate: Callable[[], None], broken_journal: bool = False, say: Say
) -> None:
    """Move the embedded database to PostgreSQL `MAJOR`, or leave it as it was. Each step is said.

    `migrate` brings the tables to the version of the program and gives the roles their rights.
    `broken_journal` accepts a journal that does not verify. Killed at any point and run again, it
    starts over or goes on; `serve` never starts on something half done. Raises `UpgradeRefused`,
    `BadArchive`, `RestoreRefused`, `ProgramFailed`, `EmbeddedError` or `OSError`.
    """
    cluster = _own_cluster()
    if _nothing_to_move(cluster):
        moving.clear(cluster)
        say(_nothing_said(cluster))
        return
    with moving.alone(cluster) as lock:
        if _nothing_to_move(cluster):  # somebody else did it while we waited
            say(_nothing_said(cluster))
        elif moving.unfinished(cluster):
            say("Un passage interrompu avait tout préparé : il se termine.")
            _say_in_place(moving.finish(cluster), say)
        else:
            path = _save(cluster, lock, now=now, say=say)
            _make_successor(
                cluster, lock, path, migrate=migrate, broken_journal=broken_journal, say=say
            )
            _say_in_place(moving.take_place(cluster, now=now), say)


def _own_cluster() -> Cluster:
    database: dict[str, Any] = settings.DATABASES[DEFAULT_DB_ALIAS]
    if "EMBEDDED_DATA" not in database:
        raise UpgradeRefused(
            "La base est extérieure (DATABASE_URL) : sa version est l’affaire de son serveur."
        )
    return Cluster(Path(database["EMBEDDED_DATA"]).resolve())


def _nothing_to_move(cluster: Cluster) -> bool:
    if moving.unfinished(cluster):
        return False
    return not _made(cluster) or moving.former_version(cluster.data) is None


def _made(cluster: Cluster) -> bool:
    return (cluster.data / "PG_VERSION").exists()


def _nothing_said(cluster: Cluster) -> str:
    if _made(cluster):
        return f"La base est déjà à PostgreSQL {MAJOR} : rien à faire."
    return f"Il n’y a pas encore de base dans {cluster.data} : rien à faire."


def _room(cluster: Cluster) -> str:
    """What the data take and what is left. Raises `UpgradeRefused` when it cannot be enough."""
    taken = sum(path.lstat().st_size for path in cluster.data.rglob("*"))
    free = shutil.disk_usage(cluster.data.parent).free
    needed = 2 * taken + MARGIN
    if free < needed:
        raise UpgradeRefused(
            f"Il faut {_gigabytes(needed)} libres à côté de {cluster.data}, il en reste "
            f"{_gigabytes(free)} : libérez de la place, puis recommencez. Rien n’a été modifié."
        )
    return f"{_gigabytes(taken)} de données, {_gigabytes(free)} libres"


def _gigabytes(size: int) -> str:
    return f"{size / GIGABYTE:.2f} Go".replace(".", ",")


@contextlib.contextmanager
def _speaking_to(cluster: Cluster, lock: int, *, major: int) -> Iterator[None]:
    """Django speaks meanwhile to a server of this cluster, by new connections: one remembers what
    the version of its server can do."""
    with moving.serving(cluster, lock=lock, major=major) as socket:
        _forget_connection()
        connection.settings_dict["EMBEDDED_SOCKET"] = socket
        try:
            yield
        finally:
            del connection.settings_dict["EMBEDDED_SOCKET"]
            _forget_connection()


def _forget_connection() -> None:
    connection.close()
    del connections[DEFAULT_DB_ALIAS]


def _save(cluster: Cluster, lock: int, *, now: datetime, say: Say) -> Path:
    """Back up the former database as it is: its tables may be those of a former LivretPro."""
    found = version(cluster.data)
    moving.clear(cluster)
    say(f"Base : PostgreSQL {found} → {MAJOR}, {_room(cluster)}.")
    path = backups_folder() / name_of(now)
    with _speaking_to(cluster, lock, major=found):
        settle(owner_params())
        _check_holds_livretpro()
        check_version(back_up(path, now=now, anchored=not migrations_wait("journal")))
    say(f"1/4 Sauvegarde gardée : {path}")
    return path


def _check_holds_livretpro() -> None:
    params = owner_params()
    with connected(params, params["dbname"]) as reader:
        held = reader.execute("SELECT to_regclass('journal_entry') IS NOT NULL").fetchone()
    if held != (True,):
        raise UpgradeRefused(
            "Cette base ne contient rien de LivretPro : mettez son dossier de côté, et "
            "« livretpro serve » en créera une autre."
        )


def _make_successor(
    cluster: Cluster,
    lock: int,
    path: Path,
    *,
    migrate: Callable[[], None],
    broken_journal: bool,
    say: Say,
) -> None:
    """Make the cluster of the current version from the backup: whole, verified, at rest."""
    successor = moving.prepare(cluster)
    with _speaking_to(successor, lock, major=MAJOR):
        manifest = _fill(successor, path)
        say(f"2/4 Base PostgreSQL {MAJOR} remplie depuis la sauvegarde : {_counts(manifest)}.")
        migrate()
        if migrations_wait():
            raise UpgradeRefused("Les mises à jour n’ont pas toutes pu être appliquées.")
        state = _journal_state(accepted=broken_journal)
        say(f"3/4 Mises à jour appliquées, journal {state}.")


def _fill(successor: Cluster, path: Path) -> Manifest:
    """Restore the backup that was kept, as any other day: it is thereby proven good."""
    content = private_folder(successor.data.with_name("sauvegarde"))
    manifest = archive.unpack(path, content)
    params = owner_params()
    fill(params, content, manifest)
    shutil.rmtree(content)
    with connected(params, params["dbname"], autocommit=True) as server:
        server.execute("ANALYZE")
    return manifest


def _counts(manifest: Manifest) -> str:
    rows, entries = sum(manifest.tables.values()), sum(manifest.journal.values())
    return f"{rows} lignes, {entries} entrées de journal, comme dans l’ancienne"


def _journal_state(*, accepted: bool) -> str:
    """How the journal verifies. Raises `UpgradeRefused` unless it does, or may not (`accepted`)."""
    broken = [school for school in chains() if not verify_chain(school).valid]
    if broken and not accepted:
        raise UpgradeRefused(
            f"Le journal ne se vérifie pas ({', '.join(broken)}) : la base n’a pas été changée. "
            "S’il était déjà rompu, « livretpro upgrade --journal-rompu » le garde tel qu’il est."
        )
    return "rompu, gardé tel quel" if broken else "vérifié"


def _say_in_place(former: Path, say: Say) -> None:
    say(f"4/4 La base est à PostgreSQL {MAJOR}. L’ancien dossier est gardé : {former}")
    say("Supprimez-le quand tout va bien. Le site se lance comme avant : livretpro serve")
