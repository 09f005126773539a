"""pg_dump and pg_restore, from the same package as the embedded server."""

import subprocess
from collections.abc import Sequence
from typing import Any

from livretpro.embedded.binaries import environment, program


class ProgramFailed(Exception):
    """PostgreSQL's program refused; `phrase` ends with what it said."""

    def __init__(self, name: str, said: str) -> None:
        last = said.strip().splitlines()[-1:] or ["aucune explication"]
        self.phrase = f"{name} a échoué : {last[0]}"
        super().__init__(self.phrase)


def run(name: str, params: dict[str, Any], *arguments: str) -> None:
    """Run a client program on the database of `params` (psycopg's names). Raises `ProgramFailed`.

    A password goes by the environment, never by the arguments, which others can read.
    """
    password = {"PGPASSWORD": str(params["password"])} if params.get("password") else {}
    done = subprocess.run(  # noqa: S603 (our own command)
        [str(program(name)), *_where(params), *arguments],
        env=environment() | password,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramFailed(name, done.stderr)


def _where(params: dict[str, Any]) -> Sequence[str]:
    options = {"--host": "host", "--port": "port", "--username": "user", "--dbname": "dbname"}
    return [f"{option}={params[key]}" for option, key in options.items() if params.get(key)]
