"""What Suivi asks a registry: keep this file, what became of it (docs/exploitation/depots.md).

Nothing of an answer is believed before its type was looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import lsl_rules
from livretpro.lsl_export.registry_http import NoRegistry, Sent, ask
from lsl_rules import Code, ReturnedFinding, ReturnedHeader, ReturnedPupil, Status

DEPOSITS = "/api/v1/depots"
TIMEOUT = 30.0
MAX_PUPILS, MAX_FINDINGS, MAX_TEXT = 2_000, 1_000, 1_000
STATUSES = {status.value: status for status in Status}


class Declined(Exception):
    """The registry answered that it does not take it; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True)
class Registry:
    """A registry and the token that opens it."""

    base_url: str
    token: str

    def deposit(self, file: Sent, *, division: str) -> int:
        """Send a file, with the division of one that announces none; its number there. Raises
        `Declined`, `NoRegistry`, `Away`."""
        path = f"{DEPOSITS}?{urlencode({'division': division})}"
        answer = ask(self.base_url, path, token=self.token, file=file, timeout=TIMEOUT)
        if answer.status != 201:
            raise Declined(_refusal(answer.status, answer.content))
        return _number(answer.content.get("import"))

    def outcome(self, number: int) -> "Outcome | None":
        """What became of a file, None while its import lasts. Raises as `deposit`."""
        path = f"{DEPOSITS}/{number}"
        answer = ask(self.base_url, path, token=self.token, timeout=TIMEOUT)
        if answer.status != 200:
            raise Declined(_refusal(answer.status, answer.content))
        if answer.content.get("etat") == "en_cours":
            return None
        bilan = answer.content.get("bilan")
        if not isinstance(bilan, dict):
            raise NoRegistry
        if answer.content.get("etat") == "erreur":
            raise Declined("L’import a été interrompu au registre : déposez de nouveau le fichier.")
        return Outcome(tuple(_file(bilan.get("fichier"))), tuple(_pupils(bilan.get("eleves"))))


@dataclass(frozen=True)
class Outcome:
    """A bilan as the registry gives it to a program."""

    file: tuple[ReturnedFinding, ...]
    pupils: tuple[ReturnedPupil, ...]

    def as_returned(self, header: ReturnedHeader) -> lsl_rules.ReturnedBilan:
        """The same as a bilan brought back by hand."""
        return lsl_rules.ReturnedBilan(header, self.pupils, self.file)


def _refusal(status: int, content: dict[str, object]) -> str:
    if status == 401:
        return "Le registre ne reconnaît pas le jeton : saisissez-le de nouveau dans les réglages."
    if 300 <= status < 400:
        raise NoRegistry
    phrase = content.get("phrase")
    if not isinstance(phrase, str) or not phrase:
        raise NoRegistry
    return f"Le registre a refusé : {phrase[:MAX_TEXT]}"


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise NoRegistry
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NoRegistry
    return value[:MAX_TEXT]


def _list(value: object, most: int) -> list[dict[str, object]]:
    if not isinstance(value, list) or len(value) > most:
        raise NoRegistry
    if not all(isinstance(one, dict) for one in value):
        raise NoRegistry
    return value


def _file(value: object) -> Iterator[ReturnedFinding]:
    if value is None:
        return
    if not isinstance(value, dict):
        raise NoRegistry
    yield _finding(value)


def _pupils(value: object) -> Iterator[ReturnedPupil]:
    for one in _list(value, MAX_PUPILS):
        status = STATUSES.get(_text(one.get("statut")))
        if status is None:
            raise NoRegistry
        findings = tuple(_finding(found) for found in _list(one.get("constats"), MAX_FINDINGS))
        yield ReturnedPupil(_number(one.get("eleve_id")), "", "", "", status, findings)


def _finding(one: dict[str, object]) -> ReturnedFinding:
    code, phrase = _text(one.get("code")), _text(one.get("phrase"))
    return ReturnedFinding(
        code=code,
        label=Code(code).label if code in set(Code) else phrase,
        place=_text(one.get("lieu", "")),
        value=_text(one.get("valeur", "")),
        phrase=phrase,
    )
