"""What a form says in words and numbers, read as everywhere; what cannot be kept is `BadChoice`."""

from decimal import Decimal

from livretpro.bulletins.refusals import BadChoice
from livretpro.typed import BadValue, limited_text, number

COEFFICIENT_MAX = 100
HUNDREDTH = Decimal("0.01")


def read_text(what: str, raw: str, limit: int) -> str:
    """A text within its limit, legal in a database and in XML. Raises `BadChoice`."""
    try:
        return limited_text(what, limit)(raw)
    except BadValue as refusal:
        raise BadChoice(refusal.phrase) from refusal


def read_line(what: str, raw: str, limit: int) -> str:
    """The same on one line, one space between words. Raises `BadChoice`."""
    return read_text(what, " ".join(raw.split()), limit)


def read_coefficient(text: str) -> Decimal:
    """A coefficient as typed, to two decimals. Raises `BadChoice`."""
    value = number(text.strip())
    if value is None or not 0 <= value <= COEFFICIENT_MAX or value != round(value, 2):
        raise BadChoice(
            f"Un coefficient est un nombre de 0 à {COEFFICIENT_MAX}, deux décimales au plus."
        )
    return value.quantize(HUNDREDTH)
