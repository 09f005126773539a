"""What a file may not do: open another one, knock at a port. Seen from outside Python.

libxml2 opens files and sockets by itself: hooks of Python would not see them.
"""

import contextlib
import ctypes
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

IN_ACCESS, IN_OPEN, NON_BLOCKING = 0x1, 0x20, 0x800


@dataclass
class Watch:
    """A file that nobody may open and a port where nobody may knock."""

    canary: Path
    port: int
    _events: int
    _server: socket.socket

    def seen(self) -> list[str]:
        """What happened since the last time."""
        found = []
        with contextlib.suppress(BlockingIOError):
            found += ["the canary was opened"] if os.read(self._events, 4096) else []
        with contextlib.suppress(BlockingIOError):
            self._server.accept()[0].close()
            found.append("somebody knocked at the port")
        return found


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[Watch]:
    """Watch a new file of `folder` and a new local port."""
    canary = folder / "canari.txt"
    canary.write_text("SECRET-DU-CANARI", encoding="ascii")
    libc = ctypes.CDLL(None, use_errno=True)
    events = libc.inotify_init1(NON_BLOCKING)
    assert libc.inotify_add_watch(events, os.fsencode(canary), IN_ACCESS | IN_OPEN) >= 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield Watch(canary, server.getsockname()[1], events, server)
    os.close(events)
