"""An instance for the benchmarks: embedded PostgreSQL with its durable defaults, own database."""

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "var" / "bench"


@contextlib.contextmanager
def own_instance() -> Iterator[None]:
    """Set Django up on a database made for this run, migrated, dropped at the end.

    The cluster keeps PostgreSQL's defaults: fsync, synchronous commit, full page writes.
    """
    os.environ["LIVRETPRO_DATA"] = str(DATA)
    os.environ["DATABASE_URL"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "livretpro.settings"

    import django
    from django.conf import settings
    from django.db import connection

    django.setup()
    name = f"bench_{os.getpid()}"
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.settings_dict |= settings.DATABASE_OWNER
    try:
        _prepare()
        yield
    finally:
        connection.close()
        _drop(name)


def join(name: str) -> None:
    """Set Django up in a process of its own, on the database of a run."""
    import django
    from django.conf import settings
    from django.db import connection

    django.setup()
    connection.settings_dict["NAME"] = name
    connection.settings_dict |= settings.DATABASE_OWNER


@contextlib.contextmanager
def copied(suffix: str) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """Copy the database of this run; what enters the first one, and what enters the copy."""
    from django.db import connection

    first = connection.settings_dict["NAME"]
    copy = f"{first}_{suffix}"

    def enter(name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name

    connection.close()
    _run(f'CREATE DATABASE "{copy}" TEMPLATE "{first}"')
    try:
        yield partial(enter, first), partial(enter, copy)
    finally:
        enter(first)
        _drop(copy)


def _drop(name: str) -> None:
    _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _run(statement: str) -> None:
    import psycopg

    from livretpro.embedded.postgres import dsn, ensure

    with psycopg.connect(dsn(ensure(DATA / "pg"), "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def analyze() -> None:
    """Give the planner the statistics that autovacuum would have gathered on a living instance."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
