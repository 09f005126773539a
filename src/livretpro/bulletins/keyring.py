"""The secret of a partner, hidden by a key outside the database (docs/adr/0028)."""

from livretpro.hidden import KeyChanged, hide, reveal

KEY = "connexion_cpro"


class SecretLost(Exception):
    """The key that hid a secret is no longer the one of this instance."""

    phrase = (
        "Le secret de la connexion à CPRO ne peut plus être lu : la clé de cette instance a "
        "changé. Saisissez de nouveau le secret."
    )


def hidden(secret: str) -> str:
    """The secret, encrypted with the key of this instance."""
    return hide(secret, key=KEY)


def revealed(kept: str) -> str:
    """The reverse of `hidden`. Raises `SecretLost`."""
    try:
        return reveal(kept, key=KEY)
    except KeyChanged as changed:
        raise SecretLost from changed
