"""Where a request stands: who acts, in which school, which year, on which diploma."""

from dataclasses import dataclass

from livretpro.referentiels.models import Diploma
from livretpro.schools.actors import Actor
from livretpro.schools.models import School, SchoolYear


@dataclass(frozen=True)
class Place:
    """A school, opened by one of its members.

    `year` is the school year at work, None before the first import.
    """

    actor: Actor
    school: School
    year: SchoolYear | None
    diploma: Diploma | None = None


@dataclass(frozen=True)
class DiplomaPlace(Place):
    """A diploma of a school and of its year at work, opened by someone who follows its pupils."""

    year: SchoolYear
    diploma: Diploma
