"""Lexical forms of XML Schema: what a number or a boolean looks like in the file.

Reading accepts every legal form, surrounding white space included (`whiteSpace="collapse"`);
writing has one form per value, so that the same content gives the same bytes.
"""

import re
import unicodedata
from decimal import Decimal

_XML_SPACE = " \t\r\n"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?0*[0-9]{1,18}")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

NON_NOTE = Decimal(-1)
"""Average of a period that is "non noté" (the usage of a real exporter): written `-1`."""


def parse_decimal(text: str) -> Decimal:
    """Read an xs:decimal (`11.50`, `+11.5`, `.5`, ` 12. `); `ValueError` on anything else."""
    stripped = text.strip(_XML_SPACE)
    if not _DECIMAL.fullmatch(stripped):
        raise ValueError(text)
    return Decimal(stripped)


def parse_integer(text: str) -> int:
    """Read an xs:integer of at most 18 digits; `ValueError` on anything else."""
    stripped = text.strip(_XML_SPACE)
    if not _INTEGER.fullmatch(stripped):
        raise ValueError(text)
    return int(stripped)


def parse_boolean(text: str) -> bool:
    """Read an xs:boolean (`true`, `false`, `1`, `0`); `ValueError` on anything else."""
    try:
        return _BOOLEANS[text.strip(_XML_SPACE)]
    except KeyError:
        raise ValueError(text) from None


def decimal_text(value: Decimal) -> str:
    """Write a decimal with a point and two digits (`12.00`), and "non noté" as `-1`.

    `ValueError` when two digits cannot hold the value: nothing is rounded on the way to the file.
    """
    if value == NON_NOTE:
        return "-1"
    text = f"{value:z.2f}"
    if Decimal(text) != value:
        raise ValueError(f"{value} has more than two decimals")
    return text


def boolean_text(value: bool) -> str:  # noqa: FBT001 - the value itself, not an option
    """Write a boolean as `true` or `false`."""
    return "true" if value else "false"


def normal_text(text: str) -> str:
    """Normalise to NFC and LF: the form in which lengths are counted and texts are written."""
    if text.isascii() and "\r" not in text:
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
