"""A small partner API, served over HTTP on this machine, that can be made to fail in every way."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "clg-1", "un-secret-partage"
TOKEN, SCHOOL, DIVISIONS = "/api/v1/jeton", "/api/v1/etablissement", "/api/v1/divisions"
PERIOD = "/api/v1/divisions/1MELEC/periodes/1"


@dataclass
class Reply:
    """What a path answers: a status, a body, headers; `drips` sends a byte from time to time,
    `drips_first` from the very first one, headers included, without an end."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    drips_first: bool = False
    cut: bool = False

    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        return json.dumps(self.content).encode()


@dataclass
class Suivi:
    """What it says, by path: the replies of a list are given in turn, the last one for ever."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: int = 0
    alive: set[str] = field(default_factory=set)
    dripped: bool = False
    awake: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, *replies: Any) -> None:
        """Each reply is a `Reply`, or the JSON of a good one."""
        self.replies[path] = [r if isinstance(r, Reply) else Reply(r) for r in replies]

    def forget_tokens(self) -> None:
        """As when an hour has passed."""
        self.alive.clear()

    def answer(self, path: str, authorization: str) -> Reply:
        self.asked.append(path)
        if path not in self.replies and path == TOKEN:
            return self._token(authorization)
        if path != TOKEN and authorization.removeprefix("Bearer ") not in self.alive:
            return Reply({"code": "jeton", "phrase": "Jeton refusé."}, 401)
        waiting = self.replies[path]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def _token(self, authorization: str) -> Reply:
        if authorization != "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return Reply({"error": "invalid_client"}, 401)
        self.tokens += 1
        token = f"jeton-{self.tokens}"
        self.alive.add(token)
        return Reply({"access_token": token, "token_type": "Bearer", "expires_in": 3600})


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        page = f"?page={query['page'][0]}" if query.get("page", ["1"]) != ["1"] else ""
        self._say(urlsplit(self.path).path + page)

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert form == "grant_type=client_credentials"
        self._say(self.path)

    def _say(self, path: str) -> None:
        suivi = self.server.suivi
        reply = suivi.answer(path, self.headers.get("Authorization", ""))
        body = reply.body()
        if reply.drips_first:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._let_go(self._drip, b"X: y\r\n" * 200)
            return
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(body) + reply.cut))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._let_go(self._drip if reply.drips else self.wfile.write, body)

    def _let_go(self, send: Callable[[bytes], Any], body: bytes) -> None:
        with suppress(OSError):
            send(body)

    def _drip(self, body: bytes) -> None:
        for byte in body:
            if self.server.suivi.awake.wait(0.05):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
        self.server.suivi.dripped = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its signature)
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, suivi: Suivi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.suivi = suivi
        suivi.url = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_suivi() -> Iterator[Suivi]:
    """The API, until the end of the block."""
    suivi = Suivi()
    with serving(suivi):
        yield suivi


@contextmanager
def serving(suivi: Suivi) -> Iterator[None]:
    """What it says, over HTTP, until the end of the block."""
    with _Server(suivi) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield
        suivi.awake.set()
        server.shutdown()
        thread.join()
