"""A small provider of OpenID Connect, served over HTTP on this machine, that can be made to lie.

It knows one client and one person at a time, checks what a real one checks (client, redirection,
PKCE, a code used once), and signs RS256. `token`, `broken` and `slow` spoil what it answers.
"""

import base64
import hashlib
import json
import secrets
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KID = "livretpro", "un-secret-partage", "2025"
WELL_KNOWN = "/.well-known/openid-configuration"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
Answer = tuple[int, str, bytes]
TokenOf = Callable[[dict[str, Any]], str]


def signed(
    claims: dict[str, Any], *, key: Any = KEY, algorithm: str = "RS256", kid: str | None = KID
) -> str:
    """An id_token."""
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid} if kid else {})


@dataclass
class Provider:
    """What it says; a test changes it before or during an exchange."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "4711"})
    userinfo: dict[str, Any] = field(default_factory=dict)
    token: TokenOf = signed
    broken: dict[str, Answer] = field(default_factory=dict)
    slow: frozenset[str] = frozenset()
    said_no: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    awake: threading.Event = field(default_factory=threading.Event)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [public | {"kid": KID, "use": "sig", "alg": "RS256"}]}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes once the person has signed in here."""
        assert query["client_id"] == CLIENT
        assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
        assert "openid" in query["scope"].split()
        back = {"state": query["state"]}
        if self.said_no:
            back["error"] = self.said_no
        else:
            back["code"] = secrets.token_urlsafe(16)
            self.codes[back["code"]] = query
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        """The tokens that a code gives, once, to the client that proves itself."""
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        query = self.codes.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert authorization == f"Basic {expected}"
        assert query is not None
        assert form["redirect_uri"] == query["redirect_uri"]
        assert base64.urlsafe_b64encode(challenge).decode().rstrip("=") == query["code_challenge"]
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": query["nonce"], **self.person}
        return {"access_token": "jeton", "token_type": "Bearer", "id_token": self.token(claims)}


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def do_GET(self) -> None:
        provider, parts = self.server.provider, urlsplit(self.path)
        if parts.path == "/authorize":
            self.send_response(302)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_header("Location", provider.authorize(query))
            self.end_headers()
            return
        self._say(
            parts.path,
            {
                WELL_KNOWN: provider.discovery,
                "/keys": provider.keys,
                "/userinfo": lambda: {"sub": provider.person["sub"], **provider.userinfo},
            }[parts.path],
        )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        given = self.headers.get("Authorization", "")
        self._say("/token", lambda: self.server.provider.exchange(form, given))

    def _say(self, path: str, answer: Callable[[], dict[str, Any]]) -> None:
        provider = self.server.provider
        provider.asked.append(path)
        status, kind, body = provider.broken.get(path) or (200, "application/json", b"")
        content = body or json.dumps(answer()).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if path in provider.slow:
            self._drip(content)
        else:
            self.wfile.write(content)

    def _drip(self, content: bytes) -> None:
        """A byte from time to time, until the caller hangs up or the test ends."""
        for byte in content:
            if self.server.provider.awake.wait(0.2):
                return
            try:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            except OSError:
                return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its signature)
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, provider: Provider) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.provider = provider
        provider.url = f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def running_provider() -> Iterator[Provider]:
    """The provider, until the end of the block."""
    provider = Provider()
    with _Server(provider) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        yield provider
        provider.awake.set()
        server.shutdown()
        serving.join()


def stop_listening() -> str:
    """An address of this machine where nobody answers."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Handler) as server:
        return f"http://127.0.0.1:{server.server_address[1]}"
