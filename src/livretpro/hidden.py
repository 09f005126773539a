"""Secrets of other instances, kept encrypted: the key stands outside the database (ADR 28)."""

from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from livretpro.keys import kept_once


class KeyChanged(Exception):
    """The key that hid a secret is no longer the one of this instance."""


def hide(secret: str, *, key: str) -> str:
    """The secret, encrypted with the key of this instance that bears this name."""
    return _box(settings.DATA_DIR / "cles", key).encrypt(secret.encode()).decode()


def reveal(kept: str, *, key: str) -> str:
    """The reverse of `hide`. Raises `KeyChanged`."""
    try:
        return _box(settings.DATA_DIR / "cles", key).decrypt(kept.encode()).decode()
    except InvalidToken as unreadable:
        raise KeyChanged from unreadable


@cache
def _box(folder: Path, key: str) -> Fernet:
    return Fernet(kept_once(folder / key, Fernet.generate_key()))
