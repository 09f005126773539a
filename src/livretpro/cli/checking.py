"""`check`: is this instance fit to serve."""

from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING, Any

from livretpro.cli.answers import Refusal, say, say_data
from livretpro.cli.session import add_json, open_database

if TYPE_CHECKING:
    from livretpro.checks import Line


def add_commands(commands: "_SubParsersAction[Any]") -> None:
    """Add `check`."""
    command = commands.add_parser("check", help="dire si l’instance est en état de servir")
    add_json(command)
    command.set_defaults(run=_check)


def _check(args: Namespace) -> int:
    open_database()
    from django.utils import timezone

    from livretpro.checks import State, run

    lines = run(now=timezone.now())
    states = {line.state for line in lines}
    worst = next(s for s in (State.BLOQUANT, State.ATTENTION, State.OK) if s in states)
    if args.json:
        say_data({"etat": worst.value, "controles": [_data(line) for line in lines]})
    else:
        for line in lines:
            say(f"{line.state.value:10} {line.name:16} {line.phrase}")
    if worst is State.BLOQUANT:
        raise Refusal("Un contrôle au moins est bloquant.")
    return 0


def _data(line: "Line") -> dict[str, str]:
    return {"nom": line.name, "etat": line.state.value, "phrase": line.phrase}
