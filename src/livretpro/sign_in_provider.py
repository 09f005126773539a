"""The OpenID Connect provider of an instance, as its operator describes it (docs/exploitation)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from livretpro.addresses import LOCAL

URL, CLIENT = "LIVRETPRO_OIDC_URL", "LIVRETPRO_OIDC_CLIENT"
SECRET = "LIVRETPRO_OIDC_SECRET"  # noqa: S105 (a name)
SECRET_FILE = "LIVRETPRO_OIDC_SECRET_FICHIER"  # noqa: S105
LABEL, MATCHING = "LIVRETPRO_OIDC_NOM", "LIVRETPRO_OIDC_RAPPROCHEMENT"
NAMES = (URL, CLIENT, SECRET, SECRET_FILE, LABEL, MATCHING)
DEFAULT_LABEL = "le compte de l’établissement"
LABEL_MAX = 60
"""So that a button shows it whole."""
ISSUER_MAX = 200


class Matching(StrEnum):
    """What the provider says that designates an account, at a first sign-in (ADR 18)."""

    NONE = ""
    EMAIL = "courriel"
    IDENTIFIER = "identifiant"


@dataclass(frozen=True)
class SignInProvider:
    """Who else can say who somebody is: `issuer` as it names itself, `label` as people do."""

    issuer: str
    client_id: str
    secret: str
    label: str = DEFAULT_LABEL
    matching: Matching = Matching.NONE


class Configured(NamedTuple):
    """The provider, when it is wholly described; else what is wrong, in French sentences."""

    provider: SignInProvider | None
    problems: tuple[str, ...] = ()


def from_environment(environment: Mapping[str, str]) -> Configured:
    """Read the provider; nothing given is no provider and no problem."""
    given = {name: environment.get(name, "").strip() for name in NAMES}
    if not any(given.values()):
        return Configured(None)
    secret, unreadable = _secret(given)
    problems = (*_problems(given), *unreadable, *_unsendable(given[CLIENT] + secret))
    if problems:
        return Configured(None, problems)
    return Configured(
        SignInProvider(
            issuer=given[URL],
            client_id=given[CLIENT],
            secret=secret,
            label=given[LABEL] or DEFAULT_LABEL,
            matching=Matching(given[MATCHING]),
        )
    )


def is_safe_address(address: str) -> bool:
    """Whether a secret may be sent there: https, or this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    )


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    for name in (URL, CLIENT):
        if not given[name]:
            yield f"{name} manque."
    if given[URL] and not is_safe_address(given[URL]):
        yield f"{URL} doit être une adresse en https."
    if len(given[URL]) > ISSUER_MAX:
        yield f"{URL} dépasse {ISSUER_MAX} caractères."
    if given[MATCHING] not in set(Matching):
        yield f"{MATCHING} vaut « courriel », « identifiant », ou n’est pas donné."
    if len(given[LABEL]) > LABEL_MAX:
        yield f"{LABEL} dépasse {LABEL_MAX} caractères."


def _secret(given: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The secret, and what keeps it from being read."""
    if given[SECRET] and given[SECRET_FILE]:
        return "", (f"Donnez {SECRET} ou {SECRET_FILE}, pas les deux.",)
    if not given[SECRET_FILE]:
        return given[SECRET], () if given[SECRET] else (f"{SECRET} ou {SECRET_FILE} manque.",)
    try:
        secret = Path(given[SECRET_FILE]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return "", (f"Le fichier de {SECRET_FILE} ne se lit pas.",)
    return secret, () if secret else (f"Le fichier de {SECRET_FILE} est vide.",)


def _unsendable(credentials: str) -> Iterator[str]:
    """A client and its secret go in a header, which takes plain signs only."""
    if not (credentials.isascii() and credentials.isprintable()):
        yield f"{CLIENT} et le secret s’écrivent en lettres sans accent, chiffres et signes."
