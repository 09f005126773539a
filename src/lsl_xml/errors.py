"""Why a file could not be read as an LSL document."""

from enum import StrEnum


class Reason(StrEnum):
    """What stopped the reading."""

    REFUSED = "refused"  # the door refused it: not well-formed, DTD, too large, not XML
    PROFILE = "profile"  # XML, but neither of the two profiles
    CONTENT = "content"  # right profile, but a required part is absent or illegible


class Unreadable(Exception):
    """The bytes are not an LSL document that can be put in the model.

    `phrase` is a whole French sentence for the person; `line` is the line in the file, if known.
    """

    def __init__(self, code: Reason, phrase: str, line: int | None = None) -> None:
        super().__init__(phrase)
        self.code = code
        self.phrase = phrase
        self.line = line
