"""The words of `argparse` that people read, in French."""

import sys
from argparse import Action, ArgumentParser, HelpFormatter, _MutuallyExclusiveGroup
from collections.abc import Iterable
from typing import Any, NoReturn

HEADINGS = {"positional arguments": "arguments", "options": "options"}


class FrenchFormatter(HelpFormatter):
    """A help page with French headings."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[Action],
        groups: Iterable[_MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """The first line; an empty prefix is kept: it builds the names of sub-commands."""
        super().add_usage(usage, actions, groups, "utilisation : " if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """A block of the page."""
        super().start_section(HEADINGS.get(heading or "", heading))


class FrenchParser(ArgumentParser):
    """An argument parser whose help is in French, and whose refusals begin in French."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=FrenchFormatter, add_help=False, **options)
        self.add_argument("-h", "--help", action="help", help="afficher cette aide")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and leave with status 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"Ligne de commande incorrecte : {message}\n")
