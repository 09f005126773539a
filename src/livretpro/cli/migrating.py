"""Bringing the database to the version of the program."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from livretpro.database_roles import as_owner, grant, grants_stand

LOCK = 4_815_162_342


def migrate_if_needed() -> None:
    """Apply the migrations that wait, as the owner of the tables, and give the application its
    rights; of two commands at once, one works and the other waits."""
    with as_owner():
        if _pending() or not grants_stand():
            _migrate()


def _migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        call_command("migrate", verbosity=0, interactive=False)
        grant()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
