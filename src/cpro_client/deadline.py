"""An answer that ends in time. The time-out of a socket bounds each drop, not the sum of them: a
server that sends its headers byte by byte would be waited for without an end.
"""

import io
import time
from functools import partial
from http.client import HTTPResponse
from socket import socket
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter

if TYPE_CHECKING:
    from urllib3.connectionpool import HTTPConnectionPool


class Timed(HTTPAdapter):
    """Reads each answer, headers and body, before `until` (of the monotonic clock): past it, a read
    is a time-out like another."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self._until = until

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> "HTTPConnectionPool":
        """The connections of `requests`, a proxy's too, whose answers are read in time."""
        pool = super().get_connection_with_tls_context(*args, **options)
        answers = staticmethod(partial(_Answer, until=self._until))
        pool.ConnectionCls = type("Timed", (pool.ConnectionCls,), {"response_class": answers})
        return pool


class _Answer(HTTPResponse):
    """An answer of the standard library, over reads that end in time."""

    def __init__(self, sock: socket, *args: Any, until: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Drops(self.fp.detach(), sock, until))


class _Drops(io.RawIOBase):
    """What a socket receives, each wait being what is left of the time."""

    def __init__(self, drops: io.RawIOBase, sock: socket, until: float) -> None:
        self._drops, self._sock, self._until = drops, sock, until

    def readable(self) -> bool:
        """Yes: it is what it is for."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What has come, however little. Raises TimeoutError."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._drops.readinto(buffer)

    def close(self) -> None:
        """The socket is let go with its last reader."""
        self._drops.close()
        super().close()
