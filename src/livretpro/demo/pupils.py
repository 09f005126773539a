"""The pupils: cohorts that go through two school years, and what happens to some on the way."""

from dataclasses import dataclass
from datetime import date, timedelta

from livretpro.demo.names import name_of
from livretpro.demo.structure import (
    AGORA_1,
    AGORA_T,
    CIEL_1,
    CIEL_T,
    CURRENT,
    FORMER,
    GATL,
    MELEC_1,
    MELEC_T,
    MTNE,
    OTHER_UAI,
    UAI,
    Formation,
)

SCHOOL, APPRENTICE = "ST", "AP"
WITHOUT_INE = 63  # in terminale CIEL, where a livret is exported all the same
BIRTH_YEARS = {"1": 2010, "2": 2009, "3": 2008}
"""By level: the tenth character of the MEF, in the current year."""


@dataclass(frozen=True)
class Place:
    """Where a pupil is for one school year."""

    division: str
    formation: Formation
    status: str = SCHOOL
    uai: str = UAI


@dataclass(frozen=True)
class Cohort:
    """Pupils of the same way: `now` in 2025-2026, `before` in 2024-2025 (None: in collège).

    `left_on` and `apprentice_on` are known only to the exports made from that day on.
    """

    size: int
    before: Place | None
    now: Place
    left_on: date | None = None
    apprentice_on: date | None = None


COHORTS = (
    Cohort(14, None, Place("2TNE1", MTNE)),
    Cohort(16, Place("2TNE1", MTNE), Place("1CIEL1", CIEL_1)),
    Cohort(14, Place("2TNE1", MTNE), Place("1MELEC1", MELEC_1)),
    Cohort(15, Place("2GATL3", GATL, uai=OTHER_UAI), Place("1AGO1", AGORA_1)),
    Cohort(17, Place("1CIEL1", CIEL_1), Place("TCIEL1", CIEL_T)),
    Cohort(1, Place("1 CIEL B", CIEL_1, uai=OTHER_UAI), Place("TCIEL1", CIEL_T)),
    Cohort(6, Place("1CIEL1", CIEL_1), Place("T CI/MEL", CIEL_T)),
    Cohort(6, Place("1MELEC1", MELEC_1), Place("T CI/MEL", MELEC_T)),
    Cohort(15, Place("1MELEC1", MELEC_1), Place("TMELEC1", MELEC_T)),
    Cohort(1, Place("1MELEC1", MELEC_1), Place("TMELEC1", MELEC_T), apprentice_on=date(2026, 6, 1)),
    Cohort(4, Place("1MELEC1", MELEC_1), Place("TMELEC1", MELEC_T, APPRENTICE)),
    Cohort(14, Place("1AGO1", AGORA_1), Place("TAGO1", AGORA_T)),
    Cohort(1, Place("1AGO1", AGORA_1), Place("TAGO1", AGORA_T), left_on=date(2026, 5, 22)),
    Cohort(2, Place("1MELEC1", MELEC_1), Place("TMELEC1", MELEC_T), left_on=date(2025, 7, 4)),
)


@dataclass(frozen=True)
class Pupil:
    """An invented pupil: everything follows from the number, so that each run makes the same."""

    number: int
    cohort: Cohort

    @property
    def siecle_id(self) -> int:
        """ELEVE_ID."""
        return 1_700_000 + 13 * self.number

    @property
    def ine(self) -> str:
        """Nine digits and two letters, in a range that is not given out; empty for one pupil."""
        letters = "ABCDEFGHJK"
        tail = letters[self.number % 10] + letters[self.number // 10 % 10]
        return "" if self.number == WITHOUT_INE else f"{990_000_000 + 37 * self.number}{tail}"

    @property
    def last_name(self) -> str:
        """In capitals, as SIECLE writes it."""
        return name_of(self.number)[0].upper()

    @property
    def first_name(self) -> str:
        """Usual first name."""
        return name_of(self.number)[1]

    @property
    def birth_date(self) -> date:
        """A day of the year in which most pupils of the level were born."""
        year = BIRTH_YEARS[self.cohort.now.formation.mef[9]]
        return date(year, 1, 1) + timedelta(days=self.number * 53 % 365)

    def place(self, year: int) -> Place | None:
        """Where the pupil is that year in this school; None elsewhere."""
        place = {FORMER: self.cohort.before, CURRENT: self.cohort.now}[year]
        return place if place and place.uai == UAI else None

    def status(self, place: Place, *, on: date) -> str:
        """CODE_STATUT in an export made at the date `on`."""
        turn = self.cohort.apprentice_on
        return APPRENTICE if turn and turn <= on else place.status

    def left_on(self, *, on: date) -> date | None:
        """DATE_SORTIE in an export made at the date `on`."""
        day = self.cohort.left_on
        return day if day and day <= on else None


def _all_pupils() -> tuple[Pupil, ...]:
    cohorts = [cohort for cohort in COHORTS for _ in range(cohort.size)]
    return tuple(Pupil(number, cohort) for number, cohort in enumerate(cohorts, start=1))


PUPILS = _all_pupils()


def pupils_of(year: int, division: str, cfd: str) -> list[Pupil]:
    """Those who begin the year in a division, for a diploma, under school status."""
    return [
        pupil
        for pupil in PUPILS
        if (place := pupil.place(year)) and not pupil.left_on(on=date(year, 9, 1))
        if (place.division, place.formation.cfd, place.status) == (division, cfd, SCHOOL)
    ]
