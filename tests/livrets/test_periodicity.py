"""Choosing trimestres or semestres, and when it can no longer change (spec 02, Periodicity)."""

from datetime import date
from functools import partial

import pytest
from django.db import transaction

import factories
import livret_factories as make
from at_once import at_once, kinds, meanwhile
from livretpro.journal.models import Entry
from livretpro.livrets.actions import (
    Forbidden,
    PeriodicityFrozen,
    record,
    set_periodicity,
    set_project,
)
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.queries import frozen_by
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from livretpro.typed import BadValue
from query_counts import queries

pytestmark = pytest.mark.django_db

T, S = PeriodKind.TRIMESTRE, PeriodKind.SEMESTRE


def choose(room, kind, *, level=Level.TERMINALE, by=None):
    return set_periodicity(room.year, factories.CFD, level, kind, by=by or room.head)


def kind_of(room):
    return Periodicity.objects.get(school_year=room.year, level="terminale").kind


def told():
    entries = Entry.objects.filter(kind="periodicite").select_related("values_kept").order_by("pk")
    return [(e.key, e.field, e.values_kept.before, e.values_kept.after) for e in entries]


def test_the_first_choice_opens_entry_and_is_told() -> None:
    room = make.classroom()
    room.periodicity.delete()

    changed = choose(room, S)

    assert changed
    assert kind_of(room) == "S"
    assert told() == [("2025:40025520:terminale", "périodicité", "", "S")]


def test_the_same_choice_again_changes_nothing() -> None:
    room = make.classroom(kind="T")

    changed = choose(room, T)

    assert not changed
    assert told() == []


def test_it_changes_as_long_as_nothing_is_typed() -> None:
    room = make.classroom(kind="T")

    changed = choose(room, S)

    assert changed
    assert told() == [("2025:40025520:terminale", "périodicité", "T", "S")]


@pytest.mark.parametrize("role", [Role.ENSEIGNANT, Role.ADMINISTRATEUR])
def test_head_and_ddfpt_alone_choose(role) -> None:
    room = make.classroom(kind="T")

    with pytest.raises(Forbidden):
        choose(room, S, by=factories.actor(role))
    choose(room, S, by=factories.actor(Role.DDFPT))

    assert kind_of(room) == "S"


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        ("moyenne_1", "12"),
        ("moyenne_1", "NN"),
        ("competence:C1", "3"),
        ("appreciation", "Bien."),
        ("enseignant_1_nom", "DURAND"),
        ("pfmp_synthese", "Six semaines."),
        ("pfmp_prenom", "Zoé"),
        ("pfmp_semaines", "22"),
        ("pfmp_etranger", "non"),
        ("projet_note", "0"),
        ("projet_appreciation", "Bien."),
        ("projet_enseignant_1_prenom", "Anne"),
    ],
)
def test_any_typed_value_freezes_it_and_the_last_one_emptied_opens_it_again(key, raw) -> None:
    room = make.classroom(kind="T")
    record(room.first, key, raw, by=room.head)

    with pytest.raises(PeriodicityFrozen) as refusal:
        choose(room, S)
    record(room.first, key, "", by=room.head)
    changed = choose(room, S)

    assert refusal.value.phrase == (
        "La périodicité de la terminale ne peut plus changer : "
        "un élève a déjà des données de livret."
    )
    assert changed
    assert len(told()) == 1


def test_the_refusal_counts_the_pupils_those_gone_included() -> None:
    room = make.classroom(3, kind="T")
    for pupil in room.pupils[:2]:
        record(pupil, "appreciation", "Bien.", by=room.head)
    room.first.end = date(2025, 11, 3)
    room.first.save()

    with pytest.raises(PeriodicityFrozen) as refusal:
        choose(room, S)

    assert refusal.value.pupils == 2
    assert kind_of(room) == "T"


def test_a_pupil_gone_is_enough_to_freeze_it() -> None:
    room = make.classroom(kind="T")
    record(room.first, "appreciation", "Bien.", by=room.head)
    room.first.end = date(2025, 11, 3)
    room.first.save()

    with pytest.raises(PeriodicityFrozen):
        choose(room, S)

    assert kind_of(room) == "T"


