"""What the livrets of the demo school hold: sheets as teachers fill them (`livrets.actions.fill`).

Everything is worked out from the number of the pupil, without chance: each run types the same.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from livretpro.demo.pupils import Pupil, pupils_of
from livretpro.demo.structure import (
    AGORA_1,
    AGORA_T,
    AUBRECOURT,
    CIEL_1,
    CIEL_T,
    CURRENT,
    FORMER,
    KARADINE,
    LANTANEL,
    MELEC_1,
    MELEC_T,
    MORVAUDIN,
    ROUSVIGNAL,
    TILLERVENT,
    Formation,
    Person,
)
from livretpro.demo.texts import APPRAISALS, APPRECIATIONS, PFMP_SYNTHESES, PROJECT_APPRECIATIONS
from livretpro.livrets.fields import appraisal_key, period_degree_key
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level

BASES = tuple(
    Decimal(cents) / 100 for cents in (610, 745, 860, 940, 1030, 1110, 1180, 1290, 1410, 1640)
)
"""Annual averages around which pupils stand: each of the three bands of the figures has some."""
BANDS = (8, 12)
WEEKS_OF_THE_CYCLE = 22


class Stage(StrEnum):
    """How far a livret is: what it lacks makes its colour."""

    COMPLETE = "V"
    NO_APPRECIATION = "A"
    NO_PFMP = "P"
    BEGUN = "C"
    EMPTY = "."


@dataclass(frozen=True)
class Track:
    """A level of a diploma in a year, and the periodicity that the head chooses for it."""

    year: int
    formation: Formation
    level: Level
    kind: PeriodKind


@dataclass(frozen=True)
class Filling:
    """The livrets of a diploma in a division: who types them, and one stage letter per pupil."""

    track: Track
    division: str
    by: Person
    teachers: tuple[Person, ...]
    stages: str
    pfmp_teacher: Person = AUBRECOURT


CIEL_FORMER = Track(FORMER, CIEL_1, Level.PREMIERE, PeriodKind.SEMESTRE)
MELEC_FORMER = Track(FORMER, MELEC_1, Level.PREMIERE, PeriodKind.SEMESTRE)
AGORA_FORMER = Track(FORMER, AGORA_1, Level.PREMIERE, PeriodKind.TRIMESTRE)
CIEL_PREMIERE = Track(CURRENT, CIEL_1, Level.PREMIERE, PeriodKind.SEMESTRE)
CIEL_TERMINALE = Track(CURRENT, CIEL_T, Level.TERMINALE, PeriodKind.TRIMESTRE)
MELEC_PREMIERE = Track(CURRENT, MELEC_1, Level.PREMIERE, PeriodKind.SEMESTRE)
MELEC_TERMINALE = Track(CURRENT, MELEC_T, Level.TERMINALE, PeriodKind.TRIMESTRE)
AGORA_TERMINALE = Track(CURRENT, AGORA_T, Level.TERMINALE, PeriodKind.TRIMESTRE)
TRACKS = (
    CIEL_FORMER,
    MELEC_FORMER,
    AGORA_FORMER,
    CIEL_PREMIERE,
    CIEL_TERMINALE,
    MELEC_PREMIERE,
    MELEC_TERMINALE,
    AGORA_TERMINALE,
)
"""Première AGOrA of the current year is not there: its periodicity is still to be chosen."""
CIEL_TEAM, MELEC_TEAM = (TILLERVENT, LANTANEL), (ROUSVIGNAL, TILLERVENT)
FILLINGS = (
    Filling(CIEL_FORMER, "1CIEL1", MORVAUDIN, (LANTANEL,), "VVVAVVPVVVVCVVAVVVVPVVV"),
    Filling(MELEC_FORMER, "1MELEC1", MORVAUDIN, (ROUSVIGNAL,), "VVPVVVAVVVCVVVPVVVVVVAVVVVPV"),
    Filling(AGORA_FORMER, "1AGO1", MORVAUDIN, (KARADINE,), "VVVVAVVVVVVPVVV", KARADINE),
    Filling(CIEL_TERMINALE, "TCIEL1", TILLERVENT, CIEL_TEAM, "VVPVAVVVC.VPVVVACV"),
    Filling(CIEL_TERMINALE, "T CI/MEL", TILLERVENT, (TILLERVENT,), "VAVCPV"),
    Filling(MELEC_TERMINALE, "T CI/MEL", TILLERVENT, (TILLERVENT,), "CPV..C"),
    Filling(MELEC_TERMINALE, "TMELEC1", TILLERVENT, MELEC_TEAM, "PVCA.VPCV.AVCPVV"),
    Filling(AGORA_TERMINALE, "TAGO1", KARADINE, (KARADINE,), "VVVVVVVVVVVVVVV", KARADINE),
    Filling(CIEL_PREMIERE, "1CIEL1", MORVAUDIN, (LANTANEL,), "CCAC.CPCC.CVCCAC", LANTANEL),
)
"""Nothing is entered in 1MELEC1 and 1AGO1 this year."""
PUBLISHED = ("TCIEL1", "T CI/MEL", "TMELEC1", "TAGO1")
"""The divisions whose first period is published; that of 1CIEL1 still waits."""


def sheet(filling: Filling, codes: Sequence[str], assessed: Sequence[str] = ()) -> str:
    """The CSV sheet of a division × diploma; `codes` are the competences expected at the livret,
    `assessed` those of the bilan of the first period."""
    track = filling.track
    pupils = pupils_of(track.year, filling.division, track.formation.cfd)
    rows = [
        _row(filling, pupil, Stage(stage), codes)
        | _bilan(pupil, Stage(stage), filling.track, assessed)
        for pupil, stage in zip(pupils, filling.stages, strict=True)
        if stage != Stage.EMPTY
    ]
    return _csv(rows)


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    columns = dict.fromkeys(column for row in rows for column in row)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), restval="", delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(filling: Filling, pupil: Pupil, stage: Stage, codes: Sequence[str]) -> dict[str, str]:
    turn, base = _turn(pupil, filling.track), _base(pupil)
    row = {"eleve_id": str(pupil.siecle_id)}
    if stage is Stage.BEGUN:
        return row | _averages(turn, base, 1) | _degrees(turn, base, codes[: len(codes) // 2])
    row |= _averages(turn, base, filling.track.kind.count)
    row |= _degrees(turn, base, codes) | _teachers(filling.teachers)
    if stage is not Stage.NO_APPRECIATION:
        row["appreciation"] = _appreciation(turn, base)
    if stage is not Stage.NO_PFMP:
        row |= _pfmp(turn, filling)
    if filling.track.level is Level.TERMINALE:
        row |= _project(turn, base, filling.teachers[0])
    return row


def _bilan(pupil: Pupil, stage: Stage, track: Track, assessed: Sequence[str]) -> dict[str, str]:
    """The first period, beside its average; begun only where the livret is."""
    turn, base = _turn(pupil, track), _base(pupil)
    codes = assessed[: len(assessed) // 2] if stage is Stage.BEGUN else assessed
    degrees = _degrees(turn + 1, base, codes)
    cells = {period_degree_key(1, code): degree for code, degree in degrees.items()}
    if codes and stage is not Stage.BEGUN:
        texts = APPRAISALS[sum(base >= bound for bound in BANDS)]
        cells[appraisal_key(1)] = texts[turn % len(texts)]
    return cells


def _turn(pupil: Pupil, track: Track) -> int:
    return pupil.number + 5 * (track.year - FORMER)


def _base(pupil: Pupil) -> Decimal:
    return BASES[pupil.number * 7 % len(BASES)]


def _averages(turn: int, base: Decimal, periods: int) -> dict[str, str]:
    return {f"moyenne_{n}": _average(turn, base, n) for n in range(1, periods + 1)}


def _average(turn: int, base: Decimal, period: int) -> str:
    """Around `base`; now and then "non noté" after the first period."""
    if period > 1 and (turn + period) % 11 == 0:
        return "NN"
    cents = (turn * 31 + period * 47) % 120 - 60
    return f"{base + Decimal(cents) / 100:.2f}".replace(".", ",")


def _degrees(turn: int, base: Decimal, codes: Sequence[str]) -> dict[str, str]:
    """1 to 4, around what the average says, stronger in some competences than in others."""
    usual = 1 + int(base // 5)
    return {
        code: str(min(4, max(1, usual + (-1, 0, 0, 1)[(turn + 3 * rank) % 4])))
        for rank, code in enumerate(codes)
    }


def _teachers(teachers: Sequence[Person]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for number, person in enumerate(teachers, start=1):
        cells[f"enseignant_{number}_nom"] = person.last_name
        cells[f"enseignant_{number}_prenom"] = person.first_name
    return cells


def _appreciation(turn: int, base: Decimal) -> str:
    texts = APPRECIATIONS[sum(base >= bound for bound in BANDS)]
    return texts[turn % len(texts)]


def _pfmp(turn: int, filling: Filling) -> dict[str, str]:
    texts = PFMP_SYNTHESES[filling.track.formation.cfd]
    cells = {
        "pfmp_exporter": "non" if turn % 5 == 0 else "oui",
        "pfmp_synthese": texts[turn % len(texts)],
        "pfmp_nom": filling.pfmp_teacher.last_name,
        "pfmp_prenom": filling.pfmp_teacher.first_name,
    }
    if filling.track.level is Level.TERMINALE:
        abroad = "oui" if turn % 9 == 0 else "non"
        cells |= {"pfmp_semaines": str(WEEKS_OF_THE_CYCLE), "pfmp_etranger": abroad}
    return cells


def _project(turn: int, base: Decimal, teacher: Person) -> dict[str, str]:
    """The projet of two pupils out of three; the others have not presented it yet."""
    if turn % 3 == 0:
        return {}
    return {
        "projet_note": f"{base + 1:.1f}".replace(".", ","),
        "projet_appreciation": PROJECT_APPRECIATIONS[turn % len(PROJECT_APPRECIATIONS)],
        "projet_enseignant_1_nom": teacher.last_name,
        "projet_enseignant_1_prenom": teacher.first_name,
    }
