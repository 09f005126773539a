"""The published reference data, read from its files once a process, then copied as the tables were.

Reading them takes a second, copying the rows a few hundredths: most tests begin with them.
"""

from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import connection
from psycopg import sql

from livretpro.referentiels.actions import load_all
from livretpro.referentiels.models import Mef

DATA = Path(__file__).resolve().parents[1] / "data"
_kept: dict[str, bytes] = {}
"""The rows of each table, as PostgreSQL copies them."""


def load_reference() -> None:
    """Load everything published; nothing when it is there. Copied only into tables that are empty:
    rows that a test made first stay, and what is kept holds nothing of them."""
    if Mef.objects.exists():
        return
    if not _are_empty():
        load_all(DATA)
    elif _kept:
        for table, rows in _kept.items():
            _write(table, rows)
    else:
        load_all(DATA)
        _kept.update({table: _rows(table) for table in _tables()})


def _are_empty() -> bool:
    asked = sql.SQL(" OR ").join(
        sql.SQL("EXISTS (SELECT FROM {})").format(sql.Identifier(table)) for table in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(asked))
        return not cursor.fetchone()[0]


@cache
def _tables() -> tuple[str, ...]:
    found = apps.get_app_config("referentiels").get_models(include_auto_created=True)
    return tuple(model._meta.db_table for model in found)


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(_copy(table, "TO STDOUT")) as copy:
        return b"".join(bytes(part) for part in copy)


def _write(table: str, rows: bytes) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(_copy(table, "FROM STDIN")) as copy:
            copy.write(rows)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 1))"
            f' FROM "{table}"',
            [table],
        )


def _copy(table: str, way: str) -> sql.Composed:
    return sql.SQL("COPY {} " + way + " (FORMAT binary)").format(sql.Identifier(table))
