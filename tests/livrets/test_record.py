"""Saving one value: who, when, on what condition, and what the journal keeps."""

from datetime import date
from decimal import Decimal

import pytest

import factories
import livret_factories as make
from livret_reading import content, told
from livretpro.journal.models import Entry
from livretpro.livrets.actions import (
    Closed,
    Conflict,
    Forbidden,
    record,
)
from livretpro.livrets.models import Livret, PeriodBilan, TeacherLine
from query_counts import queries

pytestmark = pytest.mark.django_db


# What is kept


def test_every_kind_of_field_comes_back_as_it_was_typed() -> None:
    room = make.classroom()
    values = {
        "moyenne_1": "12,5",
        "moyenne_2": "nn",
        "competence:C2": "4",
        "appreciation": "Une ligne.\r\nDeux lignes.",
        "enseignant_2_nom": " DE   SOUZA ",
        "enseignant_2_prenom": "Inès",
        "pfmp_exporter": "oui",
        "pfmp_synthese": "Six semaines.",
        "pfmp_nom": "PETIT",
        "pfmp_prenom": "Zoé",
        "pfmp_semaines": "22",
        "pfmp_etranger": "non",
        "projet_note": "0",
        "projet_appreciation": "Un beau projet.",
        "projet_enseignant_1_nom": "DURAND",
    }

    saved = {key: record(room.first, key, raw, by=room.head) for key, raw in values.items()}

    kept = content(room.first)
    assert {key: one.after for key, one in saved.items()} == {
        **values,
        "moyenne_1": "12,50",
        "moyenne_2": "NN",
        "appreciation": "Une ligne.\nDeux lignes.",
        "enseignant_2_nom": "DE SOUZA",
        "projet_note": "0,00",
    }
    assert kept.averages[1] == Decimal("12.50")
    assert kept.degrees == {"C2": 4}
    assert (kept.teachers[2].last_name, kept.teachers[2].first_name) == ("DE SOUZA", "Inès")
    assert (kept.pfmp.exported, kept.pfmp.weeks, kept.pfmp.abroad) == (True, 22, False)
    assert kept.project.mark == Decimal(0)


def test_emptied_fields_leave_nothing_in_the_tables() -> None:
    room = make.classroom()
    make.typed(room.first, {**make.FULL, "moyenne_2": "NN", "pfmp_semaines": "22"})

    make.typed(room.first, dict.fromkeys([*make.FULL, "moyenne_2", "pfmp_semaines"], ""))

    assert not content(room.first).started
    assert list(PeriodBilan.objects.values_list("average", "not_graded", "appraisal")) == [
        (None, False, ""),
        (None, False, ""),
    ]
    assert not TeacherLine.objects.exists()


@pytest.mark.parametrize("raw", ["\u200b", " \u00a0\u2060\n", "\u00ad"])
def test_a_text_of_which_nothing_shows_is_no_text(raw) -> None:
    room = make.classroom()

    saved = [record(room.first, key, raw, by=room.head) for key in make.OPTIONAL]

    assert [one.changed for one in saved] == [False] * len(make.OPTIONAL)
    assert not content(room.first).started


def test_half_a_line_of_teacher_stays_when_the_other_half_is_emptied() -> None:
    room = make.classroom()
    make.typed(room.first, {"enseignant_1_nom": "DURAND", "enseignant_1_prenom": "Anne"})

    record(room.first, "enseignant_1_nom", "", by=room.head)

    line = TeacherLine.objects.get()
    assert (line.last_name, line.first_name) == ("", "Anne")


def test_the_livret_keeps_the_version_of_the_referentiel_it_was_opened_with() -> None:
    room = make.classroom()
    opened_with = room.diploma.referentiel
    record(room.first, "appreciation", "Bien.", by=room.head)
    room.diploma.referentiel = make.referentiel(version=2)
    room.diploma.save()

    record(room.first, "competence:C1", "2", by=room.head)

    livret = Livret.objects.get()
    assert livret.referentiel == opened_with
    assert livret.degrees.get().competence.referentiel == opened_with


# On what condition


def test_a_value_replaces_the_one_the_person_saw() -> None:
    room = make.classroom()
    record(room.first, "moyenne_1", "12", by=room.head)

    saved = record(room.first, "moyenne_1", "13", by=room.head, replaced="12,00")

    assert (saved.before, saved.after, saved.changed) == ("12,00", "13,00", True)


