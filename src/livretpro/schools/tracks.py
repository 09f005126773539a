"""Where the MEF of a school lead: the diploma and the level of its pupils."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from livretpro.referentiels.rules import classify
from livretpro.schools.models import Enrolment, School

Track = tuple[str, str]
"""Diploma and level."""


@dataclass(frozen=True)
class Tracks:
    """What the enrolments say of each (year, MEF of ten characters)."""

    held: Mapping[tuple[int, str], Track]

    def of(self, year: int, mef: str) -> Track | None:
        """Diploma and level of a MEF in a year, None when it is not one of those with a livret.

        The code tells those of a MEF that nobody is enrolled in.
        """
        if found := self.held.get((year, mef)):
            return found
        told = classify(mef)
        return (told.cfd, told.level.value) if told.level and told.cfd else None

    def among(self, couples: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Track]:
        """Those of these (year, MEF) that lead somewhere."""
        return {couple: track for couple in couples if (track := self.of(*couple))}


def tracks_of(school: School, year: int) -> Tracks:
    """Where the MEF of a year and of the one before lead: one query."""
    held = Enrolment.objects.filter(
        school_year__school=school, school_year__year__in=(year, year - 1)
    ).exclude(Q(mef="") | Q(cfd="") | Q(level=""))
    rows = held.values_list("school_year__year", "mef", "cfd", "level").distinct()
    return Tracks({(annee, mef): (cfd, level) for annee, mef, cfd, level in rows})
