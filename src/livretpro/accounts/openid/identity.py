"""Who a provider says somebody is: an id_token, checked as OpenID Connect Core 3.1.3.7 asks."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from livretpro.accounts.openid.answers import ProviderFails, document
from livretpro.sign_in_provider import SignInProvider

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signed with a key that the provider alone holds: neither `none`, nor the shared secret."""
CLOCKS_APART = timedelta(seconds=60)
SUBJECT_MAX = 255  # Core 1.0, section 2


class BadToken(Exception):
    """The id_token proves nothing; `cause` is for those who run the instance."""

    phrase = (
        "La réponse du service d’identification n’a pas pu être vérifiée : la connexion est "
        "refusée. Recommencez ; si cela se répète, prévenez l’administrateur."
    )

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True)
class Identity:
    """A person as the provider knows them: `issuer` and `subject` alone tell two people apart."""

    issuer: str
    subject: str
    name: str = ""
    email: str = ""
    email_verified: bool = False
    username: str = ""

    @property
    def shown(self) -> str:
        """How to tell a person whose identity this is."""
        known = [text for text in (self.name, self.email or self.username) if text]
        return ", ".join(known) or self.subject


def identity_of(
    answer: Mapping[str, Any],
    *,
    provider: SignInProvider,
    place: Mapping[str, Any],
    nonce: str,
    details: bool,
) -> Identity:
    """Who signed in, by the token endpoint's `answer`; `place` is the discovery document.

    One request for the keys; one more with `details`, for what userinfo adds to the token. Raises
    `BadToken` or `ProviderFails`.
    """
    claims = _claims(answer.get("id_token"), provider=provider, place=place)
    _check_addressee(claims, provider.client_id)
    if not nonce or not hmac.compare_digest(_text(claims, "nonce").encode(), nonce.encode()):
        raise BadToken("nonce")
    subject = claims["sub"]
    if not 0 < len(subject) <= SUBJECT_MAX or not subject.isprintable():
        raise BadToken("sub")
    if details and "userinfo_endpoint" in place:
        claims |= _userinfo(answer, str(place["userinfo_endpoint"]), subject)
    return _identity(claims, str(place["issuer"]), subject)


def _claims(token: object, *, provider: SignInProvider, place: Mapping[str, Any]) -> dict[str, Any]:
    """What the token says, its signature and dates checked."""
    if not isinstance(token, str):
        raise BadToken("no id_token")
    try:
        key = _key(jwt.get_unverified_header(token), document(str(place["jwks_uri"])))
        found: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=provider.client_id,
            issuer=str(place["issuer"]),
            leeway=CLOCKS_APART,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, OverflowError) as error:  # a number beyond every date
        raise BadToken(type(error).__name__) from error
    return found


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> jwt.PyJWK:
    """The key named by the token, or the only one; used as the token says, if it may be."""
    algorithm, wanted = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise BadToken("alg")
    offered = keys.get("keys")
    if not isinstance(offered, list):
        raise ProviderFails("no keys")
    found = [key for key in offered if isinstance(key, dict) and _signs(key, algorithm, wanted)]
    if len(found) != 1:
        raise BadToken("kid")
    try:
        return jwt.PyJWK(found[0], algorithm=algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise ProviderFails("unusable key") from error


def _signs(key: Mapping[str, Any], algorithm: str, wanted: object) -> bool:
    kind = "EC" if algorithm.startswith("ES") else "RSA"
    return (
        key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (wanted is None or key.get("kid") == wanted)
    )


def _check_addressee(claims: Mapping[str, Any], client_id: str) -> None:
    """A token for several is for us only when it says so (`azp`)."""
    shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if shared else client_id) != client_id:
        raise BadToken("azp")


def _userinfo(answer: Mapping[str, Any], address: str, subject: str) -> dict[str, Any]:
    """What userinfo adds; it speaks of the same person, or is not believed (Core 5.3.2)."""
    found = document(address, token=_text(answer, "access_token"))
    if found.get("sub") != subject:
        raise BadToken("userinfo")
    return found


def _identity(claims: Mapping[str, Any], issuer: str, subject: str) -> Identity:
    return Identity(
        issuer=issuer.rstrip("/"),
        subject=subject,
        name=_text(claims, "name"),
        email=_text(claims, "email"),
        email_verified=claims.get("email_verified") is True,
        username=_text(claims, "preferred_username"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    """A claim that can be shown and sought; anything else is not there."""
    value = claims.get(name)
    return value.strip() if isinstance(value, str) and value.isprintable() else ""
