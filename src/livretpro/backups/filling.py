"""Filling an empty database with what a backup holds, and nothing less."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db.migrations.loader import MigrationLoader

from livretpro.backups import archive
from livretpro.backups.archive import BadArchive, Manifest
from livretpro.backups.making import PASSING, counted, entries
from livretpro.backups.programs import run

_OPTIONS = ("--exit-on-error", "--no-owner", "--no-privileges")


class RestoreRefused(Exception):
    """The instance cannot take this backup now; `phrase` says what to do."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(phrase)


@contextmanager
def connected(
    params: Mapping[str, Any], dbname: str, *, autocommit: bool = False
) -> "Iterator[psycopg.Connection[Any]]":
    """A connection to a database of the server of `params` (psycopg's names)."""
    told = {key: value for key, value in params.items() if value} | {"dbname": dbname}
    with psycopg.connect(**told, autocommit=autocommit) as opened:
        yield opened


def check_version(manifest: Manifest) -> None:
    """An archive of a later version holds tables that this one does not know (`RestoreRefused`)."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    names = {app: {n for a, n in known if a == app} for app, _ in known}
    later = [
        app for app, last in manifest.migrations.items() if app in names and last not in names[app]
    ]
    if later:
        raise RestoreRefused(
            f"Cette sauvegarde vient d’une version plus récente de LivretPro "
            f"({manifest.livretpro}) : mettez d’abord le programme à jour."
        )


def fill(params: Mapping[str, Any], folder: Path, manifest: Manifest) -> None:
    """Fill the empty database of `params` from the archive unpacked in `folder`, and count.

    Raises `ProgramFailed`, or `BadArchive` when a table or a journal is not what was announced.
    """
    run("pg_restore", dict(params), *_OPTIONS, str(folder / archive.DUMP))
    _check_counts(params, manifest)


def _check_counts(fresh: Mapping[str, Any], manifest: Manifest) -> None:
    with connected(fresh, fresh["dbname"]) as reader:
        found, journal = counted(reader), entries(reader)
    announced = {t: n for t, n in manifest.tables.items() if t not in PASSING}
    if (found, journal) != (announced, dict(manifest.journal)):
        differing = sorted(t for t, n in announced.items() if found.get(t) != n)
        raise BadArchive(
            "Le contenu restauré n’est pas celui que le manifeste annonce "
            f"({', '.join(differing[:3]) or 'journal'}) : rien n’a été remplacé."
        )
