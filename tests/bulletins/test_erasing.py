"""Emptying what the journal keeps of a pupil: the bulletins too, and nobody else's."""

import pytest

import bulletin_factories as make
import factories
from livretpro.bulletins.actions.typing import Typed, record_in_service
from livretpro.bulletins.erasing import erase_pupil_reports, pupil_objects, pupil_reports
from livretpro.bulletins.models import ImportBatch, ImportLine
from livretpro.bulletins.plan import Matter
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


def test_the_reports_of_imports_forget_the_pupil_and_keep_the_others() -> None:
    place = factories.division()
    gone = factories.student(1001, last_name="PARTI")
    batch = ImportBatch.objects.create(
        school_year=place.school_year, number=1, total=1, author_id="x", author_name="X"
    )
    told = [
        [Matter.KEPT.value, str(gone), "C1 : 3"],
        [Matter.UNMATCHED.value, "Parti L.", "n° 1001"],
        [Matter.ABSENT.value, "RESTE Zoé", ""],
        [Matter.UNMATCHED.value, "Autre L.", "n° 10012"],
    ]
    line = ImportLine.objects.create(
        batch=batch, division=place, report={"crees": 4, "constats": told}
    )

    assert pupil_reports(gone) == 1
    assert erase_pupil_reports(gone, by=command_line(place.school_year.school)) == 1

    line.refresh_from_db()
    assert line.report == {"crees": 4, "constats": told[2:]}
    assert pupil_reports(gone) == 0
