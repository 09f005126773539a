"""Saving one value: everything that is refused, and who may write what."""

from datetime import date

import pytest

import factories
import livret_factories as make
from livret_reading import told
from livretpro.livrets.actions import Closed, Forbidden, record, set_project
from livretpro.livrets.fields import UnknownField
from livretpro.livrets.models import Livret
from livretpro.schools.rules import Role
from livretpro.typed import BadValue

pytestmark = pytest.mark.django_db


def test_a_period_beyond_the_periodicity_is_refused() -> None:
    room = make.classroom(kind="S")

    with pytest.raises(BadValue) as refusal:
        record(room.first, "moyenne_3", "12", by=room.head)

    assert refusal.value.phrase == ("La période 3 n’existe pas : la terminale compte 2 semestres.")
    assert not Livret.objects.exists()


def test_weeks_are_refused_in_premiere_and_taken_in_terminale() -> None:
    room = make.classroom()
    make.periodicity(level="premiere")
    younger = make.pupil(2, mef=factories.MEF_PREMIERE)

    with pytest.raises(BadValue) as refusal:
        record(younger, "pfmp_semaines", "8", by=room.head)
    older = record(room.first, "pfmp_semaines", "8", by=room.head)

    assert refusal.value.phrase == (
        "Les semaines de PFMP se saisissent en terminale, pas en première."
    )
    assert older.changed


@pytest.mark.parametrize("code", ["C9", make.SUB_COMPETENCE])
def test_a_competence_that_is_not_expected_is_refused(code) -> None:
    room = make.classroom()

    with pytest.raises(BadValue) as refusal:
        record(room.first, f"competence:{code}", "3", by=room.head)

    assert refusal.value.phrase == (
        f"La compétence {code} n’est pas attendue au livret de ce diplôme."
    )
    assert told() == []


def test_entry_is_closed_until_a_periodicity_is_set() -> None:
    room = make.classroom()
    room.periodicity.delete()

    with pytest.raises(Closed) as refusal:
        record(room.first, "appreciation", "Bien.", by=room.head)

    assert refusal.value.phrase == (
        "La saisie est fermée : le chef d’établissement ou le DDFPT doit d’abord choisir "
        "la périodicité de la terminale."
    )
    assert not Livret.objects.exists()


def test_entry_is_closed_without_a_referentiel() -> None:
    make.diploma(loaded=False)
    make.periodicity()
    enrolment = make.pupil()

    with pytest.raises(Closed) as refusal:
        record(enrolment, "appreciation", "Bien.", by=factories.actor())

    assert refusal.value.phrase == (
        "La saisie est fermée : le référentiel de ce diplôme n’est pas encore chargé, "
        "la liste des compétences attendues manque."
    )


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"end": date(2025, 11, 3)}, "Cet élève a quitté la division le 03/11/2025."),
        ({"status": "AP"}, "Cet élève n’est pas sous statut scolaire."),
    ],
)
def test_entry_is_closed_for_who_has_no_livret(changes, phrase) -> None:
    room = make.classroom()
    enrolment = make.pupil(2, **changes)

    with pytest.raises(Closed) as refusal:
        record(enrolment, "appreciation", "Bien.", by=room.head)

    assert refusal.value.phrase == phrase


def test_the_project_is_closed_until_it_is_switched_on() -> None:
    room = make.classroom()
    set_project(room.periodicity, open_it=False, by=room.head)

    with pytest.raises(Closed) as refusal:
        record(room.first, "projet_note", "12", by=room.head)

    assert refusal.value.phrase == ("Le chef-d’œuvre ou projet n’est pas ouvert pour la terminale.")


def test_an_unknown_field_is_refused() -> None:
    room = make.classroom()

    with pytest.raises(UnknownField):
        record(room.first, "moyenne_4", "12", by=room.head)


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("head", {"appreciation", "pfmp_synthese", "projet_note"}),
        ("ddfpt", {"appreciation", "pfmp_synthese", "projet_note"}),
        ("speciality", {"appreciation", "pfmp_synthese", "projet_note"}),
        ("principal", {"pfmp_synthese"}),
        ("elsewhere", set()),
        ("administrator", set()),
    ],
)
def test_who_may_write_what(who, allowed) -> None:
    room = make.classroom()
    other = factories.division("TCIEL")
    people = {
        "head": factories.actor(Role.CHEF),
        "ddfpt": factories.actor(Role.DDFPT),
        "speciality": make.teacher(speciality=[room.division]),
        "principal": make.teacher(principal=[room.division]),
        "elsewhere": make.teacher(speciality=[other], principal=[other]),
        "administrator": factories.actor(Role.ADMINISTRATEUR),
    }

    written = set()
    for key, raw in {"appreciation": "A.", "pfmp_synthese": "B.", "projet_note": "12"}.items():
        try:
            record(room.first, key, raw, by=people[who])
        except Forbidden:
            continue
        written.add(key)

    assert written == allowed
    assert len(told()) == len(allowed)


def test_the_head_may_keep_the_pfmp_to_the_professeur_principal() -> None:
    room = make.classroom()
    school = factories.school()
    school.pfmp_by_speciality_teachers = False
    school.save()

    with pytest.raises(Forbidden):
        record(room.first, "pfmp_synthese", "B.", by=make.teacher(speciality=[room.division]))
    saved = record(room.first, "pfmp_synthese", "B.", by=make.teacher(principal=[room.division]))

    assert saved.changed
