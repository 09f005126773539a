"""How long a page may wait for the database: a person must not be left without an answer.

The limits are those of the web alone: migrations, backups and background work take their time.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

CONNECT_SECONDS = 5
SERVER = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",  # an import under way holds rows for a moment
    "idle_in_transaction_session_timeout": "60s",
    "plan_cache_mode": "force_generic_plan",  # what is prepared is planned once (ADR 41)
}
NETWORK = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
"""libpq (34.1.2). On a socket of this machine, only the first says anything."""


def limited(options: dict[str, Any]) -> dict[str, Any]:
    """The `OPTIONS` of a database, with the limits of the web where `DATABASE_URL` gives none."""
    ours = " ".join(f"-c {name}={value}" for name, value in SERVER.items())
    server = f"{ours} {options.get('options', '')}".strip()  # of two, PostgreSQL takes the last
    return NETWORK | options | {"options": server}


def limit_waits() -> None:
    """Give this process the limits of the web; before its first connection."""
    database = connections.databases[DEFAULT_DB_ALIAS]
    database["OPTIONS"] = limited(database.get("OPTIONS", {}))


def renew_connection() -> None:
    """Connect afresh at the next query: one that is open may wait for a server that is frozen."""
    if not connection.in_atomic_block:
        connection.close()
