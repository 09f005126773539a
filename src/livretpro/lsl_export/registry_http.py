"""One question to a registry: bounded in time and size, sent to the address typed and nowhere else.

`http.client` follows no redirection and reads no `.netrc`: a token goes where the head said.
"""

import json
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

LARGEST = 5 * 1024 * 1024
CHUNK = 64 * 1024
DOWN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be better later."""
SILENT = "Le registre ne répond pas"
IN_TROUBLE = "Le registre est en difficulté (réponse {status})"
STRANGE = (
    "Ce qui répond à cette adresse n’est pas un Registre LivretPro : vérifiez l’adresse dans les "
    "réglages du dépôt."
)


class Away(Exception):
    """Nobody answers, or too slowly, or the registry is in trouble: to be tried again later."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


class NoRegistry(Exception):
    """What answers is no registry, or leads elsewhere."""

    phrase = STRANGE


@dataclass(frozen=True)
class Sent:
    """A file to send; under the same `key` it is kept once, however often it is sent."""

    name: str
    content: bytes
    key: str


@dataclass(frozen=True)
class Answer:
    """The status of an answer and the JSON object that it holds."""

    status: int
    content: dict[str, object]


def ask(
    base_url: str, path: str, *, token: str, file: Sent | None = None, timeout: float
) -> Answer:
    """GET `path`, its query included, or POST a file.

    Raises `Away` or `NoRegistry`.
    """
    until = time.monotonic() + timeout
    parts = urlsplit(base_url.rstrip("/") + path)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    if file is not None:
        headers |= {"Content-Type": "application/xml", "X-Nom-Fichier": file.name}
        headers |= {"Idempotency-Key": file.key}
    body = file.content if file is not None else None
    try:
        connection.request("GET" if body is None else "POST", target, body, headers)
        response = connection.getresponse()
        content = bytearray()
        while chunk := response.read1(CHUNK):
            content += chunk
            if len(content) > LARGEST:
                raise NoRegistry
            if time.monotonic() > until:
                raise Away(SILENT)
    except (OSError, HTTPException) as error:
        raise Away(SILENT) from error
    except ValueError as error:  # an address that cannot be asked
        raise NoRegistry from error
    finally:
        connection.close()
    if response.status in DOWN:
        raise Away(IN_TROUBLE.format(status=response.status))
    return Answer(response.status, _object(bytes(content)))


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "https":
        safe = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=timeout, context=safe)
    return HTTPConnection(host, port, timeout=timeout)


def _object(body: bytes) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoRegistry from error
    if not isinstance(content, dict):
        raise NoRegistry
    return content
