"""The dates of the periods: equal parts by default, those of the head, which one a day is in."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from livretpro.journal.models import Entry
from livretpro.livrets.actions import BadPeriods, Forbidden, set_periodicity, set_periods
from livretpro.livrets.models import Periodicity
from livretpro.livrets.periods import (
    ONE_DAY,
    Period,
    as_days,
    default_periods,
    from_days,
    period_at,
    periods_of,
    refusal,
)
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, Lycee, found

START, END = date(2025, 9, 1), date(2026, 8, 31)
T, S = PeriodKind.TRIMESTRE, PeriodKind.SEMESTRE
OWN = (
    Period(1, date(2025, 9, 1), date(2025, 11, 28)),
    Period(2, date(2025, 12, 1), date(2026, 3, 6)),
    Period(3, date(2026, 3, 9), date(2026, 6, 12)),
)


def test_thirds_and_halves_of_the_year_are_the_default() -> None:
    assert default_periods(T, START, END) == (
        Period(1, date(2025, 9, 1), date(2025, 12, 30)),
        Period(2, date(2025, 12, 31), date(2026, 5, 1)),
        Period(3, date(2026, 5, 2), date(2026, 8, 31)),
    )
    assert default_periods(S, START, END) == (
        Period(1, date(2025, 9, 1), date(2026, 3, 1)),
        Period(2, date(2026, 3, 2), date(2026, 8, 31)),
    )


@given(
    kind=st.sampled_from(PeriodKind),
    start=st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    length=st.integers(min_value=3, max_value=400),
)
def test_the_default_covers_every_day_of_any_year_once(
    kind: PeriodKind, start: date, length: int
) -> None:
    end = start + ONE_DAY * (length - 1)

    made = default_periods(kind, start, end)

    assert refusal(made, kind, start, end) == ""
    lengths = [(period.end - period.start).days + 1 for period in made]
    assert sum(lengths) == length
    assert max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(2025, 8, 31), None),
        (date(2025, 9, 1), 1),
        (date(2025, 11, 28), 1),
        (date(2025, 11, 29), None),
        (date(2025, 12, 1), 2),
        (date(2026, 6, 12), 3),
        (date(2026, 6, 13), None),
    ],
)
def test_a_day_is_in_one_period_or_in_none(day: date, number: int | None) -> None:
    found_period = period_at(OWN, day)

    assert (found_period.number if found_period else None) == number


def test_days_as_kept_come_back_as_periods() -> None:
    assert from_days(as_days(OWN)) == OWN
    assert periods_of(T, as_days(OWN), START, END) == OWN
    assert periods_of(T, [], START, END) == default_periods(T, START, END)


@pytest.mark.parametrize(
    ("periods", "kind", "phrase"),
    [
        (OWN, T, ""),
        (OWN, S, "Donnez le début et la fin des 2 semestres."),
        (OWN[:2], T, "Donnez le début et la fin des 3 trimestres."),
        (
            (OWN[0], replace(OWN[1], end=date(2025, 11, 30)), OWN[2]),
            T,
            "La fin du 2e trimestre précède son début.",
        ),
        (
            (OWN[0], replace(OWN[1], start=OWN[0].end), OWN[2]),
            T,
            "Le début du 2e trimestre doit suivre la fin du précédent.",
        ),
        (
            (OWN[0], OWN[2], replace(OWN[1], number=3)),
            T,
            "Le début du 3e trimestre doit suivre la fin du précédent.",
        ),
        (
            (replace(OWN[0], start=date(2025, 8, 31)), *OWN[1:]),
            T,
            "Les trimestres tiennent dans l’année scolaire, du 01/09/2025 au 31/08/2026.",
        ),
        (
            (*OWN[:2], replace(OWN[2], end=date(2026, 9, 1))),
            T,
            "Les trimestres tiennent dans l’année scolaire, du 01/09/2025 au 31/08/2026.",
        ),
    ],
)
def test_periods_follow_one_another_within_the_year(
    periods: tuple[Period, ...], kind: PeriodKind, phrase: str
) -> None:
    assert refusal(periods, kind, START, END) == phrase


@pytest.fixture
def lycee(db: None) -> Lycee:
    made = found({"TCIEL1": 1})
    made.open_entry(Level.TERMINALE)
    return made


def dated(lycee: Lycee, *periods: Period) -> bool:
    return set_periods(lycee.year, CIEL, Level.TERMINALE, periods, by=lycee.actor)


def test_the_head_sets_the_dates_and_the_journal_tells_them_once(lycee: Lycee) -> None:
    assert (dated(lycee, *OWN), dated(lycee, *OWN), dated(lycee)) == (True, False, True)

    told = Entry.objects.filter(field="dates des périodes").select_related("values_kept")
    words = "du 01/09/2025 au 28/11/2025, du 01/12/2025 au 06/03/2026, du 09/03/2026 au 12/06/2026"
    assert {(e.values_kept.before, e.values_kept.after) for e in told} == {("", words), (words, "")}


def test_dates_that_cannot_be_are_refused_and_the_others_stay(lycee: Lycee) -> None:
    dated(lycee, *OWN)

    with pytest.raises(BadPeriods, match="Donnez le début et la fin des 3 trimestres"):
        dated(lycee, *OWN[:2])

    assert Periodicity.objects.get().period_days == as_days(OWN)


def test_another_periodicity_takes_its_own_default_dates(lycee: Lycee) -> None:
    dated(lycee, *OWN)

    set_periodicity(lycee.year, CIEL, Level.TERMINALE, S, by=lycee.actor)

    assert Periodicity.objects.get().period_days == []


def test_a_level_without_periodicity_has_no_dates(lycee: Lycee) -> None:
    with pytest.raises(BadPeriods, match="Choisissez d’abord trimestres ou semestres"):
        set_periods(lycee.year, CIEL, Level.PREMIERE, OWN, by=lycee.actor)


def test_a_teacher_sets_no_dates(lycee: Lycee) -> None:
    by = replace(lycee.actor, roles=frozenset({Role.ENSEIGNANT}))

    with pytest.raises(Forbidden):
        set_periods(lycee.year, CIEL, Level.TERMINALE, OWN, by=by)


@pytest.mark.parametrize(
    "days",
    [as_days(OWN)[:4], as_days(reversed(OWN)), [START] * 6],
)
def test_the_database_holds_no_other_dates(lycee: Lycee, days: list[date]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Periodicity.objects.update(period_days=days)
