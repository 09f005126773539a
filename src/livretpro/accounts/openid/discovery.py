"""Where a provider stands, by its discovery document (OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from typing import Any

from livretpro.accounts.openid.answers import ProviderFails, document
from livretpro.sign_in_provider import SignInProvider, is_safe_address

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
DEFAULT_METHODS = ["client_secret_basic"]  # Discovery 1.0, section 3


def discover(provider: SignInProvider) -> dict[str, Any]:
    """The discovery document, once it is that of this provider. Raises `ProviderFails`.

    Its `issuer` is the one configured, but for a last slash; its addresses are safe.
    """
    found = document(provider.issuer.rstrip("/") + WELL_KNOWN)
    if _plain(found.get("issuer")) != _plain(provider.issuer):
        raise ProviderFails("another issuer")
    for name in NEEDED:
        _check(found, name)
    if "userinfo_endpoint" in found:
        _check(found, "userinfo_endpoint")
    methods = found.get("token_endpoint_auth_methods_supported")
    known = methods if isinstance(methods, list) else DEFAULT_METHODS
    return found | {"token_endpoint_auth_methods_supported": known}


def _plain(issuer: object) -> str:
    return issuer.rstrip("/") if isinstance(issuer, str) else ""


def _check(found: Mapping[str, Any], name: str) -> None:
    address = found.get(name)
    if not isinstance(address, str) or not is_safe_address(address):
        raise ProviderFails(f"no {name}")
