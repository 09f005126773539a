"""The year of the bac pro that a MEF code tells by itself."""

from enum import StrEnum

_DISPOSITIF = "247"  # bac pro in three years; its tenth digit is the year


class Year(StrEnum):
    """A year of the bac pro in three years, by the tenth digit of its MEF."""

    SECONDE = "1"
    PREMIERE = "2"
    TERMINALE = "3"


def year_of(code_mef: str | None) -> Year | None:
    """Return the year of a MEF of 10 or 11 characters; None when the code does not tell it."""
    if code_mef is None or not code_mef.startswith(_DISPOSITIF) or code_mef[9:10] not in set(Year):
        return None
    return Year(code_mef[9])
