"""Averages and group figures, on tables of cases."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livretpro.livrets.figures import annual_average, group_figures, rounded
from livretpro.livrets.rules import NOT_GRADED


def group(*annuals: str) -> tuple[int, str, str, str, str] | None:
    figures = group_figures(Fraction(a) for a in annuals)
    return figures and (
        figures.count,
        *(
            str(v)
            for v in (figures.average, figures.below_8, figures.from_8_to_12, figures.from_12)
        ),
    )


@pytest.mark.parametrize(
    ("averages", "expected"),
    [
        ({}, None),
        ({1: NOT_GRADED}, None),
        ({1: Decimal("12.5")}, Fraction("12.5")),
        ({1: Decimal(10), 2: NOT_GRADED, 3: Decimal(11)}, Fraction("10.5")),
        ({1: Decimal(10), 2: Decimal(10), 3: Decimal(11)}, Fraction(31, 3)),
        ({2: Decimal(0)}, Fraction(0)),
    ],
)
def test_annual_average_is_the_unrounded_mean_of_the_graded_periods(averages, expected) -> None:
    assert annual_average(averages) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction("11.125"), "11.13"),
        (Fraction("11.135"), "11.14"),
        (Fraction("11.124999"), "11.12"),
        (Fraction(31, 3), "10.33"),
        (Fraction(0), "0.00"),
    ],
)
def test_figures_are_rounded_half_up_on_two_decimals(value: Fraction, expected: str) -> None:
    assert str(rounded(value)) == expected


def test_nobody_with_an_average_gives_no_figures() -> None:
    assert group_figures([None, None]) is None


def test_pupils_without_an_average_are_not_counted() -> None:
    figures = group_figures([Fraction(10), None])

    assert figures is not None
    assert figures.count == 1


@pytest.mark.parametrize(
    ("annuals", "expected"),
    [
        (["7", "10", "15"], (3, "10.67", "33.33", "33.33", "33.34")),
        (["8"] * 3, (3, "8.00", "0.00", "100.00", "0.00")),
        (["7.99"] + ["9"] * 31, (32, "8.97", "3.13", "96.87", "0.00")),
        (["8"], (1, "8.00", "0.00", "100.00", "0.00")),
        (["12"], (1, "12.00", "0.00", "0.00", "100.00")),
        (["7.999", "11.999"], (2, "10.00", "50.00", "50.00", "0.00")),
        (["0"], (1, "0.00", "100.00", "0.00", "0.00")),
        (["20", "20"], (2, "20.00", "0.00", "0.00", "100.00")),
    ],
)
def test_distribution_of_a_group(annuals, expected) -> None:
    assert group(*annuals) == expected


@given(st.lists(st.fractions(min_value=0, max_value=20), min_size=1, max_size=60))
def test_percentages_are_never_negative_and_always_make_a_hundred(annuals) -> None:
    figures = group_figures(annuals)

    assert figures is not None
    shares = (figures.below_8, figures.from_8_to_12, figures.from_12)
    assert sum(shares) == Decimal(100)
    assert min(shares) >= 0
