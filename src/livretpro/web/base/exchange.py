"""The exchange with the provider, driven by allauth: state, PKCE, code, and our nonce (ADR 18)."""

import secrets
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from livretpro.accounts.openid.answers import ProviderFails, cause_of
from livretpro.accounts.openid.discovery import discover
from livretpro.accounts.openid.identity import Identity, identity_of
from livretpro.sign_in_provider import Matching, SignInProvider

SIGN_IN, LINK = "connexion", "liaison"
SCOPES = {
    Matching.NONE: ["openid"],
    Matching.EMAIL: ["openid", "email"],
    Matching.IDENTIFIER: ["openid", "profile"],
}
LINK_SCOPES = ["openid", "email", "profile"]
"""To link, a person must recognise the identity: its name and its address are shown."""


class NotAsked(Exception):
    """What comes back answers no question of this browser, or one of more than ten minutes."""

    phrase = (
        "Cette réponse du service d’identification n’est plus attendue : la demande date de plus "
        "de dix minutes, a déjà servi, ou vient d’un autre navigateur. Recommencez la connexion."
    )


class GivenUp(Exception):
    """The provider, or the person there, said no."""

    phrase = (
        "Le service d’identification n’a pas donné son accord. Recommencez, ou connectez-vous avec "
        "votre mot de passe LivretPro."
    )


class _Legs(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's requests to the provider, at the addresses that `discover` accepted."""

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """The discovery document."""
        return discover(configured())

    def get_provider(self) -> "Exchange":
        """The only provider there is."""
        return exchange(self.request)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:  # noqa: ARG002 (allauth's signature)
        """Where to come back: under the site's own address, whatever the Host header says."""
        return f"{settings.LIVRETPRO_URL}{reverse('provider_back')}"


class Exchange(OpenIDConnectProvider):  # type: ignore[misc]
    """allauth's provider of OpenID Connect, with a nonce."""

    oauth2_adapter_class = _Legs

    def go(self, *, purpose: str, next_url: str | None, by: int | None = None) -> str:
        """The address of the provider where the browser must go; `by` links their own account.

        Raises `ProviderFails`.
        """
        nonce = secrets.token_urlsafe(32)
        scopes = LINK_SCOPES if purpose == LINK else SCOPES[configured().matching]
        answer = self.redirect(
            self.request,
            process=purpose,
            next_url=next_url,
            data={"by": by},
            scope=scopes,
            auth_params={"nonce": nonce},
            nonce=nonce,
        )
        return str(answer.url)

    def asked(self) -> dict[str, Any]:
        """What this browser had asked, by the `state` that comes back. Raises `NotAsked`."""
        try:
            state: dict[str, Any] = self.unstash_redirect_state(
                self.request, self.request.GET.get("state", "")
            )
        except PermissionDenied:
            raise NotAsked from None
        return state

    def identity(self, state: Mapping[str, Any]) -> Identity:
        """Who signed in at the provider. Raises `GivenUp`, `ProviderFails` or `BadToken`."""
        if "error" in self.request.GET or "code" not in self.request.GET:
            raise GivenUp
        legs = _Legs(self.request, self.app.provider_id)
        details = state["process"] == LINK or configured().matching is not Matching.NONE
        return identity_of(
            self._tokens(legs, state["pkce_code_verifier"]),
            provider=configured(),
            place=legs.openid_config,
            nonce=state["nonce"],
            details=details,
        )

    def _tokens(self, legs: _Legs, verifier: str) -> dict[str, Any]:
        """What the code gives. Raises `ProviderFails`."""
        client = legs.get_client(self.request, self.app)
        try:
            tokens: dict[str, Any] = client.get_access_token(
                self.request.GET["code"], pkce_code_verifier=verifier
            )
        except requests.RequestException as error:
            raise ProviderFails(cause_of(error)) from error
        except OAuth2Error as error:
            raise ProviderFails("no access token") from error
        return tokens


def configured() -> SignInProvider:
    """The provider of this instance. Raises `Http404` when there is none."""
    if settings.SIGN_IN_PROVIDER is None:
        raise Http404
    provider: SignInProvider = settings.SIGN_IN_PROVIDER
    return provider


def exchange(request: HttpRequest) -> Exchange:
    """The exchange of this request. Raises `Http404` without a provider."""
    provider = configured()
    app = SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id="fournisseur",
        name=provider.label,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={"server_url": provider.issuer, "oauth_pkce_enabled": True},
    )
    return Exchange(request, app=app)
