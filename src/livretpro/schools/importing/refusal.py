"""Why an import is not taken."""

from livretpro.schools.importing.report import Refus


class Refused(Exception):
    """The files cannot be imported; `refus` says why, and what to do."""

    def __init__(self, code: str, phrase: str, ligne: int | None = None) -> None:
        super().__init__(phrase)
        self.refus = Refus(code, phrase, ligne)


class Forbidden(Exception):
    """This person may not import into this school."""

    phrase = (
        "L’import des fichiers SIECLE et STS est réservé à l’administrateur, "
        "au chef d’établissement et au DDFPT."
    )
