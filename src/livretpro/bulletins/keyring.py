"""The key that hides the secret of a partner: outside the database (docs/adr/0028)."""

from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from livretpro.keys import kept_once


class SecretLost(Exception):
    """The key that hid a secret is no longer the one of this instance."""

    phrase = (
        "Le secret de la connexion à CPRO ne peut plus être lu : la clé de cette instance a "
        "changé. Saisissez de nouveau le secret."
    )


def hidden(secret: str) -> str:
    """The secret, encrypted with the key of this instance."""
    return _box(settings.DATA_DIR / "cles").encrypt(secret.encode()).decode()


def revealed(kept: str) -> str:
    """The reverse of `hidden`. Raises `SecretLost`."""
    try:
        return _box(settings.DATA_DIR / "cles").decrypt(kept.encode()).decode()
    except InvalidToken as unreadable:
        raise SecretLost from unreadable


@cache
def _box(folder: Path) -> Fernet:
    return Fernet(kept_once(folder / "connexion_cpro", Fernet.generate_key()))
