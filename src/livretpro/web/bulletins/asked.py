"""Numbers that a form sends, whatever it sends."""

from collections.abc import Mapping

from django.http import QueryDict


def number(sent: Mapping[str, str], name: str) -> int:
    """The number of this name; 0, that no object has, when it is none."""
    return _number(str(sent.get(name, "")))


def many(sent: QueryDict, name: str) -> list[int]:
    """The numbers of this name."""
    return [_number(text) for text in sent.getlist(name)]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
