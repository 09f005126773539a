"""Where a request stands: who acts, in which school, which year."""

from dataclasses import dataclass
from typing import ClassVar

from livretpro.schools.actors import Actor
from livretpro.schools.models import School, SchoolYear


@dataclass(frozen=True)
class Place:
    """A school, opened by one of its members.

    `year` is the school year at work, None before the first import; `years` are all those of the
    school, newest first. A system that stands more precisely has a place and a band of its own.
    """

    band: ClassVar[str] = "base/band.html"

    actor: Actor
    school: School
    year: SchoolYear | None
    years: tuple[SchoolYear, ...] = ()
