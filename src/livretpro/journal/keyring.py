"""The key of the journal: outside the database (spec 08, Journal)."""

import secrets
from functools import cache
from pathlib import Path

from django.conf import settings

from livretpro.keys import kept_once


def journal_key() -> bytes:
    """That of `LIVRETPRO_JOURNAL_KEY`, else the one of this instance, made at first use."""
    return settings.JOURNAL_KEY.encode() or _own_key(settings.DATA_DIR / "cles")


@cache
def _own_key(folder: Path) -> bytes:
    return kept_once(folder / "journal", secrets.token_urlsafe(48).encode())
