"""A person with a browser: cookies, forms with their token, no JavaScript."""

import html
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar
from typing import Any

from soak.instance import Instance

PASSWORD = "valmeray-demonstration"
TEACHER, HEAD, ADMINISTRATOR = "nadege.tillervent", "claire.ferrand", "solene.brasquier"
SIGN_IN = "/connexion/"
LYCEE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
"""Two addresses that reach the server; a whole school sits behind one."""
TIMEOUT = 60  # seconds: past it nobody waits for an answer any more


class Unanswered(Exception):
    """The server was not there, or went away before it answered: nothing was acknowledged."""


@dataclass(frozen=True)
class Answer:
    """A status, the headers and the text of the page."""

    status: int
    headers: Mapping[str, str]
    text: str

    def hidden(self, name: str) -> str | None:
        """The value of a hidden field, none when the page has no such field."""
        found = re.search(
            f'<input type="hidden" name="{re.escape(name)}"[^>]* value="([^"]*)"', self.text
        )
        return html.unescape(found[1]) if found else None

    @property
    def event(self) -> dict[str, Any]:
        """What the page is told about the field that was saved."""
        told: dict[str, Any] = json.loads(self.headers["HX-Trigger"])["livret:reponse"]
        return told


class Stay(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer like another: it says that the post was taken."""

    def redirect_request(self, *arguments: Any) -> None:
        """Go nowhere."""


class From(urllib.request.HTTPHandler):
    """Connections that leave from one address of the loopback network."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.connection = partial(http.client.HTTPConnection, source_address=(address, 0))

    def http_open(self, request: urllib.request.Request) -> Any:
        """Send a request."""
        return self.do_open(self.connection, request)


class Visitor:
    """One session, from one address. Threads may share it, as two clicks of one person do."""

    def __init__(self, instance: Instance, *, address: str = LYCEE) -> None:
        self.root = f"http://127.0.0.1:{instance.port}"
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), Stay, From(address)
        )

    def get(self, path: str) -> Answer:
        """Open a page. Raises `Unanswered`."""
        return self._send(urllib.request.Request(self.root + path))

    def post(
        self,
        path: str,
        data: Mapping[str, str | list[str]],
        *,
        files: Sequence[bytes] = (),
        htmx: bool = False,
    ) -> Answer:
        """Send a form with its token. Raises `Unanswered`."""
        fields = dict(data) | {"csrfmiddlewaretoken": self._token()}
        body, kind = _multipart(fields, files) if files else _encoded(fields)
        headers = {"Content-Type": kind} | ({"HX-Request": "true"} if htmx else {})
        return self._send(urllib.request.Request(self.root + path, body, headers))

    def _token(self) -> str:
        return next((c.value or "" for c in self.cookies if c.name == "csrftoken"), "")

    def _send(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opened(request) as answer:
                text = answer.read().decode(errors="replace")
                return Answer(answer.status, dict(answer.headers), text)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(str(error)) from error

    def _opened(self, request: urllib.request.Request) -> Any:
        try:
            return self.opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as answer:
            return answer


def sign_in(visitor: Visitor, identifier: str, password: str = PASSWORD) -> Answer:
    """Open the page of sign-in and send its form."""
    visitor.get(SIGN_IN)
    return visitor.post(SIGN_IN, {"login": identifier, "password": password})


def signed_in(instance: Instance, identifier: str, *, address: str = LYCEE) -> Visitor:
    """A session of this person: the one place that knows how people come in."""
    visitor = Visitor(instance, address=address)
    answer = sign_in(visitor, identifier)
    assert answer.status == 302, f"{identifier} is not signed in: {answer.status}"
    return visitor


def _encoded(fields: Mapping[str, str | list[str]]) -> tuple[bytes, str]:
    body = urllib.parse.urlencode(fields, doseq=True).encode()
    return body, "application/x-www-form-urlencoded"


def _multipart(fields: Mapping[str, str | list[str]], files: Sequence[bytes]) -> tuple[bytes, str]:
    """The fields, then every file under the name `fichiers`."""
    mark = uuid.uuid4().hex
    parts = [(f'name="{name}"', str(value).encode()) for name, value in fields.items()]
    parts += [(f'name="fichiers"; filename="f{n}.xml"', data) for n, data in enumerate(files)]
    body = b"".join(
        f"--{mark}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
