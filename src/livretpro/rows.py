"""What every request or every save begins with: queries in SQL as they stand, prepared.

Written anew from models each time, the text of such a query costs more than its answer; planned
anew by PostgreSQL each time, most of what the database does is plan it (ADR 41). Everywhere else
the models ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

M = TypeVar("M", bound=Model)
Values = Sequence[Any] | Mapping[str, Any]


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor whose statements PostgreSQL keeps planned on this connection, by text, until a
    transaction is rolled back.

    For texts that never change: one that varies would be prepared once for each of its forms. When
    queries are listed, which a prepared one cannot be with its values, an ordinary cursor.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.queries_logged:
        with database.cursor() as cursor:
            yield cursor
        return
    database.ensure_connection()
    session = database.connection
    usual, session.cursor_factory = session.cursor_factory, ServerBindingCursor
    try:
        cursor = database.cursor()
    finally:
        session.cursor_factory = usual
    # Only meanwhile: with a threshold, psycopg keeps the text of every query, values and all.
    never, session.prepare_threshold = session.prepare_threshold, 0
    try:
        with cursor:
            yield cursor
    finally:
        session.prepare_threshold = never


def rows_where(model: type[M], condition: str, values: Values) -> list[M]:
    """The rows of `model` that meet `condition`, which may end with an order and a lock: one query.

    Raises `TypeError` for a model with a field that is not as the database gives it.
    """
    names, columns, table = _shape(model)
    text = f'SELECT {columns} FROM "{table}" WHERE {condition}'  # noqa: S608 (names of our own)
    with prepared() as cursor:
        cursor.execute(text, values)
        return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in cursor.fetchall()]


def rows_and_more(model: type[M], query: str, values: Values) -> list[tuple[M, Sequence[Any]]]:
    """The rows of `query`, which selects `{columns}`, those of `model`, then more: each as a model,
    and the more. One query; raises `TypeError` as `rows_where` does."""
    names, columns, _ = _shape(model)
    with prepared() as cursor:
        cursor.execute(query.format(columns=columns), values)
        rows = cursor.fetchall()
    own = len(names)
    return [(model.from_db(DEFAULT_DB_ALIAS, names, row[:own]), row[own:]) for row in rows]


@cache
def _shape(model: type[Model]) -> tuple[list[str], str, str]:
    """The attributes of a model, their columns in SQL, its table."""
    options = model._meta  # noqa: SLF001 (public API of Django)
    fields = options.concrete_fields
    odd = [one.name for one in fields if one.get_db_converters(connection)]
    if odd:
        raise TypeError(f"{model.__name__}: {', '.join(odd)}")
    columns = ", ".join(f'"{one.column}"' for one in fields)
    return [one.attname for one in fields], columns, options.db_table
