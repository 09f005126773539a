"""The one way rows are changed in bulk."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Manager, Model

Row = TypeVar("Row", bound=Model)


def rewrite(manager: Manager[Row], rows: Sequence[Row], *fields: str) -> None:
    """Update these fields of rows that stand in the table: one query, linear in the rows.

    An upsert on the primary key: the CASE of `bulk_update` grows with rows × fields, and takes
    tens of seconds for 2 000 pupils.
    """
    manager.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=fields)
