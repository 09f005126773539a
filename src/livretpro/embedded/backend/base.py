"""`ENGINE = "livretpro.embedded.backend"`: PostgreSQL of the folder `EMBEDDED_DATA`."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper

from livretpro.embedded.cluster import PORT, ROLE
from livretpro.embedded.postgres import ensure, ensure_database


class DatabaseWrapper(PostgresWrapper):
    """PostgreSQL's own engine, plus settings of the database: `EMBEDDED_DATA`, the data folder,
    `EMBEDDED_OPTIONS`, server options (`name=value`) of the process that starts it, and
    `EMBEDDED_SOCKET`, the socket folder of a server that somebody else runs meanwhile.

    Reading the settings starts nothing; the first connection does, and makes the database.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Where the server listens, after making sure that it does. Raises `EmbeddedError`."""
        socket = self.settings_dict.get("EMBEDDED_SOCKET") or self._own_server()
        params: dict[str, Any] = super().get_connection_params()
        ensure_database(socket, params["dbname"])
        role = self.settings_dict["USER"] or ROLE
        return params | {"host": str(socket), "port": PORT, "user": role}

    def _own_server(self) -> Path:
        data = Path(self.settings_dict["EMBEDDED_DATA"])
        return ensure(data, options=self.settings_dict.get("EMBEDDED_OPTIONS", ()))
