"""Two roles in the database: the owner migrates, the application works (spec 08).

The application's role may add to the chain of the journal and read it, never change it.
"""

import contextlib
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

CHAIN = "journal_entry"
KEPT_ROWS = ("journal_entryvalues", "journal_chainhead")
"""Tables whose rows the application may empty or move on, not remove."""


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the owner of the tables meanwhile; nothing to do when the owner does it all."""
    if not application_role():
        yield
        return
    former = connection.settings_dict.copy()
    connection.close()
    connection.settings_dict.update(settings.DATABASE_OWNER)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(former)


def application_role() -> str:
    """The role of the web, the worker and the commands; empty when the owner does it all."""
    role = str(settings.DATABASE_ROLE)
    return role if settings.DATABASE_OWNER.get("USER", role) != role else ""


def grants_stand() -> bool:
    """Whether the application's role exists and has its rights, no more on the chain: one query.

    As the owner.
    """
    role = application_role()
    if not role:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_STAND, [role, CHAIN, CHAIN, role])
        found = cursor.fetchone()
    return bool(found and all(found))


_STAND = """
SELECT has_table_privilege(%s, to_regclass(%s), 'INSERT'),
       NOT has_table_privilege(rolname, to_regclass(%s), 'UPDATE, DELETE, TRUNCATE')
  FROM pg_roles WHERE rolname = %s
"""


@transaction.atomic
def grant() -> None:
    """Give the application's role its rights on every table there is; makes it if needed.

    As the owner, after each migration and each restoration.
    """
    role = application_role()
    if not role:
        return
    with connection.cursor() as cursor:
        _make(cursor, role)
        for statement in _GRANTS:
            _run(cursor, statement, role)
        _run(cursor, f"REVOKE UPDATE, DELETE, TRUNCATE ON {CHAIN} FROM {{}}", role)
        for table in KEPT_ROWS:
            _run(cursor, f"REVOKE DELETE, TRUNCATE ON {table} FROM {{}}", role)


_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}",
)


def _make(cursor: CursorWrapper, role: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        _run(cursor, "CREATE ROLE {} LOGIN", role)


def _run(cursor: CursorWrapper, statement: str, role: str) -> None:
    text = sql.SQL(statement).format(sql.Identifier(role))
    cursor.execute(text.as_string())
