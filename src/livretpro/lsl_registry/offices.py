"""What the assistance académique sees of every school: software, periodicities, campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from livretpro.journal.models import Entry
from livretpro.journal.queries import Wanted, trail
from livretpro.lsl_registry.authority import TRAIL
from livretpro.lsl_registry.models import (
    Accreditation,
    Campaign,
    Clearance,
    HeldPeriodicity,
    Sender,
)
from livretpro.referentiels.rules import Level
from livretpro.schools.models import School

DECISIONS = 30
"""The last entries of the trail of the académie that its page shows."""


@dataclass(frozen=True)
class Season:
    """The dates of a level, empty where they bound nothing."""

    level: Level
    opens: date | None
    closes: date | None


@dataclass(frozen=True)
class Office:
    """Everything on the page of the assistance, for the newest school year."""

    today: date
    year: int
    accreditations: Sequence[Accreditation]
    campaign: Sequence[Season]
    senders: Sequence[Sender]
    clearances: Sequence[Clearance]
    periodicities: Sequence[HeldPeriodicity]
    schools: Sequence[School]
    decisions: Sequence[Entry]

    @property
    def next_year(self) -> int:
        """The second civil year."""
        return self.year + 1


def office(*, today: date) -> Office:
    """Eight queries, whatever the number of schools."""
    year = School.objects.aggregate(year=Max("current_year"))["year"] or today.year
    dates = {one.level: one for one in Campaign.objects.filter(year=year)}
    return Office(
        today=today,
        year=year,
        accreditations=list(Accreditation.objects.filter(Q(end=None) | Q(end__gte=today))),
        campaign=[
            Season(level, held.opens if held else None, held.closes if held else None)
            for level in Level
            for held in [dates.get(level.value)]
        ],
        senders=list(Sender.objects.select_related("school").order_by("school__uai", "subject")),
        clearances=list(Clearance.objects.select_related("school").order_by("school__uai")),
        periodicities=list(
            HeldPeriodicity.objects.filter(year__in=(year, year - 1))
            .select_related("school")
            .order_by("school__uai", "-year", "cfd", "level")
        ),
        schools=list(School.objects.order_by("uai")),
        decisions=trail(TRAIL, Wanted(), limit=DECISIONS, before=None),
    )
