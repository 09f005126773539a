"""Averages and group figures, in exact decimals (spec 02, Fields and Group figures)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from livretpro.livrets.rules import NotGraded

TENTH, CENT = Decimal("0.1"), Decimal("0.01")
LOW, HIGH = 8, 12


@dataclass(frozen=True)
class GroupFigures:
    """Figures of a group: how many were counted, their average, and three percentages.

    `below_8 + from_8_to_12 + from_12` is exactly 100.00.
    """

    count: int
    average: Decimal
    below_8: Decimal
    from_8_to_12: Decimal
    from_12: Decimal


def annual_average(averages: Mapping[int, Decimal | NotGraded]) -> Fraction | None:
    """The mean of the graded periods, unrounded; none when no period has a number."""
    return mean(value for value in averages.values() if isinstance(value, Decimal))


def mean(values: Iterable[Decimal]) -> Fraction | None:
    """The exact mean of some marks; none without marks."""
    marks = list(values)
    return Fraction(sum(marks, Decimal())) / len(marks) if marks else None


def rounded(value: Fraction, to: Decimal = CENT) -> Decimal:
    """Two decimals unless said, half up."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(to, ROUND_HALF_UP)


def group_figures(annuals: Iterable[Fraction | None]) -> GroupFigures | None:
    """Figures of those who have an annual average; none when nobody has."""
    counted = [annual for annual in annuals if annual is not None]
    if not counted:
        return None
    below = sum(1 for annual in counted if annual < LOW)
    above = sum(1 for annual in counted if annual >= HIGH)
    shares = _shares(below, len(counted) - below - above, len(counted))
    return GroupFigures(len(counted), rounded(sum(counted, Fraction()) / len(counted)), *shares)


def _shares(low: int, middle: int, total: int) -> tuple[Decimal, Decimal, Decimal]:
    """Percentages of the three bands: the third is what the first two leave, never negative."""
    first, second = (rounded(Fraction(100 * n, total)) for n in (low, middle))
    third = Decimal("100.00") - first - second
    if third < 0:
        second, third = second + third, Decimal("0.00")
    return first, second, third
