"""Readers that a child process runs: they behave, misbehave, or look around."""

import os
import socket
import sys
import time
from pathlib import Path

from safe_input import Refused


def size(data: bytes, *, plus: int = 0) -> int:
    """What an honest reader gives."""
    return len(data) + plus


def process(_data: bytes) -> int:
    """Which process reads."""
    return os.getpid()


def refuse(_data: bytes) -> None:
    """Refuse, as the door does."""
    raise Refused("mal_forme", "La ligne 3 ne se lit pas.", 3)


def fail(_data: bytes) -> None:
    """A bug."""
    raise KeyError("absent")


def hog(_data: bytes) -> None:
    """Ask for more and more memory."""
    kept = []
    while True:
        kept.append(bytearray(8 * 1024 * 1024))


def spin(_data: bytes) -> None:
    """Work without end."""
    while True:
        pass


def sleep(_data: bytes) -> None:
    """Wait without end."""
    time.sleep(3_600)


def crash(_data: bytes) -> None:
    """Die, as a library in C may."""
    os.abort()


def speak(data: bytes) -> int:
    """Print where the answer is expected."""
    sys.stdout.write("bavard")
    sys.stdout.flush()
    os.write(1, b"bavard")
    return len(data)


def write(_data: bytes, *, path: str) -> None:
    """Write a file."""
    Path(path).write_text("x", encoding="ascii")


def environment(_data: bytes) -> dict[str, str]:
    """What the child knows of its parent."""
    return dict(os.environ)


def knock(_data: bytes, *, descriptor: int) -> str:
    """Use a descriptor of the parent."""
    return str(socket.socket(fileno=descriptor).getsockname())
