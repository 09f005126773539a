"""PostgreSQL without installing it: the server of a data folder, shared by the processes that use
it, gone with the last. No Django here but in `backend`."""

from livretpro.embedded.cluster import ROLE
from livretpro.embedded.errors import EmbeddedError
from livretpro.embedded.postgres import dsn, ensure, ensure_database

__all__ = ["ROLE", "EmbeddedError", "dsn", "ensure", "ensure_database"]
