"""`DATABASE_URL`, a PostgreSQL connection URI (libpq, 32.1.1.2), as Django settings."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = ("postgresql", "postgres")
QUERY_SETTINGS = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}


class DatabaseUrlError(ValueError):
    """`DATABASE_URL` is not the address of a PostgreSQL database. The URL, which may hold a
    password, is never repeated in the sentence."""


def parse_database_url(url: str) -> dict[str, Any]:
    """Return the entry of `DATABASES` that `url` describes.

    `host`, `port`, `user`, `password` and `dbname` may also stand in the query (a socket folder
    can only stand there) and then win; every other option (`sslmode`, `connect_timeout`…) goes
    to `OPTIONS` as text. Raises `DatabaseUrlError`.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise DatabaseUrlError("DATABASE_URL doit commencer par « postgresql:// ».")
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": _port(parts.netloc),
    }
    settings |= _query(parts.query)
    if not settings["NAME"]:
        raise DatabaseUrlError("DATABASE_URL ne dit pas le nom de la base de données.")
    return settings


def database_owner(url: str) -> dict[str, Any]:
    """Who connects as the owner of the tables: the account of `url`, on the same database.

    Empty without `url`. Raises `DatabaseUrlError`.
    """
    if not url:
        return {}
    settings = parse_database_url(url)
    return {name: settings[name] for name in ("USER", "PASSWORD")}


def _port(netloc: str) -> str:
    """The port after the host; an IPv6 address stands between brackets and holds colons too."""
    address = netloc.rpartition("@")[2].rpartition("]")[2]
    port = address.rpartition(":")[2] if ":" in address else ""
    if port and not port.isdecimal():
        raise DatabaseUrlError("Le port donné dans DATABASE_URL n’est pas un nombre.")
    return port


def _query(query: str) -> dict[str, Any]:
    # libpq reads "+" as itself, unlike a web form: protect it from parse_qsl.
    pairs = dict(parse_qsl(query.replace("+", "%2B"), keep_blank_values=True))
    settings: dict[str, Any] = {
        QUERY_SETTINGS[k]: v for k, v in pairs.items() if k in QUERY_SETTINGS
    }
    options = {k: v for k, v in pairs.items() if k not in QUERY_SETTINGS}
    return settings | {"OPTIONS": options}
