"""The child of `safe_input.apart`: bounds itself, reads one file, answers on its standard output.

The limits are set before anything of the file, or of the reader, is loaded.
"""

import importlib
import os
import pickle
import resource
import sys
from typing import Any, BinaryIO

from safe_input.apart import MEMORY_STATUS, Bounds, Raised, Task

OPEN_FILES = 64


def main() -> None:
    """Answer the task that stands at the head of the standard input, the file behind it."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no part of the answer
    asked: Task = pickle.load(sys.stdin.buffer)  # noqa: S301 (written by our own parent)
    _bound(asked.bounds)
    try:
        _write(answers, _answer(asked, sys.stdin.buffer.read()))
    except MemoryError:
        os._exit(MEMORY_STATUS)


def _bound(bounds: Bounds) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_CPU, bounds.seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),  # it writes no file
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (value, value))


def _answer(asked: Task, data: bytes) -> Any:
    reader = getattr(importlib.import_module(asked.module), asked.function)
    try:
        return reader(data, **asked.options)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (the parent raises it again)
        return Raised(type(error), error.args, vars(error))


def _write(answers: BinaryIO, answer: Any) -> None:
    pickle.dump(answer, answers)
    answers.flush()


if __name__ == "__main__":
    main()
