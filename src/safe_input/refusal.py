"""Why a file was not taken."""


class Refused(Exception):
    """A file that is not taken, with what the person needs to act.

    `code` is a stable slug (`doctype`, `zip_membres`, `mal_forme` …); `phrase` a whole French
    sentence that says what is wrong, where, and what to do; `line` counts from 1 in the text of
    the file (inside the zip, if there was one), None where a line means nothing.
    """

    def __init__(self, code: str, phrase: str, line: int | None = None) -> None:
        super().__init__(phrase)
        self.code = code
        self.phrase = phrase
        self.line = line
