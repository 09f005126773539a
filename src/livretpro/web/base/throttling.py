"""Counts of wrong tries, in the cache that all processes share."""

import hashlib

from django.core.cache import cache

TRIES, WINDOW = 20, 300
"""The same figures as at sign-in: twenty in five minutes (spec 08, Accounts)."""


class TooMany(Exception):
    """Too many tries: wait."""

    phrase = "Trop d’essais : réessayez dans cinq minutes."


def count_try(what: str, who: str, *, tries: int = TRIES, window: int = WINDOW) -> None:
    """Count a try of `who` at `what`. Raises `TooMany` past `tries` within `window` seconds."""
    key = _key(what, who)
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, window)
    if count > tries:
        raise TooMany


def forget_tries(what: str, who: str) -> None:
    """A try that succeeded ends the count."""
    cache.delete(_key(what, who))


def first_of(what: str, who: str, *, window: int = WINDOW) -> bool:
    """Whether this is the first such event of `who` within `window` seconds; of two at once, one
    is."""
    return cache.add(_key(what, who), 1, window)


def _key(what: str, who: str) -> str:
    return f"tries-{hashlib.sha256(f'{what} {who.lower()}'.encode()).hexdigest()}"
