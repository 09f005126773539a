"""Requests to the provider: short, bounded, answered by one JSON object or refused."""

import io
import json
import time
from typing import Any

import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3, 3, 5
"""A page that signs in asks up to four answers, and holds one of sixteen threads meanwhile."""
LARGEST = 256 * 1024
"""In bytes: the largest document, the keys of a provider, takes a few thousand."""
JSON = "application/json"


class ProviderFails(Exception):
    """The provider is down, slow, or answers something else; `cause` is for those who run it."""

    phrase = (
        "Le service d’identification ne répond pas comme il le devrait. Réessayez dans quelques "
        "instants, ou connectez-vous avec votre mot de passe LivretPro."
    )

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class Unusable(requests.RequestException):
    """An answer that is not the JSON object awaited, or comes too slowly."""


class BoundedSession(requests.Session):
    """Raises `requests.RequestException` for every answer that is not a JSON object in time."""

    def request(  # type: ignore[override]
        self, method: str, url: str, **kwargs: Any
    ) -> requests.Response:
        """Ask once, without following redirections; the body is read and checked."""
        until = time.monotonic() + WHOLE_SECONDS
        kwargs |= {
            "timeout": (CONNECT_SECONDS, READ_SECONDS),
            "stream": True,
            "allow_redirects": False,
        }
        with super().request(method, url, **kwargs) as response:
            body = _body(response, until)
        if response.status_code != requests.codes.ok:
            raise Unusable(f"status {response.status_code}")
        _check_object(body)
        response.raw = io.BytesIO(body)
        response.headers["content-type"] = JSON
        return response


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What allauth asks when it speaks with the provider: the session above, and no sign-up."""

    def get_requests_session(self) -> requests.Session:
        """The session of every request that allauth makes."""
        return BoundedSession()

    def is_open_for_signup(self, request: object, sociallogin: object) -> bool:  # noqa: ARG002 (allauth's signature)
        """Never: accounts are made by the school."""
        return False


def document(url: str, *, token: str = "") -> dict[str, Any]:
    """The JSON object at `url`. Raises `ProviderFails`."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with BoundedSession() as session:
            found: dict[str, Any] = session.get(url, headers=headers).json()
    except requests.RequestException as error:
        raise ProviderFails(cause_of(error)) from error
    return found


def cause_of(error: requests.RequestException) -> str:
    """The kind of a failure, and its words when they are ours: never what was sent or received."""
    kind = type(error).__name__
    return f"{kind} {error}" if isinstance(error, Unusable) else kind


def _body(response: requests.Response, until: float) -> bytes:
    """All that comes before `until`, however it is dripped. Raises `RequestException`."""
    body = bytearray()
    while chunk := _chunk(response):
        body += chunk
        if len(body) > LARGEST:
            raise Unusable("too large")
        if time.monotonic() > until:
            raise Unusable("too slow")
    return bytes(body)


def _chunk(response: requests.Response) -> bytes:
    try:
        return bytes(response.raw.read1(8192, decode_content=True))
    except (HTTPError, OSError) as error:
        raise Unusable("cut short") from error


def _check_object(body: bytes) -> None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unusable("not JSON") from error
    if not isinstance(found, dict):
        raise Unusable("not a JSON object")
