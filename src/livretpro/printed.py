"""Files that are printed, and the names they are given."""

import re
from dataclasses import dataclass

from livretpro.accounts.rules import plain_letters


@dataclass(frozen=True)
class Printed:
    """A file and its name; `media_type` as HTTP says it."""

    content: bytes
    file_name: str
    media_type: str = "application/pdf"


def file_name(word: str, uai: str, year: int, *parts: str, ending: str = "pdf") -> str:
    """`LIVRETS_<UAI>_<AAAA>_<DIVISION>.pdf`: letters without accents, figures, hyphens."""
    plain = (re.sub(r"[^A-Za-z0-9]+", "-", plain_letters(part)).strip("-") for part in parts)
    return "_".join([word, uai, str(year), *filter(None, plain)]) + f".{ending}"
