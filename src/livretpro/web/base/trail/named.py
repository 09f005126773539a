"""The name of what an entry of the journal tells of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from livretpro.web.base.asking import is_key

Keys = Sequence[str]


@dataclass(frozen=True)
class Named:
    """The name of an object, and its page (empty: none to open)."""

    name: str
    address: str = ""


Names = Mapping[str, Named]


def numbers(keys: Iterable[str]) -> list[int]:
    """The keys that are numbers of our own tables."""
    return [int(key) for key in keys if is_key(key)]
