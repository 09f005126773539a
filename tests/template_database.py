"""The database of a test process: a copy of a template that is migrated once for everybody.

The template bears a hash of all migrations, so that it is made again when they change, and only
then. Every process of a run, and every run at the same moment, has a database of its own.
"""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

ALWAYS_FILLED = {"auth_permission", "django_content_type"}  # the same rows after each migration
ADVISORY_LOCK = 70_142_024  # any number, the same for all
TEMPLATES_KEPT = 5  # other branches, other runs at this moment


@contextlib.contextmanager
def own_database() -> Iterator[None]:
    """Connect this process to a fresh copy of the template, dropped at the end."""
    name, before = f"test_{os.getpid()}", settings.DATABASES["default"]["NAME"]
    # On a connection to `postgres`: waiting on `template1` would block every CREATE DATABASE.
    with connection._nodb_cursor() as cursor:
        with _advisory_lock(cursor):
            _drop_abandoned(cursor)
            template = _template(cursor)
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    _connect_to(name)
    try:
        yield
    finally:
        _connect_to(before)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def empty_tables() -> None:
    """What `flush` does after a test with real transactions, in a tenth of its time: it makes the
    files of every table anew, most tests fill a few. Waits, as it does, for whoever still writes.
    """
    tables = [f'"{name}"' for name in _filled_by_tests()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)}")
        cursor.execute(" UNION ALL ".join(f"(SELECT '{t}' FROM {t} LIMIT 1)" for t in tables))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


@cache
def _filled_by_tests() -> list[str]:
    """The tables of all managed models."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(names) - ALWAYS_FILLED)


def _connect_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


@contextlib.contextmanager
def _advisory_lock(cursor: CursorWrapper) -> Iterator[None]:
    cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _template(cursor: CursorWrapper) -> str:
    name = f"tpl_{_fingerprint()}"
    if name not in _databases(cursor, "tpl\\_%"):
        _make(cursor, name)
    return name


def _make(cursor: CursorWrapper, name: str) -> None:
    """Migrate under another name: a template that exists is a whole one."""
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}_new" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}_new" TEMPLATE template0')
    before = settings.DATABASES["default"]["NAME"]
    _connect_to(f"{name}_new")
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    finally:
        _connect_to(before)
    cursor.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    for old in _databases(cursor, "tpl\\_%")[:-TEMPLATES_KEPT]:
        _drop_unless_used(cursor, old)


def _fingerprint() -> str:
    digest = hashlib.sha256(repr(settings.CACHES).encode())
    for app in apps.get_app_configs():
        digest.update(app.name.encode())
        for migration in sorted(Path(app.path, "migrations").rglob("*.py")):
            digest.update(migration.name.encode() + migration.read_bytes())
    return digest.hexdigest()[:16]


def _databases(cursor: CursorWrapper, pattern: str) -> list[str]:
    """Names like `pattern`, oldest first."""
    query = "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid"
    cursor.execute(query, [pattern])
    return [name for (name,) in cursor.fetchall()]


def _drop_abandoned(cursor: CursorWrapper) -> None:
    """Drop the databases whose process was killed before it could."""
    for name in _databases(cursor, "test\\_%"):
        pid = name.removeprefix("test_")
        if pid.isdecimal() and not Path("/proc", pid).exists():
            _drop_unless_used(cursor, name)


def _drop_unless_used(cursor: CursorWrapper, name: str) -> None:
    with contextlib.suppress(OperationalError):
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
