"""A site whose people may also sign in by the small provider of the tests."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from livretpro.accounts.models import ProviderLink, User
from livretpro.sign_in_provider import SignInProvider
from openid_provider import CLIENT, SECRET, Provider, running_provider


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider, at work."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_provider() as running:
        yield running


@pytest.fixture
def site(live_server: LiveServer, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the site, which knows the provider as « l’ENT »."""
    monkeypatch.setattr(settings, "LIVRETPRO_URL", live_server.url)
    known = SignInProvider(provider.url, CLIENT, SECRET, "l’ENT")
    monkeypatch.setattr(settings, "SIGN_IN_PROVIDER", known)
    return str(live_server.url)


def linked(user: User, provider: Provider, *, by_claim: bool = False) -> ProviderLink:
    """Link the account of `user` to the person whom the provider shows at first."""
    return ProviderLink.objects.create(
        user=user, issuer=provider.url, subject="4711", by_claim=by_claim, made_at=timezone.now()
    )
