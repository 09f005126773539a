"""`livretpro`: the command line, for administrators and scripts.

Exit status: 0 done, 1 refused with the reason on standard error, 2 wrong command line. With
`--json`, the data and nothing else on standard output, on refusal too.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from io import TextIOWrapper

from livretpro.cli import (
    accounts,
    backups,
    checking,
    database,
    journal,
    livrets,
    lsl,
    reference,
    running,
    schools,
    upgrading,
)
from livretpro.cli.answers import Refusal, say_refusal
from livretpro.cli.french import FrenchParser

COMMANDS = (
    running,
    schools,
    accounts,
    reference,
    livrets,
    lsl,
    journal,
    backups,
    checking,
    database,
    upgrading,
)


def parser() -> ArgumentParser:
    """The whole command line; each module of this folder adds its commands."""
    top = FrenchParser(prog="livretpro", description="Le livret scolaire du lycée professionnel.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    for module in COMMANDS:
        module.add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livretpro.settings")
    _write_utf8()
    args = parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except Refusal as refusal:
        say_refusal(refusal)
        status = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    return status


def _write_utf8() -> None:
    """Names and JSON come out whole whatever the locale of the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
