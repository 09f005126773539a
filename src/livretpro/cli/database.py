"""`psql`: the interactive terminal of the database, for those who run an instance."""

import os
from argparse import Namespace, _SubParsersAction
from typing import Any

from livretpro.cli.session import open_database


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `psql`."""
    command = commands.add_parser("psql", help="ouvrir la base dans psql")
    command.set_defaults(run=_psql)


def _psql(args: Namespace) -> int:
    del args
    open_database()
    from django.db import connection

    from livretpro.database_roles import as_owner
    from livretpro.embedded.binaries import program

    with as_owner():
        params = connection.get_connection_params()
    os.execv(  # noqa: S606  (our own program, no shell)
        str(program("psql")),
        ["psql", "-h", params["host"], "-U", params["user"], params["dbname"]],
    )
