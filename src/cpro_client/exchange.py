"""One question to the server: bounded in time and size, never redirected, tried again in vain."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, ReadTimeoutError

from cpro_client.deadline import Timed
from cpro_client.errors import BadAnswer, Unreachable

LARGEST = 8 * 1024 * 1024
"""Bytes of one answer: a page of pupils takes a few tens of thousands."""
CHUNK = 64 * 1024
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before the second attempt, doubled at each one; what a server may ask us to wait."""
DOWN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that may be better at the next attempt."""

SILENT = (
    "CPRO ne répond pas : le service est arrêté, ou l’adresse n’est pas la bonne. "
    "Réessayez dans quelques minutes."
)
SLOW = "CPRO répond trop lentement. Réessayez dans quelques minutes."
IN_TROUBLE = "CPRO est en difficulté (réponse {status}). Réessayez dans quelques minutes."
TOO_MANY = "CPRO a reçu trop de demandes de ce logiciel. Réessayez dans quelques minutes."
ELSEWHERE = (
    "L’adresse de CPRO renvoie vers une autre ({host}) : donnez dans les réglages l’adresse "
    "définitive."
)
TOO_LARGE = "La réponse de CPRO est trop grande : elle n’a pas été lue."
NOT_JSON = (
    "Ce qui répond à l’adresse de CPRO n’est pas l’API de LivretPro Suivi : vérifiez l’adresse."
)


@dataclass(frozen=True)
class Answer:
    """The status of an answer and the JSON value it holds; None when it holds no JSON."""

    status: int
    content: object


class Server:
    """Where the API is, and how patient to be: `timeout` seconds a try, `retries` tries more."""

    def __init__(
        self, base_url: str, *, timeout: float, retries: int, sleep: Callable[[float], None]
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("the address of the API is http(s)://host")
        self._base = base_url.rstrip("/") + "/api/v1/"
        self._timeout, self._retries, self._sleep = timeout, retries, sleep

    def get(self, path: str, *, token: str, page: int | None = None) -> Answer:
        """GET `path` (relative to the API). Raises `Unreachable`, `BadAnswer`."""
        params = {} if page is None else {"page": str(page)}
        return self._insist("GET", path, auth=_Bearer(token), params=params)

    def post(self, path: str, form: Mapping[str, str], *, client_id: str, secret: str) -> Answer:
        """POST a form to `path`, proven by HTTP Basic. Raises `Unreachable`, `BadAnswer`."""
        return self._insist("POST", path, auth=(client_id, secret), data=form)

    def _insist(
        self,
        method: str,
        path: str,
        *,
        auth: AuthBase | tuple[str, str],
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> Answer:
        wait = FIRST_WAIT
        for remaining in range(self._retries, -1, -1):
            try:
                return self._ask(method, path, auth=auth, params=params, data=data)
            except _Down as down:
                if not remaining:
                    raise Unreachable(down.phrase, down.cause) from down
                self._sleep(min(max(wait, down.after), LONGEST_WAIT))
                wait *= 2
        raise AssertionError("the last attempt returns or raises")

    def _ask(
        self,
        method: str,
        path: str,
        *,
        auth: AuthBase | tuple[str, str],
        params: Mapping[str, str] | None,
        data: Mapping[str, str] | None,
    ) -> Answer:
        until = time.monotonic() + self._timeout
        try:
            with (
                _Direct(until) as session,
                session.request(
                    method,
                    self._base + path,
                    auth=auth,
                    params=params,
                    data=data,
                    headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                    timeout=self._timeout,
                    stream=True,
                ) as response,
            ):
                _stay_here(response)
                _in_order(response)
                return Answer(response.status_code, _json(_body(response)))
        except requests.Timeout as error:
            raise _Down(SLOW, type(error).__name__) from error
        except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
            raise _Down(SILENT, type(error).__name__) from error
        except requests.RequestException as error:
            raise BadAnswer(NOT_JSON, type(error).__name__) from error


class _Down(Exception):
    """An attempt in vain that may be made again, not before `after` seconds."""

    def __init__(self, phrase: str, cause: str, after: float = 0.0) -> None:
        super().__init__(cause)
        self.phrase, self.cause, self.after = phrase, cause, after


class _Direct(requests.Session):
    """Goes where it is told and nowhere else, and waits until then. Refusing redirections by an
    option is not enough: the body of one would still be read, whole and without a limit."""

    def __init__(self, until: float) -> None:
        super().__init__()
        for scheme in ("http://", "https://"):
            self.mount(scheme, Timed(until))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: no answer leads elsewhere."""
        del resp
        return None


class _Bearer(AuthBase):
    """The token. A header set by hand would be replaced by what a `.netrc` holds."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _stay_here(response: requests.Response) -> None:
    """A token or a secret goes to the address that was typed, to no other."""
    if 300 <= response.status_code < 400:
        try:
            host = urlsplit(urljoin(response.url, response.headers.get("Location", ""))).netloc
        except ValueError:
            host = "?"
        raise BadAnswer(ELSEWHERE.format(host=host), f"status {response.status_code}")


def _in_order(response: requests.Response) -> None:
    if response.status_code not in DOWN:
        return
    after = response.headers.get("Retry-After", "")
    phrase = TOO_MANY if response.status_code == 429 else IN_TROUBLE
    raise _Down(
        phrase.format(status=response.status_code),
        f"status {response.status_code}",
        float(after) if after.isdecimal() and len(after) < 6 else 0.0,
    )


def _body(response: requests.Response) -> bytes:
    body = bytearray()
    while chunk := _chunk(response):
        body += chunk
        if len(body) > LARGEST:
            raise BadAnswer(TOO_LARGE, "too large")
    return bytes(body)


def _chunk(response: requests.Response) -> bytes:
    """What has come, however little."""
    try:
        return bytes(response.raw.read1(CHUNK, decode_content=False))
    except ReadTimeoutError as error:
        raise _Down(SLOW, "too slow") from error
    except (HTTPError, OSError) as error:
        raise _Down(SILENT, "cut short") from error


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