@pytest.mark.parametrize("choice", ["oui", "non"])
def test_the_export_choice_alone_does_not_freeze_it(choice) -> None:
    room = make.classroom(kind="T")
    record(room.first, "pfmp_exporter", choice, by=room.head)

    changed = choose(room, S)

    assert Livret.objects.filter(pfmp_export=True).exists() is (choice == "oui")
    assert changed


def test_another_level_another_diploma_or_another_year_freezes_nothing_here() -> None:
    room = make.classroom(kind="T")
    make.periodicity(level="premiere")
    last_year = factories.school_year(year=factories.YEAR - 1)
    make.periodicity(year=last_year)
    record(make.pupil(2, mef=factories.MEF_PREMIERE), "appreciation", "Bien.", by=room.head)
    former = make.pupil(3, into=factories.division("TMELEC", year=last_year))
    record(former, "appreciation", "Bien.", by=room.head)
    other = make.pupil(4)
    other.cfd = make.diploma("40025519").cfd
    other.save()
    Periodicity.objects.create(school_year=room.year, cfd=other.cfd, level="terminale", kind="T")
    record(other, "appreciation", "Bien.", by=room.head)

    changed = choose(room, S)

    assert changed


def test_closing_the_project_keeps_what_was_typed_and_is_told_once() -> None:
    room = make.classroom()
    record(room.first, "projet_note", "12", by=room.head)

    set_project(room.periodicity, open_it=False, by=room.head)
    set_project(room.periodicity, open_it=False, by=room.head)

    assert str(Livret.objects.get().project_mark) == "12.00"
    assert told() == [("2025:40025520:terminale", "projet", "oui", "non")]


def test_a_teacher_does_not_open_the_project() -> None:
    room = make.classroom()

    with pytest.raises(Forbidden):
        set_project(room.periodicity, open_it=False, by=factories.actor(Role.ENSEIGNANT))

    assert Periodicity.objects.get().project


@pytest.mark.parametrize("pupils", [1, 3])
def test_counting_who_freezes_it_costs_two_queries(pupils) -> None:
    room = make.classroom(pupils)
    for pupil in room.pupils:
        record(pupil, "appreciation", "Bien.", by=room.head)

    with queries(2):
        frozen = frozen_by(room.year, factories.CFD, "terminale")

    assert frozen == pupils


# The first save of a livret and a change of periodicity at the same instant: one loses cleanly


def save_of_period_3(room):
    return partial(record, room.first, "moyenne_3", "12", by=room.head)


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_for_the_first_save_then_is_refused() -> None:
    room = make.classroom(kind="T")

    with transaction.atomic():
        save_of_period_3(room)()
        change = meanwhile(partial(choose, room, S))

    assert kinds([change.result()]) == ["PeriodicityFrozen"]
    assert kind_of(room) == "T"
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_a_first_save_waits_for_the_change_then_is_refused() -> None:
    room = make.classroom(kind="T")

    with transaction.atomic():
        choose(room, S)
        save = meanwhile(save_of_period_3(room))

    refusal = save.result()
    assert isinstance(refusal, BadValue)
    assert refusal.phrase == "La période 3 n’existe pas : la terminale compte 2 semestres."
    assert not Livret.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(4))
def test_of_both_started_together_exactly_one_wins(_round) -> None:
    room = make.classroom(kind="T")

    saved, changed = at_once(save_of_period_3(room), partial(choose, room, S))

    if changed is True:
        assert isinstance(saved, BadValue)
        assert (kind_of(room), Livret.objects.count()) == ("S", 0)
    else:
        assert isinstance(changed, PeriodicityFrozen)
        assert (kind_of(room), Livret.objects.count()) == ("T", 1)


@pytest.mark.django_db(transaction=True)
def test_saves_of_two_pupils_at_once_both_stand() -> None:
    """They share the periodicity's row, and follow each other at the journal alone."""
    room = make.classroom(2)

    outcomes = at_once(
        *(partial(record, pupil, "moyenne_1", "12", by=room.head) for pupil in room.pupils)
    )

    assert kinds(outcomes) == ["Saved", "Saved"]


@pytest.mark.django_db(transaction=True)
def test_two_first_choices_at_the_same_instant_make_one_periodicity() -> None:
    room = make.classroom()
    room.periodicity.delete()

    outcomes = at_once(partial(choose, room, T), partial(choose, room, S))

    assert kinds(outcomes) == ["bool", "bool"]
    assert Periodicity.objects.count() == 1
    assert told()[-1][3] == kind_of(room)
