"""Numbers that a form sends, whatever it sends."""

from collections.abc import Mapping

from django.http import QueryDict

from livretpro.web.base.asking import is_key


def number(sent: Mapping[str, str], name: str) -> int:
    """The number of this name; 0, that no object has, when it is none."""
    return _number(str(sent.get(name, "")))


def many(sent: QueryDict, name: str) -> list[int]:
    """The numbers of this name."""
    return [_number(text) for text in sent.getlist(name)]


def _number(text: str) -> int:
    return int(text) if is_key(text) else 0
