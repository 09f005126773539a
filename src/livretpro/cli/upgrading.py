"""`upgrade`: the embedded database, from one major version of PostgreSQL to the next."""

from argparse import Namespace, _SubParsersAction
from typing import Any

from livretpro.cli.answers import Refusal
from livretpro.cli.disks import disk_refusals
from livretpro.cli.session import refusals, start_django


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `upgrade`."""
    command = commands.add_parser(
        "upgrade", help="passer la base embarquée à la version de PostgreSQL de ce programme"
    )
    command.add_argument(
        "--journal-rompu", action="store_true", help="continuer même si le journal est rompu"
    )
    command.set_defaults(run=_upgrade)


def _upgrade(args: Namespace) -> int:
    start_django()
    from django.conf import settings
    from django.utils import timezone

    from livretpro.backups.upgrading import upgrade
    from livretpro.cli.migrating import migrate_if_needed
    from livretpro.embedded import EmbeddedError

    with refusals(), disk_refusals(settings.DATA_DIR):
        try:
            upgrade(
                now=timezone.now(),
                migrate=migrate_if_needed,
                broken_journal=args.journal_rompu,
                say=_say_now,
            )
        except EmbeddedError as error:
            raise Refusal(str(error)) from error
    return 0


def _say_now(line: str) -> None:
    """A step, as soon as it is done, also into a pipe."""
    print(line, flush=True)
