"""Averages of a service: exact decimals, rounded half up to two digits where they are shown."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

HUNDREDTH = Decimal("0.01")


def weighted_mean(values: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The mean of (value, coefficient); what has no value or no weight does not count.

    None when nothing counts. Exact: round it with `shown`.
    """
    counted = [(value, weight) for value, weight in values if value is not None and weight > 0]
    if not counted:
        return None
    weights = sum((weight for _, weight in counted), Decimal(0))
    return sum((value * weight for value, weight in counted), Decimal(0)) / weights


def service_average(
    marks: Iterable[tuple[Decimal | None, Decimal]],
    subservices: Iterable[tuple[Decimal | None, Decimal]],
) -> Decimal | None:
    """A service with sub-services averages them by their coefficients (spec 06); one without, its
    own marks."""
    below = list(subservices)
    return weighted_mean(below if below else marks)


def shown(value: Decimal | None) -> Decimal | None:
    """Rounded half up to two digits."""
    return None if value is None else value.quantize(HUNDREDTH, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """A number of two digits at most, without useless zeros: `1`, `0,5`."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
