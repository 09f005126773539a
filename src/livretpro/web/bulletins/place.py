"""Where a request of the bulletins stands: in which period."""

from dataclasses import dataclass
from typing import ClassVar

from livretpro.bulletins.models import Period
from livretpro.schools.models import SchoolYear
from livretpro.web.base.place import Place


@dataclass(frozen=True, kw_only=True)
class PeriodPlace(Place):
    """A period of the year at work, by its number, opened by someone who reads bulletins.

    `period` is that of the school, or of the first division that has its own; `periods` are all
    those of the year, one a number.
    """

    band: ClassVar[str] = "bulletins/parts/band.html"

    year: SchoolYear
    period: Period
    periods: tuple[Period, ...]

    @property
    def number(self) -> int:
        """As addresses write it."""
        return self.period.number
