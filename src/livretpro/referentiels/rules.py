"""Which diploma and level a MEF leads to, and whether it has a livret (spec 02, Scope)."""

from dataclasses import dataclass
from enum import StrEnum

MINISTRY_IN_SCOPE = "MENJ"
OTHER_MINISTRY = "Ce MEF relève d’un autre ministère que celui de l’éducation nationale."
"""Why there is no livret for it, unless the school opens it."""
MEF_LENGTH = 10  # characters of a MEF; SIECLE writes an eleventh
BAC_PRO_THREE_YEARS = "247"
BAC_PRO_AGRICULTURE = "276"


class Level(StrEnum):
    """The two levels that have a livret LSL Pro."""

    PREMIERE = "premiere"
    TERMINALE = "terminale"

    @property
    def label(self) -> str:
        """The French word."""
        return {"premiere": "première", "terminale": "terminale"}[self.value]

    @property
    def title(self) -> str:  # type: ignore[override]
        """The French word, as a heading."""
        return {"premiere": "Première", "terminale": "Terminale"}[self.value]


LEVEL_BY_MEFSTAT = {"2382": Level.PREMIERE, "2383": Level.TERMINALE}
LEVEL_BY_TENTH_DIGIT = {"2": Level.PREMIERE, "3": Level.TERMINALE}


@dataclass(frozen=True)
class MefRow:
    """What the national table says of a MEF."""

    mefstat: str
    cfd: str
    label: str
    ministry: str


@dataclass(frozen=True)
class Track:
    """Diploma (8 digits, or empty) and level (or none) of a pupil's MEF, and why no livret."""

    cfd: str
    level: Level | None
    reason: str = ""

    @property
    def has_livret(self) -> bool:
        """Whether pupils under school status of this MEF have a livret."""
        return self.level is not None and not self.reason


def classify(
    mef: str, *, school_mefstat: str = "", row: MefRow | None = None, extra: bool = False
) -> Track:
    """Diploma and level of the 10-digit `mef` (after MEF_RATTACHEMENT).

    Level: the school's own CODE_MEFSTAT, else the national table, else dispositif 247 and its
    tenth digit. Diploma: the national row's formation-diplôme, else `400` + digits 4 to 8 of a
    dispositif 247. `extra` opens a MEF outside the ministry of education (a setting per MEF).
    """
    mefstat = school_mefstat or (row.mefstat if row else "")
    level = LEVEL_BY_MEFSTAT.get(mefstat[:4]) if mefstat else _level_by_digit(mef)
    return Track(cfd=_cfd(mef, row), level=level, reason=_reason(mef, level, row, extra=extra))


def _level_by_digit(mef: str) -> Level | None:
    return LEVEL_BY_TENTH_DIGIT.get(mef[9:10]) if mef[:3] == BAC_PRO_THREE_YEARS else None


def _cfd(mef: str, row: MefRow | None) -> str:
    if row:
        return row.cfd
    return f"400{mef[3:8]}" if mef[:3] == BAC_PRO_THREE_YEARS and mef[3:8].isdigit() else ""


def _reason(mef: str, level: Level | None, row: MefRow | None, *, extra: bool) -> str:
    if level is None:
        return "Le livret concerne la première et la terminale du baccalauréat professionnel."
    if not _cfd(mef, row):
        return f"Le diplôme du MEF {mef} n’est pas connu de la nomenclature."
    if _ministry(mef, row) != MINISTRY_IN_SCOPE and not extra:
        return OTHER_MINISTRY
    return ""


def _ministry(mef: str, row: MefRow | None) -> str:
    if row:
        return row.ministry
    return "MASA" if mef[:3] == BAC_PRO_AGRICULTURE else MINISTRY_IN_SCOPE
