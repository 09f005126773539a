"""Who asks: the token of every question, and how one gets it (RFC 6749, client credentials)."""

import base64
import binascii
from urllib.parse import unquote_plus

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer

from livretpro.partners.actions import UnknownClient, give_token, spend_token
from livretpro.partners.models import PartnerClient
from livretpro.partners.rules import Scope

GRANT = "client_credentials"


class Token(HttpBearer):
    """The token of an access, which opens `scope` or, without one, what any access opens."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> PartnerClient:  # noqa: ARG002
        """The access. Raises `DeadToken`, `TooManyRequests`, or `AuthorizationError`."""
        client = spend_token(token, now=timezone.now())
        if self.scope and self.scope.value not in client.scopes:
            raise AuthorizationError
        return client


class BadTokenRequest(Exception):
    """A request for a token that is none: `error` is a word of RFC 6749, section 5.2."""

    def __init__(self, error: str, phrase: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.phrase, self.status = error, phrase, status


def _unknown() -> BadTokenRequest:
    """A new one each time: an exception keeps the frames it was raised through, secrets in hand."""
    phrase = "Identifiant ou secret inconnu, ou accès révoqué."
    return BadTokenRequest("invalid_client", phrase, status=401)


def ask_token(request: HttpRequest) -> JsonResponse:
    """Answer a request for a token, sent as a form."""
    try:
        given = _given(request)
    except BadTokenRequest as bad:
        return _refused(bad)
    return _unkept(JsonResponse(given))


def _given(request: HttpRequest) -> dict[str, object]:
    form = request.POST
    if not form.get("grant_type"):
        raise BadTokenRequest("invalid_request", "Il manque grant_type.")
    if form["grant_type"] != GRANT:
        raise BadTokenRequest("unsupported_grant_type", f"grant_type doit être {GRANT}.")
    if set(form.get("scope", "").split()) - set(Scope):
        raise BadTokenRequest("invalid_scope", "Portée inconnue : demandez « bilans ».")
    client_id, secret = _credentials(request)
    try:
        given = give_token(client_id, secret, now=timezone.now())
    except UnknownClient as unknown:
        raise _unknown() from unknown
    return {
        "access_token": given.token,
        "token_type": "Bearer",
        "expires_in": given.seconds,
        "scope": " ".join(given.scopes),
    }


def _credentials(request: HttpRequest) -> tuple[str, str]:
    """By HTTP Basic or in the form, never both (RFC 6749, section 2.3)."""
    kind, _, packed = request.headers.get("Authorization", "").partition(" ")
    client_id, secret = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    if not kind:
        return client_id, secret
    if secret:
        raise BadTokenRequest("invalid_request", "Donnez le secret une seule fois.")
    if kind.lower() != "basic":
        raise _unknown()
    try:
        known, colon, hidden = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise _unknown() from error
    if not colon:
        raise _unknown()
    return unquote_plus(known), unquote_plus(hidden)


def _refused(bad: BadTokenRequest) -> JsonResponse:
    content = {"error": bad.error, "error_description": bad.phrase}
    answer = JsonResponse(content, status=bad.status, json_dumps_params={"ensure_ascii": False})
    if bad.status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="LivretPro"'
    return _unkept(answer)


def _unkept(answer: JsonResponse) -> JsonResponse:
    patch_cache_control(answer, no_store=True)
    return answer
