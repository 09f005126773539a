"""Reads of people."""

from collections.abc import Sequence
from datetime import datetime

from livretpro.accounts.models import ProviderLink, Session, User
from livretpro.accounts.rules import SESSION_IDLE


def person(identifier: str) -> User | None:
    """Who signs in as `identifier`, whatever its case: one query."""
    return User.objects.filter(identifier__iexact=identifier.strip()).first()


def sessions_of(user: User, *, now: datetime) -> Sequence[Session]:
    """The sessions of this person at work, the last seen first: one query."""
    held = Session.objects.filter(user=user, expire_date__gt=now, seen_at__gt=now - SESSION_IDLE)
    return list(held.order_by("-seen_at", "-opened_at"))


def provider_link_of(user: User) -> ProviderLink | None:
    """Who this person is at the provider: one query."""
    return ProviderLink.objects.filter(user=user).first()
