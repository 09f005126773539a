"""What the receiving side knows, and a file alone does not tell: pupils, nomenclature, campaign.

The registry builds it from its tables, the rehearsal of Suivi from the school's: the checks are the
same functions (spec 07).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lsl_rules.mef import Year, year_of

DEGREES = ("0", "NE", "1", "2", "3", "4")
"""Degrees of any subject, and "not evaluated"."""
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
"""Levels of the European framework (CECRL), the other degrees of the schema: for languages."""

_LANGUAGES = "03"  # how their `code-matiere` begins: 030200 anglais (BCN, N_MATIERE_ENSEIGNEE)

Software = tuple[str, str]
"""A publisher and its application, as the header writes them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject under one modality in the nomenclature: its 4-digit codes, its degrees."""

    competences: frozenset[str]
    scale: frozenset[str] = frozenset(DEGREES)


Subjects = Mapping[tuple[str, str], Subject]
"""The subjects of a MEF, by code and modality of election."""


def scale_of(code_matiere: str) -> tuple[str, ...]:
    """The degrees that a subject may bear. No nomenclature tells them: the subject does."""
    return DEGREES + LEVELS if code_matiere.startswith(_LANGUAGES) else DEGREES


def subjects_of(
    codes: Mapping[tuple[int, str], Mapping[tuple[str, str], frozenset[str]]],
) -> dict[tuple[int, str], Subjects]:
    """The nomenclature of a Context, from the codes by (year, MEF) then (subject, modality)."""
    return {
        key: {
            subject: Subject(own, frozenset(scale_of(subject[0])))
            for subject, own in subjects.items()
        }
        for key, subjects in codes.items()
    }


@dataclass(frozen=True, slots=True)
class FormerYear:
    """Where a pupil was in the year N-1: MEF of ten characters, level; empty and None: unknown."""

    mef: str = ""
    level: Year | None = None


@dataclass(frozen=True, slots=True)
class KnownPupil:
    """A pupil of the school in the year N.

    `mef` has ten characters; no `division`: has left, or has none; `locked`: the record takes
    nothing any more.
    """

    mef: str
    level: Year | None
    division: str | None
    ine: str | None = None
    school_status: bool = True
    locked: bool = False
    former: FormerYear = FormerYear()


class Standing(Protocol):
    """Where a school says that a pupil stands in the year N: see `KnownPupil`.

    The levels are `premiere`, `terminale`, or empty when the school does not say; an INE that is
    not known is empty.
    """

    @property
    def ine(self) -> str:
        """The national number, 11 characters."""

    @property
    def mef(self) -> str:
        """The MEF, ten characters."""

    @property
    def level(self) -> str:
        """The level of the year N."""

    @property
    def division(self) -> str | None:
        """The code of the division."""

    @property
    def school_status(self) -> bool:
        """Whether under school status."""

    @property
    def former_mef(self) -> str:
        """The MEF of the year N-1."""

    @property
    def former_level(self) -> str:
        """The level of the year N-1."""


_LEVELS = {"premiere": Year.PREMIERE, "terminale": Year.TERMINALE}


def known_pupil(standing: Standing, *, locked: bool = False) -> KnownPupil:
    """What the checks ask of a pupil; the MEF tells the level when the school does not."""
    return KnownPupil(
        mef=standing.mef,
        level=_level(standing.level, standing.mef),
        division=standing.division,
        ine=standing.ine or None,
        school_status=standing.school_status,
        locked=locked,
        former=FormerYear(standing.former_mef, _level(standing.former_level, standing.former_mef)),
    )


def _level(level: str, mef: str) -> Year | None:
    return _LEVELS.get(level) or year_of(mef)


@dataclass(frozen=True, slots=True)
class Accreditation:
    """A software that may send, for the MEF named, all of them when none is."""

    software: Software
    mefs: frozenset[str] | None = None


@dataclass(frozen=True)
class Context:
    """What is known of a school when a file arrives.

    `year` is N, by its first civil year; `chosen` the division chosen on screen, for a file that
    announces none; `senders` who sent the data of a subject before, `cleared` those whose coming
    after another was cleared; `nomenclature` the subjects by (year, MEF of ten characters), where a
    couple that is not there is unknown; `periods` the code-periode held by (year, MEF); `tracks`
    the diploma and level that a (year, MEF) leads to: those of the same one have one code-periode.
    """

    uai: str
    year: int
    divisions: frozenset[str]
    pupils: Mapping[int, KnownPupil]
    accreditations: tuple[Accreditation, ...]
    nomenclature: Mapping[tuple[int, str], Subjects]
    open_levels: frozenset[Year]
    chosen: str | None = None
    senders: Mapping[str, Software] = field(default_factory=dict)
    cleared: frozenset[Software] = frozenset()
    periods: Mapping[tuple[int, str], str] = field(default_factory=dict)
    tracks: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)

    def alike(self, year: int, mef: str) -> set[tuple[int, str]]:
        """The couples whose code-periode is that of this one, itself included."""
        track = self.tracks.get((year, mef))
        same = {couple for couple, own in self.tracks.items() if own == track}
        return {(year, mef)} | {couple for couple in same if couple[0] == year}

    def subjects(self, year: int, mef: str) -> Subjects | None:
        """The subjects of a MEF in a year; None when the year has no MEF to look for."""
        return self.nomenclature.get((year, mef), {}) if mef else None

    def mefs_of(self, software: Software) -> frozenset[str] | None:
        """The MEF that a software may send, None for all; empty without accreditation."""
        found = [one.mefs for one in self.accreditations if one.software == software]
        if None in found:
            return None
        return frozenset().union(*(mefs for mefs in found if mefs))
