"""What a partner may hold: a scope, a token for an hour, so many requests a minute (spec 05)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

TOKEN_LIFE = timedelta(minutes=60)
PER_MINUTE = 120
"""Requests of one access, tokens included: a whole school is read in less (40 divisions)."""
WINDOW = timedelta(minutes=1)
NAME_MAX = 80


class Scope(StrEnum):
    """What an access opens."""

    BILANS = "bilans"

    @property
    def label(self) -> str:
        """In words."""
        return {"bilans": "Bilans des périodes publiées"}[self.value]


def new_secret() -> str:
    """256 bits, in 43 characters of an address."""
    return secrets.token_urlsafe(32)


def new_client_id() -> str:
    """The public half of an access."""
    return f"lp-{secrets.token_hex(8)}"


def digest(secret: str) -> str:
    """What is kept of a secret or a token: SHA-256 suffices for 256 bits drawn at random."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seconds_left(window_start: datetime, now: datetime) -> int:
    """Whole seconds until the window of counted requests ends, at least one."""
    return max(1, int((window_start + WINDOW - now).total_seconds()) + 1)
