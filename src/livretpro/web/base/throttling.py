"""Counts of wrong tries, in the cache that all processes share."""

import hashlib

from django.core.cache import cache

TRIES, WINDOW = 20, 300
"""The same figures as at sign-in: twenty in five minutes (spec 08, Accounts)."""


class TooMany(Exception):
    """Too many tries: wait."""

    phrase = "Trop d’essais : réessayez dans cinq minutes."


def count_try(what: str, who: str, *, tries: int = TRIES, window: int = WINDOW) -> None:
    """Count a try of `who` at `what`. Raises `TooMany` past `tries` within `window` seconds.

    Each try takes a place for that time. Of two at once that want the last place, one gets it; one
    that is refused takes none, so that insisting keeps no door closed.
    """
    places = _places(what, who, tries)
    held = cache.get_many(places)  # places that are over are freed here
    if not any(cache.add(place, 1, window) for place in places if place not in held):
        raise TooMany


def forget_tries(what: str, who: str, *, tries: int = TRIES) -> None:
    """A try that succeeded ends the count."""
    cache.delete_many(_places(what, who, tries))


def _places(what: str, who: str, tries: int) -> list[str]:
    return [f"{_key(what, who)}-{rank}" for rank in range(tries)]


def first_of(what: str, who: str, *, window: int = WINDOW) -> bool:
    """Whether this is the first such event of `who` within `window` seconds; of two at once, one
    is."""
    return cache.add(_key(what, who), 1, window)


def _key(what: str, who: str) -> str:
    return f"tries-{hashlib.sha256(f'{what} {who.lower()}'.encode()).hexdigest()}"
