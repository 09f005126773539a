"""Why a SIECLE or STS file was not taken."""

from safe_input import Refused


class SiecleRefused(Refused):
    """The one exception of this library: what the door refuses, and what SIECLE would not write.

    `code`, `phrase` and `line` are those of `Refused`.
    """

    @property
    def ligne(self) -> int | None:
        """The line in the XML file, from 1; None where a line means nothing."""
        return self.line
