"""The four questions of the partner API, with the token that they need."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from cpro_client import reading
from cpro_client.errors import (
    BadAnswer,
    CproError,
    NotFound,
    NotPublished,
    Refused,
    Unreachable,
)
from cpro_client.exchange import NOT_JSON, SLOW, Answer, Server
from cpro_client.model import Division, PupilBilan, School
from cpro_client.reading import Node, Unexpected

T = TypeVar("T")
WHOLE = 4

NOT_KNOWN = (
    "CPRO refuse l’identifiant ou le secret : vérifiez-les, ou demandez un nouveau secret à "
    "l’établissement."
)
CLOSED = "CPRO n’accepte plus cet accès : il a peut-être été révoqué par l’établissement."
NOT_ALLOWED = "Cet accès à CPRO ne permet pas de lire cette information."
UNKNOWN = "CPRO ne connaît pas cette division ou cette période dans l’établissement."
UNPUBLISHED = "La période n’est pas publiée dans CPRO."
UNEXPECTED = "La réponse de CPRO n’a pas la forme attendue : rien n’a été lu."
TOO_MANY_LINES = "CPRO envoie plus de lignes qu’un établissement n’en a : rien n’a été lu."
MOVING = "Les bilans ont changé dans CPRO pendant la lecture : relancez."


class Client:
    """Reads one school. `timeout` is in seconds and bounds each attempt; `retries` come after it.
    A list of several pages takes `WHOLE` times as long as a page may, and no more.

    A token is asked for when one is needed, and once again when it has died in the middle.
    """

    def __init__(
        self,
        base_url: str,
        client_id: str,
        secret: str,
        *,
        timeout: float = 15.0,
        retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises ValueError for an address that is not http(s)://…; asks nothing yet."""
        self._server = Server(base_url, timeout=timeout, retries=retries, sleep=sleep)
        self._client_id, self._secret = client_id, secret
        self._clock, self._longest = clock, WHOLE * timeout * (retries + 1)
        self._token = ""

    def school(self) -> School:
        """Whose data these credentials open: the way to try them."""
        return self._read("etablissement", reading.school)

    def divisions(self) -> list[Division]:
        """Every division of the current year, by code."""
        return self._pages("divisions", "divisions", reading.division)

    def bilans(self, division: str, number: int) -> list[PupilBilan]:
        """The bilans of a published period, a line per pupil. Raises `NotPublished`, `NotFound`."""
        path = f"divisions/{quote(division, safe='')}/periodes/{number}"
        found = self._pages(path, "eleves", reading.pupil)
        if len({bilan.student_id for bilan in found}) != len(found):
            raise BadAnswer(MOVING, "a pupil twice")
        return found

    def _pages(self, path: str, key: str, read: Callable[[Node], T]) -> list[T]:
        lines: list[T] = []
        page = pages = 1
        until = self._clock() + self._longest
        while page <= pages:
            if self._clock() > until:
                raise Unreachable(SLOW, f"{pages} pages")
            found, pages = self._read(path, partial(_page, key=key, read=read, at=page), page)
            lines.extend(found)
            if len(lines) > reading.MOST:
                raise BadAnswer(TOO_MANY_LINES, f"{pages} pages")
            page += 1
        return lines

    def _read(self, path: str, read: Callable[[Node], T], page: int | None = None) -> T:
        answer = self._authorized(path, page)
        if answer.status != 200:
            raise _refusal(answer)
        try:
            return read(Node(answer.content, path.partition("/")[0]))
        except Unexpected as error:
            raise _shapeless(answer, str(error)) from error

    def _authorized(self, path: str, page: int | None) -> Answer:
        fresh = not self._token
        answer = self._server.get(path, token=self._token or self._ask_token(), page=page)
        if answer.status == 401 and not fresh:
            answer = self._server.get(path, token=self._ask_token(), page=page)
        return answer

    def _ask_token(self) -> str:
        self._token = ""
        answer = self._server.post(
            "jeton",
            {"grant_type": "client_credentials"},
            client_id=self._client_id,
            secret=self._secret,
        )
        self._token = _token(answer)
        return self._token


def _token(answer: Answer) -> str:
    if answer.status in {400, 401, 403}:
        raise Refused(NOT_KNOWN, f"status {answer.status}")
    if answer.status != 200:
        raise _refusal(answer)
    try:
        node = Node(answer.content, "jeton")
        if node.text("token_type").lower() != "bearer":
            raise node.unexpected("token_type")
        token = node.text("access_token")
    except Unexpected as error:
        raise _shapeless(answer, str(error)) from error
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise BadAnswer(UNEXPECTED, "jeton.access_token")
    return token


def _page(node: Node, *, key: str, read: Callable[[Node], T], at: int) -> tuple[tuple[T, ...], int]:
    """The lines of page `at`, and how many pages there are now."""
    node.integer("page", at, at)
    return node.each(key, read), node.integer("pages", 1, reading.MOST_PAGES)


def _refusal(answer: Answer) -> CproError:
    cause = f"status {answer.status}"
    if answer.status == 401:
        return Refused(CLOSED, cause)
    if answer.status == 403:
        return Refused(NOT_ALLOWED, cause)
    if answer.status != 404:
        return BadAnswer(UNEXPECTED, cause)
    code = answer.content.get("code") if isinstance(answer.content, dict) else None
    if code is None:
        return BadAnswer(NOT_JSON, cause)
    return (
        NotPublished(UNPUBLISHED, cause)
        if code == "periode_non_publiee"
        else NotFound(UNKNOWN, cause)
    )


def _shapeless(answer: Answer, where: str) -> BadAnswer:
    return BadAnswer(NOT_JSON if answer.content is None else UNEXPECTED, where)
