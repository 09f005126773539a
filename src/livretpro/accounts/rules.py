"""What an identifier is made of, and how long a session lasts."""

import itertools
import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

SESSION_IDLE = timedelta(minutes=60)  # spec 08, Accounts
SESSION_LONGEST = timedelta(hours=12)  # spec 08, Accounts
SEEN_EVERY = timedelta(minutes=5)
"""How often a session at work is written again: it ends 55 to 60 minutes after the last page."""
IDENTIFIER_MAX = 64
"""The author and the key of the journal hold an identifier whole."""
_BASE_MAX = IDENTIFIER_MAX - 6
"""Room is left for the number of a homonym."""

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def folded(text: str) -> str:
    """Letters and digits without case, accents or ligatures, words parted by one space.

    The embedded PostgreSQL has neither ICU nor `unaccent`: this is the key of every sort and
    search on names (spec 08). `D’ALMEIDA` and `D'Almeida` give the same key, NFC or NFD.
    """
    return re.sub(r"[\W_]+", " ", plain_letters(text.casefold())).strip()


def plain_letters(text: str) -> str:
    """The text without accents or ligatures, its case and signs kept."""
    plain = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(c for c in plain if not unicodedata.combining(c))


def base_identifier(first_name: str, last_name: str) -> str:
    """`prenom.nom`, spaces and signs turned into hyphens: `jean-luc.de-souza`.

    Long names are cut, so that the identifier with its number fits `IDENTIFIER_MAX`.
    """
    parts = (folded(part).replace(" ", "-") for part in (first_name, last_name))
    return ".".join(part or "x" for part in parts)[:_BASE_MAX].rstrip(".-")


def numbered(base: str) -> Iterator[str]:
    """`base`, then `base2`, `base3`…"""
    yield base
    yield from (f"{base}{n}" for n in itertools.count(2))
