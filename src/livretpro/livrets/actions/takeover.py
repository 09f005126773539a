"""Taking over the averages of the livret that a change of diploma or level closed."""

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets import storing
from livretpro.livrets.actions.values import (
    Closed,
    Forbidden,
    Saved,
    check_campaign,
    check_field,
    closed_enrolment,
    is_open,
    lock_livrets,
    lock_periodicities,
    told,
)
from livretpro.livrets.contents import stored_contents
from livretpro.livrets.fields import field
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import LivretKey, Track
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment

OTHER_PERIODS = (
    "Les deux livrets n’ont pas la même périodicité : leurs moyennes ne se correspondent pas."
)


def take_over_averages(enrolment: Enrolment, former: Enrolment, *, by: Actor) -> int:
    """Copy the averages of `former`'s livret, period by period, into empty fields alone.

    Says how many. Both are livrets of one pupil in one year (spec 04, mid-year changes). Raises
    `Forbidden`, or `Closed` when entry is closed or the periods are not the same.
    """
    if not can_write(by, field("moyenne_1").part, enrolment):
        raise Forbidden
    if not is_open(enrolment, by.school):
        raise Closed(closed_enrolment(enrolment))
    with transaction.atomic():
        _check_periods(lock_periodicities(enrolment.school_year_id), enrolment, former, by=by)
        livrets = lock_livrets([enrolment])
        cells = _cells(livrets[_key(enrolment)], former)
        storing.write(cells)
        changes = [told(c.livret, Saved(c.field, "", c.field.show(c.value))) for c in cells]
        journal.record(changes, school_uai=by.school.uai, by=by.author)
    return len(cells)


def _check_periods(
    rows: dict[Track, Periodicity], enrolment: Enrolment, former: Enrolment, *, by: Actor
) -> None:
    row, before = (rows.get((e.cfd, e.level)) for e in (enrolment, former))
    check_field(field("moyenne_1"), None, level=Level(enrolment.level), row=row)
    check_campaign(row, by=by)
    if row and before and row.kind != before.kind:
        raise Closed(OTHER_PERIODS)


def _cells(livret: Livret, former: Enrolment) -> list[storing.Cell]:
    held = Livret.objects.filter(
        student=former.student_id,
        school_year=former.school_year_id,
        cfd=former.cfd,
        level=former.level,
    ).first()
    if held is None:
        return []
    contents = stored_contents([livret, held])
    own = contents[livret.pk].averages
    return [
        storing.Cell(livret, field(f"moyenne_{number}"), average)
        for number, average in contents[held.pk].averages.items()
        if number not in own
    ]


def _key(enrolment: Enrolment) -> LivretKey:
    return enrolment.student_id, enrolment.cfd, enrolment.level
