"""The periodicity of a level of a diploma, its dates, whether it has a chef-d'œuvre or projet."""

from collections.abc import Sequence

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets.actions.values import Forbidden
from livretpro.livrets.bilans import published_in
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.fields import shown
from livretpro.livrets.models import Periodicity
from livretpro.livrets.periods import Period, as_days, refusal, told_days
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.queries import frozen_by
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import SchoolYear


class NotYours(Forbidden):
    """Only the head and the DDFPT configure."""

    phrase = "Seuls le chef d’établissement et le DDFPT règlent la périodicité et le projet."


class PeriodicityFrozen(Exception):
    """Livrets of the level hold data: the periodicity stays (spec 02, Periodicity)."""

    def __init__(self, level: Level, pupils: int) -> None:
        self.pupils = pupils
        has = "un élève a" if pupils == 1 else f"{pupils} élèves ont"
        self.phrase = (
            f"La périodicité de la {level.label} ne peut plus changer : "
            f"{has} déjà des données de livret."
        )
        super().__init__(self.phrase)


class PeriodPublished(PeriodicityFrozen):
    """A period of the level is still published: its number would mean another time of the year."""

    def __init__(self, level: Level, division: str) -> None:
        Exception.__init__(self, division)
        self.pupils = 0
        self.phrase = (
            f"La périodicité de la {level.label} ne peut pas changer : une période de {division} "
            "est publiée. Reprenez-la d’abord."
        )


@transaction.atomic
def set_periodicity(
    year: SchoolYear, cfd: str, level: Level, kind: PeriodKind, *, by: Actor
) -> bool:
    """Choose trimestres or semestres; says whether something changed.

    Raises `NotYours`, or `PeriodicityFrozen` once a livret of the level holds a typed value or a
    period of its is published. The
    row is locked first, as every save locks it: nothing can be typed between check and change.
    """
    if not can_configure(by):
        raise NotYours
    row, created = Periodicity.objects.select_for_update().get_or_create(
        school_year=year, cfd=cfd, level=level.value, defaults={"kind": kind.value}
    )
    before = "" if created else row.kind
    if before == kind.value:
        return False
    if not created:
        _refuse_if_frozen(year, cfd, level)
        row.kind, row.period_days = kind.value, []
        row.save(update_fields=["kind", "period_days"])
    _tell(row, "périodicité", before, row.kind, by=by)
    return True


def _refuse_if_frozen(year: SchoolYear, cfd: str, level: Level) -> None:
    if pupils := frozen_by(year, cfd, level.value):
        raise PeriodicityFrozen(level, pupils)
    if division := published_in(year, cfd, level):
        raise PeriodPublished(level, division)


@transaction.atomic
def set_project(row: Periodicity, *, open_it: bool, by: Actor) -> None:
    """Open or close the chef-d'œuvre / projet block of a level; what was typed is kept.

    Raises `NotYours`.
    """
    if not can_configure(by):
        raise NotYours
    changed = Periodicity.objects.filter(pk=row.pk, project=not open_it).update(project=open_it)
    if changed:
        _tell(row, "projet", shown(not open_it), shown(open_it), by=by)


NO_PERIODICITY = "Choisissez d’abord trimestres ou semestres."


class BadCampaign(Exception):
    """Dates that cannot be those of a campaign; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def set_campaign(
    year: SchoolYear,
    cfd: str,
    level: Level,
    campaign: Campaign,
    *,
    seen: str | None = None,
    by: Actor,
) -> bool:
    """Set the days between which teachers write; says whether something changed.

    `seen` is what stood when the person chose, as `Campaign.told`. Raises `NotYours`,
    `DatesChanged`, or `BadCampaign` outside the year, out of order or before the periodicity.
    """
    if not can_configure(by):
        raise NotYours
    if why := campaign.refusal(year.start, year.end):
        raise BadCampaign(why)
    row = _locked(year, cfd, level)
    if row is None:
        raise BadCampaign(NO_PERIODICITY)
    if (before := row.campaign) == campaign:
        return False
    _same(seen, before.told)
    row.opens_on, row.closes_on = campaign.opens, campaign.closes
    row.save(update_fields=["opens_on", "closes_on"])
    _tell(row, "campagne", before.told, campaign.told, by=by)
    return True


class DatesChanged(Exception):
    """Somebody else set other dates meanwhile."""

    def __init__(self, before: str) -> None:
        self.phrase = (
            f"Ces dates ont changé entre-temps : {before or 'plus aucune'}. Vérifiez les vôtres, "
            "puis enregistrez de nouveau."
        )
        super().__init__(self.phrase)


class BadPeriods(Exception):
    """Dates that cannot be those of the periods; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def set_periods(
    year: SchoolYear,
    cfd: str,
    level: Level,
    periods: Sequence[Period],
    *,
    seen: str | None = None,
    by: Actor,
) -> bool:
    """Set the dates of the periods, none for equal parts of the year; says whether they changed.

    `seen` is what stood when the person chose, as `told_days`. Raises `NotYours`, `DatesChanged`,
    or `BadPeriods` out of order, outside the year, not as many as the periodicity says, or before
    it is chosen.
    """
    if not can_configure(by):
        raise NotYours
    row = _locked(year, cfd, level)
    if row is None:
        raise BadPeriods(NO_PERIODICITY)
    kind = PeriodKind(row.kind)
    if periods and (why := refusal(periods, kind, year.start, year.end)):
        raise BadPeriods(why)
    before, days = list(row.period_days), as_days(periods)
    if before == days:
        return False
    _same(seen, told_days(before))
    row.period_days = days
    row.save(update_fields=["period_days"])
    _tell(row, "dates des périodes", told_days(before), told_days(days), by=by)
    return True


def _locked(year: SchoolYear, cfd: str, level: Level) -> Periodicity | None:
    held = Periodicity.objects.select_for_update().filter(school_year=year, cfd=cfd, level=level)
    return held.first()


def _same(seen: str | None, before: str) -> None:
    """Raises `DatesChanged` when the dates that stand are no longer those that were seen."""
    if seen is not None and seen != before:
        raise DatesChanged(before)


def _tell(row: Periodicity, field: str, before: str, after: str, *, by: Actor) -> None:
    key = f"{row.school_year.year}:{row.cfd}:{row.level}"
    change = journal.Change("modifie", "periodicite", key, field, before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
