"""Reads of people."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from livretpro.accounts.models import ProviderLink, Session, User
from livretpro.accounts.rules import SESSION_IDLE


def person(identifier: str) -> User | None:
    """Who signs in as `identifier`, whatever its case: one query.

    The database takes other letters for ASCII ones (ſ, ı), and nobody else would count them so.
    """
    if not identifier.isascii():
        return None
    return User.objects.filter(identifier__iexact=identifier.strip()).first()


def sessions_of(user: User, *, now: datetime) -> Sequence[Session]:
    """The sessions of this person at work, the last seen first: one query."""
    held = Session.objects.filter(user=user, expire_date__gt=now, seen_at__gt=now - SESSION_IDLE)
    return list(held.order_by("-seen_at", "-opened_at"))


def provider_link_of(user: User) -> ProviderLink | None:
    """Who this person is at the provider: one query."""
    return ProviderLink.objects.filter(user=user).first()


def opens_by_provider(user: User) -> bool:
    """Whether the account is linked to the provider of this instance: one query, none when
    `provider_link` was read with the user. A link to a former provider opens nothing."""
    provider, link = settings.SIGN_IN_PROVIDER, getattr(user, "provider_link", None)
    return bool(provider and link and link.issuer == provider.issuer)


def can_sign_in(user: User) -> bool:
    """Whether this person has a way in already, by password or by the provider."""
    return user.has_usable_password() or opens_by_provider(user)
