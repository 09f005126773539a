"""Why the API gave nothing: one sentence in French that can be shown, one class per way out."""


class CproError(Exception):
    """Anything that went wrong; `phrase` is for a person, `cause` for a technical log.

    Neither holds the secret, a token, nor anything about a pupil.
    """

    def __init__(self, phrase: str, cause: str = "") -> None:
        super().__init__(phrase)
        self.phrase = phrase
        self.cause = cause


class Unreachable(CproError):
    """Nobody answers, or too slowly, or the server says that it is in trouble: try again later."""


class Refused(CproError):
    """The credentials are not, or no longer, accepted, or do not open this."""


class NotFound(CproError):
    """The API knows nothing by that name in this school."""


class NotPublished(CproError):
    """The period exists; its bilans are not published, or have been taken back."""


class BadAnswer(CproError):
    """What came back is not what the API says: another site, another version, a broken server."""
