"""Whether the database lets this program serve."""

from functools import cache

from django.conf import settings
from django.db import ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def migrations_wait(app: str | None = None) -> bool:
    """Whether the database lacks a migration of this program, or of one application: one query.

    A process reads its own migrations once. Raises `DatabaseError`.
    """
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError:  # not even the table of migrations
        return True
    return not {node for node in _last_migrations() if app in {None, node[0]}} <= applied


@cache
def _last_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of each application: it is applied after all those before it."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def worker_works() -> bool:
    """Whether a worker gave a sign of life lately: one query. Raises `DatabaseError`."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGN_OF_LIFE, [settings.STALLED_WORKER_SECONDS])
        found = cursor.fetchone()
    return found is not None and bool(found[0])


_SIGN_OF_LIFE = """
SELECT EXISTS (SELECT 1 FROM procrastinate_workers
                WHERE last_heartbeat > now() - make_interval(secs => %s))
"""


def database_version() -> str:
    """The version of PostgreSQL at work, such as `18.4`: no query."""
    return ".".join(str(part) for part in connection.get_database_version())
