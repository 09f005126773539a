"""The periodicity of a level of a diploma, and whether it has a chef-d'œuvre or projet."""

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets.actions.values import Forbidden
from livretpro.livrets.fields import shown
from livretpro.livrets.models import Periodicity
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


@transaction.atomic
def set_periodicity(
    year: SchoolYear, cfd: str, level: Level, kind: PeriodKind, *, by: Actor
) -> bool:
    """Choose trimestres or semestres; says whether something changed.

    Raises `NotYours`, or `PeriodicityFrozen` once a livret of the level holds a typed value. The
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
        row.kind = kind.value
        row.save(update_fields=["kind"])
    _tell(row, "périodicité", before, row.kind, by=by)
    return True


def _refuse_if_frozen(year: SchoolYear, cfd: str, level: Level) -> None:
    if pupils := frozen_by(year, cfd, level.value):
        raise PeriodicityFrozen(level, pupils)


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


def _tell(row: Periodicity, field: str, before: str, after: str, *, by: Actor) -> None:
    key = f"{row.school_year.year}:{row.cfd}:{row.level}"
    change = journal.Change("modifie", "periodicite", key, field, before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
