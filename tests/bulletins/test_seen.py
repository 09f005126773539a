"""Which bulletins a person reads, which services they type in, who publishes."""

from dataclasses import replace
from datetime import date

import pytest

import bulletin_factories as make
import factories
from livretpro.bulletins.actions.publishing import (
    NotYoursToPublish,
    PublicationChanged,
    publish,
)
from livretpro.bulletins.models import Publication
from livretpro.bulletins.queries.seen import (
    seen_division,
    seen_divisions,
    seen_students,
    typed_services,
)
from livretpro.journal.models import Entry
from livretpro.schools.actors import Actor
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db


def teacher() -> Actor:
    return replace(factories.actor(Role.ENSEIGNANT), user=factories.user(), on=factories.SCHOOL_DAY)


def test_a_teacher_reads_the_divisions_of_their_services_and_types_there() -> None:
    year, staff = factories.school_year(), factories.staff(person=factories.user())
    own, grouped, _ = (factories.division(code) for code in ("A", "B", "C"))
    french = make.service(make.subject("Français", "020700"), into=own, teachers=(staff,))
    workshop = make.service(group=make.group(grouped), teachers=(staff,))
    make.service(into=own)

    assert [str(one) for one in seen_divisions(teacher(), year)] == ["A", "B"]
    assert list(typed_services(teacher(), year)) == [french, workshop]
    assert seen_students(teacher(), own) is None
    assert seen_division(teacher(), year, own.pk) == own
    assert seen_division(teacher(), year, factories.division("C").pk) is None


def test_the_head_reads_all_and_the_administrator_nothing() -> None:
    year, division = factories.school_year(), factories.division()
    make.service(into=division)

    assert [str(one) for one in seen_divisions(factories.actor(), year)] == ["1MELEC"]
    assert len(typed_services(factories.actor(), year)) == 1
    assert not seen_divisions(factories.actor(Role.ADMINISTRATEUR), year)
    assert not typed_services(factories.actor(Role.ADMINISTRATEUR), year)


def test_a_referent_reads_their_pupils_alone() -> None:
    division, pupil = factories.division(), factories.student()
    factories.enrolment(pupil, into=division)
    year = division.school_year
    referent = replace(teacher(), referent_of=frozenset({(year.pk, pupil.pk)}))

    assert seen_students(referent, division) == {pupil.pk}
    assert list(seen_divisions(referent, year)) == [division]


def test_the_head_opens_bulletins_to_pupils_and_two_heads_do_not_cross() -> None:
    division, period, day = factories.division(), make.period(), date(2025, 12, 5)
    told = {"now": make.NOW, "by": factories.actor()}

    with pytest.raises(NotYoursToPublish):
        publish(division, period, day, seen=None, now=make.NOW, by=teacher())
    assert publish(division, period, day, seen=None, **told)
    assert not publish(division, period, day, seen=None, **told)
    with pytest.raises(PublicationChanged):
        publish(division, period, None, seen=None, **told)
    assert Publication.objects.get().published_on == day
    assert publish(division, period, None, seen=day, **told)

    assert not Publication.objects.exists()
    assert Entry.objects.filter(field="remise, 1er trimestre").count() == 2
