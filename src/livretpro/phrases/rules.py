"""What ready phrases are kept for."""

from dataclasses import dataclass

TEXT_MAX = 1000
"""Characters: no text of a system is longer, so no phrase either."""
KEY_MAX = 40


@dataclass(frozen=True)
class Text:
    """A text that takes phrases, declared by the system it belongs to; `limit` in characters.

    `key` stands for it in the database, once among all systems; `label` names it wherever it is
    read, the journal included.
    """

    key: str
    label: str
    limit: int