def test_a_conflict_carries_both_values_and_writes_nothing() -> None:
    room = make.classroom()
    record(room.first, "moyenne_1", "12", by=room.head)
    before = told()

    with pytest.raises(Conflict) as refusal:
        record(room.first, "moyenne_1", "14", by=room.head, replaced="")

    assert (refusal.value.stands, refusal.value.wanted) == ("12,00", "14,00")
    assert refusal.value.field.key == "moyenne_1"
    assert content(room.first).averages == {1: Decimal(12)}
    assert told() == before


def test_a_conflict_on_the_first_save_leaves_no_livret() -> None:
    room = make.classroom()

    with pytest.raises(Conflict):
        record(room.first, "moyenne_1", "14", by=room.head, replaced="12,00")

    assert not Livret.objects.exists()


@pytest.mark.parametrize(
    ("key", "raw", "again"),
    [
        ("moyenne_1", "12,5", "12.50"),
        ("moyenne_1", "NN", "non noté"),
        ("competence:C1", "3", " 3 "),
        ("appreciation", "Bien.", "Bien.\r\n"),
        ("enseignant_1_nom", "DURAND", "DURAND "),
        ("pfmp_exporter", "oui", "on"),
    ],
)
def test_the_same_value_twice_is_saved_once_whatever_was_seen(key, raw, again) -> None:
    room = make.classroom()
    first = record(room.first, key, raw, by=room.head)

    second = record(room.first, key, again, by=room.head, replaced="autre chose")

    assert (first.changed, second.changed) == (True, False)
    assert len(told()) == 1


def test_different_fields_never_conflict() -> None:
    room = make.classroom()
    seen = dict.fromkeys(make.FULL, "")

    for key, raw in make.FULL.items():
        record(room.first, key, raw, by=room.head, replaced=seen[key])

    assert len(told()) == len(make.FULL)


def test_the_same_field_of_two_pupils_never_conflicts() -> None:
    room = make.classroom(2)
    record(room.pupils[0], "moyenne_1", "12", by=room.head, replaced="")

    record(room.pupils[1], "moyenne_1", "13", by=room.head, replaced="")

    averages = [content(pupil).averages for pupil in room.pupils]
    assert averages == [{1: Decimal(12)}, {1: Decimal(13)}]


def test_without_a_value_seen_the_new_one_wins() -> None:
    room = make.classroom()
    record(room.first, "moyenne_1", "12", by=room.head)

    record(room.first, "moyenne_1", "15", by=room.head)

    assert content(room.first).averages == {1: Decimal(15)}


# What the journal keeps


def test_each_change_has_one_entry_with_its_author_and_both_values() -> None:
    room = make.classroom()
    teacher = make.teacher(speciality=[room.division])
    record(room.first, "moyenne_1", "12", by=room.head)

    record(room.first, "moyenne_1", "", by=teacher)

    last = Entry.objects.order_by("pk").last()
    assert told() == [("moyenne_1", "", "12,00"), ("moyenne_1", "12,00", "")]
    assert (last.school_uai, last.author_id, last.author_name) == (
        factories.UAI,
        "z.petit",
        "Zoé Petit",
    )
    assert (last.action, last.kind, last.key) == ("modifie", "livret", str(Livret.objects.get().pk))


# Last year's livret


def test_the_head_may_still_correct_last_years_livret_and_teachers_no_more() -> None:
    room = make.classroom()
    last_year = factories.school_year(year=factories.YEAR - 1)
    old_place = factories.division("1MELEC", year=last_year)
    make.periodicity(level="premiere", year=last_year)
    stayed = make.pupil(7, into=old_place, mef=factories.MEF_PREMIERE, end=last_year.end)
    left = make.pupil(8, into=old_place, mef=factories.MEF_PREMIERE, end=date(2025, 1, 10))

    saved = record(stayed, "appreciation", "Bien.", by=room.head)
    with pytest.raises(Forbidden):
        record(stayed, "appreciation", "Mal.", by=make.teacher(speciality=[room.division]))
    with pytest.raises(Closed):
        record(left, "appreciation", "Bien.", by=room.head)

    assert saved.changed


# Cost


@pytest.mark.parametrize(
    ("key", "expected"),
    [("appreciation", 5), ("moyenne_1", 6), ("competence:C1", 6), ("enseignant_1_nom", 7)],
)
def test_a_save_in_an_open_livret_costs_a_handful_of_queries(key, expected) -> None:
    room = make.classroom()
    record(room.first, "pfmp_nom", "PETIT", by=room.head)

    with queries(expected):
        record(room.first, key, "3", by=room.head)
