"""The MEF of another ministry: closed to the livret, until the head opens one (spec 02, Scope)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, QuerySet

from livretpro.journal import actions as journal
from livretpro.referentiels.rules import OTHER_MINISTRY
from livretpro.schools.actors import Actor
from livretpro.schools.lines import BadChoice, allow
from livretpro.schools.models import Enrolment, School

UNKNOWN = "Aucun élève présent ne suit ce MEF d’un autre ministère."


@dataclass(frozen=True)
class ForeignMef:
    """A MEF (10 digits) of another ministry, the pupils present who follow it, whether it is
    open."""

    mef: str
    pupils: int
    open: bool


def foreign_mefs(actor: Actor) -> Sequence[ForeignMef]:
    """Those that the school opened, and those that pupils present follow, by code: one query."""
    school = actor.school
    present = Enrolment.objects.filter(
        school_year__school=school, school_year__year=school.current_year or 0, end=None
    )
    theirs = present.filter(no_livret=OTHER_MINISTRY) | present.filter(mef__in=school.extra_mefs)
    counts = dict(theirs.order_by("mef").values_list("mef").annotate(Count("pk")))
    codes = sorted({*counts, *school.extra_mefs})
    return [ForeignMef(code, counts.get(code, 0), code in school.extra_mefs) for code in codes]


@transaction.atomic
def open_mef(mef: str, *, by: Actor) -> bool:
    """Give the pupils of a MEF of another ministry a livret, from now on; says whether it was
    closed. Raises `NotAllowed`, or `BadChoice` when no pupil present follows such a MEF."""
    held = _held(by)
    if mef in held.extra_mefs:
        return False
    if not _of_this_year(held, mef).filter(no_livret=OTHER_MINISTRY).update(no_livret=""):
        raise BadChoice(UNKNOWN)
    _keep(held, sorted({*held.extra_mefs, mef}), by=by)
    return True


@transaction.atomic
def close_mef(mef: str, *, by: Actor) -> bool:
    """Ask for no livret of this MEF any more; what was typed stays, and comes back with it. Says
    whether it was open. Raises `NotAllowed`."""
    held = _held(by)
    if mef not in held.extra_mefs:
        return False
    _of_this_year(held, mef).filter(no_livret="").update(no_livret=OTHER_MINISTRY)
    _keep(held, [code for code in held.extra_mefs if code != mef], by=by)
    return True


def _held(by: Actor) -> School:
    allow(by)
    return School.objects.select_for_update().get(pk=by.school.pk)


def _of_this_year(school: School, mef: str) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(
        school_year__school=school, school_year__year=school.current_year or 0, mef=mef
    )


def _keep(school: School, mefs: list[str], *, by: Actor) -> None:
    before, school.extra_mefs = ", ".join(school.extra_mefs), mefs
    school.save(update_fields=["extra_mefs"])
    field = "MEF d’un autre ministère"
    change = journal.Change("modifie", "etablissement", school.uai, field, before, ", ".join(mefs))
    journal.record([change], school_uai=school.uai, by=by.author)
