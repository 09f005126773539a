"""Publishing the bilans of a period of a division, and taking them back."""

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets.actions.values import Forbidden, lock_periodicities
from livretpro.livrets.bilans import DivisionBilans, division_bilans
from livretpro.livrets.models import PeriodPublication
from livretpro.livrets.permissions import can_publish
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division
from livretpro.schools.queries import pupils_with_bilan

KIND = "bilan_de_periode"


class NotYoursToPublish(Forbidden):
    """Neither the head, nor the professeur principal of the division."""

    phrase = (
        "Seuls le chef d’établissement, le DDFPT et le professeur principal publient les bilans "
        "d’une division."
    )


class NotPublishable(Exception):
    """The bilans cannot be published; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def publish_period(division: Division, number: int, *, by: Actor) -> bool:
    """Publish the bilans of a period; False when they already were, and nothing is told.

    What is missing does not prevent it: the team decides. Raises `NotYoursToPublish`, or
    `NotPublishable` without a period of that number, in a former year, or when nothing at all was
    entered.
    """
    _allow(division, by)
    lock_periodicities(division.school_year_id)
    if division.school_year.year != by.school.current_year:
        raise NotPublishable("Cette année est passée : aucun logiciel partenaire ne la lit.")
    if why := _bilans(division, number, by).refusal:
        raise NotPublishable(why)
    _, made = PeriodPublication.objects.get_or_create(
        division=division, number=number, defaults={"author_name": by.author.name}
    )
    if made:
        _tell(division, number, before="", after="publiée", by=by)
    return made


@transaction.atomic
def take_period_back(division: Division, number: int, *, by: Actor) -> bool:
    """Hide the bilans of a period again; False when they were not published.

    Raises `NotYoursToPublish`.
    """
    _allow(division, by)
    gone, _ = PeriodPublication.objects.filter(division=division, number=number).delete()
    if gone:
        _tell(division, number, before="publiée", after="", by=by)
    return bool(gone)


def _allow(division: Division, by: Actor) -> None:
    if not can_publish(by, division.pk):
        raise NotYoursToPublish


def _bilans(division: Division, number: int, by: Actor) -> DivisionBilans:
    return division_bilans(division, pupils_with_bilan(by, division), number)


def _tell(division: Division, number: int, *, before: str, after: str, by: Actor) -> None:
    key = f"{division.school_year.year}:{division.code}"
    change = journal.Change("modifie", KIND, key, f"période {number}", before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
