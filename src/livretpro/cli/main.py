"""`livretpro`: the command line, for administrators and scripts.

Exit status: 0 done, 1 refused with the reason on standard error, 2 wrong command line. With
`--json`, the data and nothing else on standard output, on refusal too.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from io import TextIOWrapper

from livretpro import systems
from livretpro.cli import (
    accounts,
    backups,
    bulletins,
    checking,
    database,
    journal,
    livrets,
    lsl,
    partners,
    reference,
    registre,
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
    journal,
    backups,
    checking,
    database,
    upgrading,
)


COMMANDS_OF = {
    systems.System.SUIVI: (livrets, lsl, partners),
    systems.System.BULLETINS: (bulletins,),
    systems.System.REGISTRE: (registre,),
}


def parser() -> ArgumentParser:
    """The whole command line; each module of this folder adds its commands, those of a system when
    this instance serves it."""
    top = FrenchParser(prog="livretpro", description="Le livret scolaire du lycée professionnel.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    of_systems = [module for system in systems.here() for module in COMMANDS_OF[system]]
    for module in (*COMMANDS, *of_systems):
        module.add_commands(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livretpro.settings")
    _write_utf8()
    try:
        args = parser().parse_args(argv)
        status: int = args.run(args)
    except systems.UnknownSystem as error:
        say_refusal(Refusal(str(error)))
        status = 1
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
