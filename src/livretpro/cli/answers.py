"""What commands print: data on standard output, reasons on standard error."""

import json
import sys
from typing import Any


class Refusal(Exception):
    """A command cannot do its work; `data` still goes out with `--json`."""

    def __init__(self, phrase: str, *, data: Any = None) -> None:
        super().__init__(phrase)
        self.phrase, self.data = phrase, data


def say(line: str) -> None:
    """A line of answer, for a person."""
    print(line)


def say_data(data: Any) -> None:
    """The answer of a command called with `--json`."""
    print(json.dumps(data, ensure_ascii=False, indent=1))


def say_refusal(refusal: Refusal) -> None:
    """The reason on standard error, and the data, if any, on standard output."""
    if refusal.data is not None:
        say_data(refusal.data)
    print(refusal.phrase, file=sys.stderr)
