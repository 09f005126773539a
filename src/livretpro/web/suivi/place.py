"""Where a request of Suivi stands: on which diploma, in which year."""

from dataclasses import dataclass
from typing import ClassVar

from livretpro.referentiels.models import Diploma
from livretpro.schools.models import SchoolYear
from livretpro.web.base.addresses import diploma_path
from livretpro.web.base.place import Place


@dataclass(frozen=True, kw_only=True)
class DiplomaPlace(Place):
    """A diploma of a school, opened by someone who follows its pupils.

    `year` is the school year at work, or a former one: it then stands in the address.
    """

    band: ClassVar[str] = "suivi/parts/band.html"

    year: SchoolYear
    diploma: Diploma

    @property
    def former(self) -> bool:
        """Whether the year is over: its pages are those of the head alone (ADR 13)."""
        return self.year.year != self.school.current_year

    @property
    def path(self) -> str:
        """The diploma, and the year when it is a former one, as addresses write them."""
        return self.path_in(self.year)

    def path_in(self, year: SchoolYear) -> str:
        """The same in another year: `40025519`, `40025519-2024`."""
        return diploma_path(self.school, self.diploma.cfd, year)

    @property
    def years_offered(self) -> list[tuple[SchoolYear, str]]:
        """The years this person may choose among, and their path; none when there is no choice."""
        if not self.actor.is_head or len(self.years) == 1:
            return []
        return [(year, self.path_in(year)) for year in self.years]
