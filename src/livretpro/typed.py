"""What people type, read in one way by every system: texts within a limit, marks out of 20."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"\+?([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")


class BadValue(Exception):
    """What was typed cannot be kept; `phrase` says why and what to do."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def clean_text(text: str) -> str:
    """NFC, LF, no blank at either end: what is counted and kept; nothing when nothing shows."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = unicodedata.normalize("NFC", lines).strip()
    return clean if any(_shows(character) for character in clean) else ""


def _shows(character: str) -> bool:
    """Whether it leaves a trace: no blank, no format character such as a zero-width space."""
    return not character.isspace() and unicodedata.category(character) != "Cf"


def limited_text(what: str, limit: int) -> Callable[[str], str]:
    """What reads a text: cleaned, legal in XML, within its limit; it raises `BadValue`."""

    def parse(raw: str) -> str:
        text = _legal(clean_text(raw), what)
        if len(text) > limit:
            raise BadValue(
                f"{what} compte {len(text)} caractères : la limite est de {limit}, "
                f"{len(text) - limit} de trop."
            )
        return text

    return parse


def _legal(text: str, what: str) -> str:
    if bad := _ILLEGAL.search(text):
        raise BadValue(
            f"{what} contient un caractère qu’aucun fichier ne peut garder "
            f"(U+{ord(bad.group()):04X}, après {bad.start()} caractères) : effacez-le."
        )
    return text


def number(text: str) -> Decimal | None:
    """A number written in digits, with a comma or a point; None for any other text."""
    found = _NUMBER.fullmatch(text)
    return Decimal(found.group(1).replace(",", ".")) if found else None


def mark(raw: str) -> Decimal | None:
    """A mark out of 20, two decimals at most; None when nothing is typed. Raises `BadValue`."""
    text = raw.strip()
    if not text:
        return None
    value = number(text)
    if value is None:
        raise BadValue(f"« {raw.strip()} » n’est pas une note : écrivez par exemple 12,5.")
    if not 0 <= value <= 20:
        raise BadValue(f"« {raw.strip()} » n’est pas entre 0 et 20.")
    if value != round(value, 2):
        raise BadValue(f"« {raw.strip()} » a plus de deux décimales : arrondissez vous-même.")
    return value
