"""« Déjà transmis, absent de ce fichier »: what earlier files carried, and why a pupil is out."""

from datetime import date
from decimal import Decimal

import pytest

import factories
from export_reading import OURS, export, full_room
from livret_factories import Classroom
from livretpro.livrets.actions import record
from livretpro.lsl_export.panel import panel
from livretpro.lsl_export.transmitted import absences, told_by, why_absent
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.stays import Stay
from lsl_documents import a_document, a_scolarite, an_eleve, an_evaluation
from lsl_xml import AvisPfmp, Periode, Profile, Structure, write
from query_counts import queries

PFMP = AvisPfmp("Six semaines.", "PETIT", "Zoé")


def pupil(number=1, *, evaluation=None, **scolarite):
    evaluations = (an_evaluation(**(evaluation or {})),)
    return an_eleve(id=number, scolarites=(a_scolarite(evaluations=evaluations, **scolarite),))


def file(*eleves):
    return write(a_document(*eleves), Profile.V1_1)


def absent(*earlier, now):
    said = told_by(enumerate(earlier, 1))
    return [
        (d.eleve_id, d.field, said[d.eleve_id, d.annee_scolaire, d.field][1])
        for d in absences(said, now)
    ]


# From bytes to bytes


def test_what_the_former_file_said_and_the_next_does_not_still_stands_in_lsl() -> None:
    before = file(pupil(1, avis_pfmp=PFMP), pupil(2))
    now = file(pupil(1, evaluation={"periodiques": (Periode(2, Decimal(9)),)}))

    assert absent(before, now=now) == [
        (1, "Moyenne de la période 1", 1),
        (1, "Synthèse des PFMP", 1),
        (1, "Enseignant de la PFMP", 1),
        (2, "Livret", 1),
        (2, "Périodicité", 1),
        (2, "Moyenne de la période 1", 1),
        (2, "Enseignants", 1),
    ]


def test_what_any_earlier_file_said_counts_and_the_last_to_say_it_is_named() -> None:
    said, silent = file(pupil(evaluation={"annuelle": "Bien."})), file(pupil())

    assert absent(said, silent, now=silent) == [(1, "Appréciation générale", 1)]
    assert absent(said, said, silent, now=silent) == [(1, "Appréciation générale", 2)]


def test_a_value_changed_or_added_is_not_absent() -> None:
    before = file(pupil(evaluation={"annuelle": "Bien."}))
    now = file(pupil(evaluation={"annuelle": "Très bien."}, avis_pfmp=PFMP))

    assert absent(before, now=now) == []


def test_figures_of_the_group_and_identity_are_nothing_that_a_file_takes_away() -> None:
    before = file(
        pupil(evaluation={"structure": Structure(2, Decimal(11))}, code_mef="24725520330")
    )

    assert absent(before, now=file(pupil())) == []


def test_a_livret_of_last_year_is_sought_in_its_own_year() -> None:
    both = an_eleve(id=1, scolarites=(a_scolarite(), a_scolarite(annee_scolaire=2023)))
    said = told_by([(1, file(both))])

    found = absences(said, file(pupil(1)))

    assert {d.annee_scolaire for d in found} == {2023}


# Why a pupil is not there


def stay(*, stands: bool = True, **changed) -> Stay:
    stood = {
        "division": Division(pk=2, code="TMELEC2"),
        "cfd": factories.CFD,
        "start": date(2025, 11, 3),
        "end": None if stands else date(2026, 1, 12),
    }
    return Stay(Enrolment(**stood | changed), stands)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, "n’a plus cet identifiant SIECLE"),
        (stay(stands=False), "parti le 12/01/2026"),
        (stay(status="AP"), "apprenti depuis le 03/11/2025"),
        (stay(status="FQ"), "n’est plus sous statut scolaire"),
        (stay(cfd="40025519"), "prépare un autre diplôme"),
        (stay(no_livret="Une seconde n’a pas de livret."), "n’a plus de livret"),
        (stay(), "en TMELEC2 depuis le 03/11/2025"),
    ],
)
def test_why_a_pupil_is_no_longer_there(found: Stay | None, why: str) -> None:
    assert why_absent(found, factories.CFD) == why


# On the panel


def seen(room: Classroom) -> list[tuple[str, tuple[str, ...], int, str]]:
    shown = panel(room.division, room.diploma, OURS, by=room.head)
    return [(lost.name, lost.fields, lost.last, lost.why) for lost in shown.lost]


def leave(pupil: Enrolment, on: date = date(2026, 1, 12)) -> None:
    Enrolment.objects.filter(pk=pupil.pk).update(end=on)


def move(pupil: Enrolment, division: Division) -> None:
    leave(pupil)
    Enrolment.objects.create(
        student=pupil.student,
        school_year=pupil.school_year,
        division=division,
        mef=pupil.mef,
        cfd=pupil.cfd,
        level=Level.TERMINALE.value,
        start=date(2026, 1, 12),
    )


@pytest.mark.django_db
def test_each_pupil_sent_and_no_longer_there_is_named_with_the_reason() -> None:
    room = full_room(4)
    export(room)
    stays, gone, moved, red = room.pupils
    record(stays, "appreciation", "", by=room.head)
    leave(gone)
    move(moved, factories.division("TMELEC2"))
    record(red, "competence:C1", "", by=room.head)
    export(room)

    name = str(stays.student)
    assert seen(room) == [
        (name, ("Appréciation générale",), 1, ""),
        (str(gone.student), ("Livret",), 1, "parti le 12/01/2026"),
        (str(moved.student), ("Livret",), 1, "en TMELEC2 depuis le 12/01/2026"),
        (str(red.student), ("Livret",), 1, "son livret est rouge"),
    ]


@pytest.mark.django_db
def test_who_comes_back_in_the_file_is_no_longer_absent() -> None:
    room = full_room(2)
    export(room)
    record(room.first, "competence:C1", "", by=room.head)
    export(room)
    record(room.first, "competence:C1", "2", by=room.head)

    assert seen(room) == []


@pytest.mark.django_db
@pytest.mark.parametrize("pupils", [1, 3])
def test_it_costs_the_same_whatever_the_pupils_and_the_versions(pupils: int) -> None:
    room = full_room(pupils + 1)
    for _ in range(pupils):
        record(room.first, "moyenne_1", str(10 + _), by=room.head)
        export(room)
    for pupil in room.pupils[:pupils]:
        leave(pupil)

    with queries(13):
        assert len(seen(room)) == pupils
