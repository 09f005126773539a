"""Emptying what the journal keeps of a pupil: the bulletins too, and nobody else's."""

import pytest

import bulletin_factories as make
import factories
from livretpro.bulletins.actions.typing import Typed, record_in_service
from livretpro.bulletins.erasing import pupil_objects
from livretpro.journal.models import EntryValues
from livretpro.schools.actors import command_line
from livretpro.schools.erasing import erase_pupil_trail, values_kept

pytestmark = pytest.mark.django_db


def test_the_bulletins_of_a_pupil_are_emptied_and_those_of_the_others_stay() -> None:
    service, period = make.service(), make.period()
    gone, stays = factories.student(1001), factories.student(1002)
    typed = [Typed(one.pk, "appreciation", "En progrès.", "") for one in (gone, stays)]
    record_in_service(
        service, period, typed, pupils=[gone.pk, stays.pk], now=make.NOW, by=factories.actor()
    )
    objects = pupil_objects(gone)
    operator = command_line(period.school_year.school)

    counted = values_kept(gone, objects)
    erased = erase_pupil_trail(gone, objects, by=operator)

    left = EntryValues.objects.filter(entry__kind="bulletin", erased_by=None)
    assert (counted, erased) == (1, 1)
    assert [values.entry.key for values in left] == [f"{stays.pk}:{period.pk}"]
