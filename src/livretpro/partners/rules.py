"""What a partner may hold: a scope, a token for an hour, so many requests a minute (spec 05)."""

import secrets
from datetime import timedelta
from enum import StrEnum

TOKEN_LIFE = timedelta(minutes=60)
PER_MINUTE = 120
"""Requests of one access, tokens included: a whole school is read in less (40 divisions)."""
NAME_MAX = 80


class Scope(StrEnum):
    """What an access opens."""

    BILANS = "bilans"

    @property
    def label(self) -> str:
        """In words."""
        return {"bilans": "Bilans des périodes publiées"}[self.value]


def new_client_id() -> str:
    """The public half of an access."""
    return f"lp-{secrets.token_hex(8)}"
