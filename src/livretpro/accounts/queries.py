"""Reads of people."""

from livretpro.accounts.models import User


def person(identifier: str) -> User | None:
    """Who signs in as `identifier`, whatever its case: one query."""
    return User.objects.filter(identifier__iexact=identifier.strip()).first()
