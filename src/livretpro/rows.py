"""Rows of one table as models, by a condition in SQL as it stands.

For the few queries that every request or every save begins with: written anew from models each
time, the text of such a query costs more than its answer. Everywhere else the models ask.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def rows_where(
    model: type[M], condition: str, values: Sequence[Any] | Mapping[str, Any]
) -> list[M]:
    """The rows of `model` that meet `condition`, which may end with an order and a lock: one query.

    Raises `TypeError` for a model with a field that is not as the database gives it.
    """
    names, select = _select(model)
    with connection.cursor() as cursor:
        cursor.execute(f"{select} WHERE {condition}", values)
        return [model.from_db(connection.alias, names, row) for row in cursor.fetchall()]


@cache
def _select(model: type[Model]) -> tuple[list[str], str]:
    options = model._meta  # noqa: SLF001 (public API of Django)
    fields = options.concrete_fields
    odd = [one.name for one in fields if one.get_db_converters(connection)]
    if odd:
        raise TypeError(f"{model.__name__}: {', '.join(odd)}")
    columns = ", ".join(f'"{one.column}"' for one in fields)
    select = f'SELECT {columns} FROM "{options.db_table}"'  # noqa: S608 (names of our own)
    return [one.attname for one in fields], select
