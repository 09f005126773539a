"""What the assistance académique sees of every school: software, periodicities, campaign."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from livretpro.journal.models import Entry
from livretpro.journal.queries import Wanted, trail
from livretpro.lsl_registry.authority import TRAIL
from livretpro.lsl_registry.models import (
    Accreditation,
    Campaign,
    Clearance,
    HeldPeriodicity,
    Record,
    RecordState,
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
class YearOfCampaign:
    """The campaign of a school year, by its first civil year."""

    year: int
    seasons: Sequence[Season]

    @property
    def next_year(self) -> int:
        """The second civil year."""
        return self.year + 1


@dataclass(frozen=True)
class Office:
    """Everything on the page of the assistance, for each year at work in a school or whose records
    sent wait to be locked, the newest first."""

    today: date
    accreditations: Sequence[Accreditation]
    campaigns: Sequence[YearOfCampaign]
    senders: Sequence[Sender]
    clearances: Sequence[Clearance]
    periodicities: Sequence[HeldPeriodicity]
    schools: Sequence[School]
    decisions: Sequence[Entry]


def office(*, today: date) -> Office:
    """Eight queries, whatever the number of schools."""
    schools = list(School.objects.order_by("uai"))
    years = _years(schools) or [today.year]
    return Office(
        today=today,
        accreditations=list(Accreditation.objects.filter(Q(end=None) | Q(end__gte=today))),
        campaigns=_campaigns(years),
        senders=list(Sender.objects.select_related("school").order_by("school__uai", "subject")),
        clearances=list(Clearance.objects.select_related("school").order_by("school__uai")),
        periodicities=list(
            HeldPeriodicity.objects.filter(year__gte=min(years) - 1)
            .select_related("school")
            .order_by("school__uai", "-year", "cfd", "level")
        ),
        schools=schools,
        decisions=trail(TRAIL, Wanted(), limit=DECISIONS, before=None),
    )


def _years(schools: Iterable[School]) -> list[int]:
    """The newest first: one query."""
    sent = Record.objects.filter(state=RecordState.SENT, archived_at=None)
    waiting = sent.values_list("closed_year", flat=True).distinct()
    found = {*waiting, *(school.current_year for school in schools)}
    return sorted((year for year in found if year is not None), reverse=True)


def _campaigns(years: Collection[int]) -> list[YearOfCampaign]:
    dates = {(one.year, one.level): one for one in Campaign.objects.filter(year__in=years)}
    return [
        YearOfCampaign(
            year,
            [
                Season(level, held.opens if held else None, held.closes if held else None)
                for level in Level
                for held in [dates.get((year, level.value))]
            ],
        )
        for year in years
    ]
