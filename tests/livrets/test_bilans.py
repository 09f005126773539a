"""The bilan de période: what is kept of each period, what it lacks, who publishes it."""

from datetime import UTC, datetime
from functools import partial

import pytest
from django.utils import timezone

import factories
import livret_factories as make
from livret_reading import content, told
from livretpro.livrets.actions import (
    Closed,
    Conflict,
    Forbidden,
    NotPublishable,
    NotYoursToPublish,
    PeriodicityFrozen,
    fill,
    move_livrets,
    publish_period,
    record,
    set_periodicity,
    take_period_back,
    undo_move,
)
from livretpro.livrets.bilans import changes, division_bilans, lacking_degrees, publications
from livretpro.livrets.models import Livret, PeriodBilan, PeriodDegree, PeriodPublication
from livretpro.livrets.queries import sheets
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.models import Competence
from livretpro.referentiels.rules import Level
from livretpro.schools.queries import pupils_of_division, pupils_with_bilan
from livretpro.schools.rules import APPRENTICE_STATUS
from livretpro.typed import BadValue
from query_counts import queries

LONG_AGO = datetime(2025, 9, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db

WHOLE = {
    "moyenne_1": "12,5",
    "bilan_1_appreciation": "Un bon départ.",
    "bilan_1_competence:C1": "3",
    "bilan_1_competence:C2": "2",
    "bilan_1_competence:C3": "4",
    "enseignant_1_nom": "DURAND",
    "enseignant_1_prenom": "Anne",
}


def sheet(room, number=0):
    return sheets(room.pupils, room.year, bilans=True)[number]


def bilans(room, number=1):
    return division_bilans(room.division, pupils_with_bilan(room.head, room.division), number)


# What is kept


def test_each_period_keeps_its_own_degrees_and_appraisal() -> None:
    room = make.classroom()
    make.typed(
        room.first,
        {
            "bilan_1_appreciation": "Un bon départ.",
            "bilan_1_competence:C1": "3",
            "bilan_1_competence:C1.1": "2",
            "bilan_2_competence:C1": "4",
            "competence:C1": "1",
        },
    )

    kept = sheet(room).content
    assert kept.appraisals == {1: "Un bon départ."}
    assert kept.period_degrees == {(1, "C1"): 3, (1, "C1.1"): 2, (2, "C1"): 4}
    assert kept.degrees == {"C1": 1}
    assert kept.averages == {}


def test_the_average_of_the_period_is_that_of_the_livret() -> None:
    room = make.classroom()
    make.typed(room.first, {"bilan_1_appreciation": "Bien.", "moyenne_1": "12,5"})
    make.typed(room.first, {"moyenne_1": ""})

    assert sheet(room).content.averages == {}
    assert sheet(room).content.appraisals == {1: "Bien."}
    assert not sheet(room).status.started


def test_what_is_cleared_leaves_the_instant_of_the_change() -> None:
    room = make.classroom()
    make.typed(room.first, {"bilan_1_competence:C1": "3"})
    make.typed(room.first, {"bilan_1_competence:C1": "0"})

    livret = Livret.objects.get()
    assert not PeriodDegree.objects.exists()
    assert list(changes([livret.pk, None], 1)) == [livret.pk]
    assert list(changes([livret.pk], 2)) == []


def test_a_value_that_is_no_longer_the_one_seen_is_not_replaced() -> None:
    room = make.classroom()
    make.typed(room.first, {"bilan_1_competence:C1.1": "3"})

    with pytest.raises(Conflict) as conflict:
        record(room.first, "bilan_1_competence:C1.1", "4", by=room.head, replaced="2")

    assert conflict.value.stands == "3"
    assert sheet(room).content.period_degrees == {(1, "C1.1"): 3}


def test_each_save_is_told_with_its_values() -> None:
    room = make.classroom()
    make.typed(room.first, {"bilan_1_appreciation": "Bien.", "bilan_1_competence:C2": "3"})

    assert told() == [
        ("bilan_1_appreciation", "", "Bien."),
        ("bilan_1_competence:C2", "", "3"),
    ]


@pytest.mark.parametrize(
    ("key", "raw", "said"),
    [
        ("bilan_1_appreciation", "x" * 301, "301 caractères"),
        ("bilan_1_competence:C1", "5", "n’est pas un degré"),
        ("bilan_1_competence:C9", "3", "ne s’évalue pas au bilan de période"),
        ("bilan_3_competence:C1", "3", "La période 3 n’existe pas"),
        ("bilan_3_appreciation", "Bien.", "La période 3 n’existe pas"),
    ],
)
def test_what_is_refused(key: str, raw: str, said: str) -> None:
    room = make.classroom(kind="S")

    with pytest.raises(BadValue) as refused:
        record(room.first, key, raw, by=room.head)

    assert said in refused.value.phrase
    assert not PeriodBilan.objects.exists()
    assert not Livret.objects.exists()


def test_a_teacher_of_something_else_does_not_write() -> None:
    room = make.classroom()
    stranger = make.teacher(principal=[room.division])

    with pytest.raises(Forbidden):
        record(room.first, "bilan_1_appreciation", "Bien.", by=stranger)


def test_a_degree_or_an_appraisal_of_a_period_freezes_the_periodicity() -> None:
    room = make.classroom()
    make.typed(room.first, {"bilan_1_competence:C1": "3"})

    with pytest.raises(PeriodicityFrozen):
        set_periodicity(
            room.year, factories.CFD, Level.TERMINALE, PeriodKind.SEMESTRE, by=room.head
        )
    make.typed(room.first, {"bilan_1_competence:C1": ""})

    assert set_periodicity(
        room.year, factories.CFD, Level.TERMINALE, PeriodKind.SEMESTRE, by=room.head
    )


def test_bilans_are_filled_from_a_sheet_as_livrets_are() -> None:
    room = make.classroom()
    heads = "eleve_id;bilan_1_appreciation;bilan_1_competence:C1.1;moyenne_1"

    wrong = fill(room.year, "eleve_id;bilan_1_competence:C7\n1001;2", by=room.head, apply=True)
    filled = fill(room.year, f"{heads}\n1001;Bien.;2;NN", by=room.head, apply=True)

    assert [e.phrase for e in wrong.errors] == [
        "La compétence C7 ne s’évalue pas au bilan de période de cet élève."
    ]
    assert filled.applied
    assert sheet(room).content.appraisals == {1: "Bien."}
    assert sheet(room).content.period_degrees == {(1, "C1.1"): 2}


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_whole_class_costs_what_a_pupil_costs(pupils: int) -> None:
    room = make.classroom(pupils)
    for one in room.pupils:
        make.typed(one, WHOLE)

    with queries(7):
        bilans(room)


# Another version of the référentiel


def test_degrees_of_periods_follow_their_codes_and_come_back() -> None:
    room = make.classroom()
    typed = {"bilan_1_competence:C1": "3", "bilan_1_competence:C1.1": "2", "competence:C3": "4"}
    make.typed(room.first, {**typed, "bilan_2_competence:C3": "1"})
    to = make.referentiel(version=2)
    Competence.objects.filter(referentiel=to, code__in=["C1.1", "C3"]).delete()
    PeriodBilan.objects.update(changed_at=LONG_AGO)

    move = move_livrets(room.year, factories.CFD, to, by=room.head)

    assert sorted((a.key, a.value) for a in move.aside) == [
        ("bilan_1_competence:C1.1", 2),
        ("bilan_2_competence:C3", 1),
        ("competence:C3", 4),
    ]
    assert sheet(room).content.period_degrees == {(1, "C1"): 3}
    assert not PeriodBilan.objects.filter(changed_at=LONG_AGO).exists()

    PeriodBilan.objects.update(changed_at=LONG_AGO)
    made = room.year.version_moves.get()
    undone = undo_move(made, by=room.head, now=timezone.now())

    assert (undone.back, undone.left) == (1, ())
    assert sheet(room).content.period_degrees == {(1, "C1"): 3, (1, "C1.1"): 2, (2, "C3"): 1}
    assert content(room.first).degrees == {"C3": 4}
    assert not PeriodBilan.objects.filter(changed_at=LONG_AGO).exists()


# What is missing


def test_a_competence_is_assessed_whole_or_by_its_parts() -> None:
    room = make.classroom()
    assert lacking_degrees(sheet(room), 1) == ["C1", "C2", "C3"]

    make.typed(room.first, {"bilan_1_competence:C1.1": "3", "bilan_1_competence:C2": "3"})
    assert lacking_degrees(sheet(room), 1) == ["C3"]
    make.typed(room.first, {"bilan_1_competence:C1.1": "", "bilan_1_competence:C1": "3"})
    assert lacking_degrees(sheet(room), 1) == ["C3"]
    assert lacking_degrees(sheet(room), 2) == ["C1", "C2", "C3"]


def test_what_the_bilans_of_a_division_lack_is_counted() -> None:
    room = make.classroom(3)
    make.typed(room.pupils[0], WHOLE)
    make.typed(room.pupils[1], {"moyenne_1": "NN"})

    found = bilans(room).lacks

    assert (found.pupils, found.empty) == (3, 1)
    assert (found.average, found.appraisal, found.degrees, found.teacher) == (1, 2, 2, 2)
    assert not found.whole


def test_an_apprentice_has_bilans_and_no_livret() -> None:
    room = make.classroom(2)
    apprentice = room.pupils[1]
    apprentice.status = APPRENTICE_STATUS
    apprentice.save()
    of_period = {key: value for key, value in WHOLE.items() if not key.startswith("enseignant")}

    make.typed(room.first, WHOLE)
    make.typed(apprentice, of_period)

    with pytest.raises(Closed, match="n’est pas sous statut scolaire"):
        record(apprentice, "competence:C1", "3", by=room.head)
    with pytest.raises(Closed, match="n’est pas sous statut scolaire"):
        record(apprentice, "enseignant_1_nom", "DURAND", by=room.head)
    assert (bilans(room).lacks.pupils, bilans(room).lacks.whole) == (2, True)
    assert pupils_of_division(room.head, room.division) == [room.first]
    assert publish_period(room.division, 1, by=room.head)


def test_apprentices_of_a_level_without_periodicity_keep_nobody_from_being_published() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)
    make.pupil(7, mef=factories.MEF_PREMIERE, status=APPRENTICE_STATUS)

    assert bilans(room).lacks.pupils == len(room.pupils) + 1
    assert publish_period(room.division, 1, by=room.head)


# Publication


def test_the_head_publishes_and_takes_back() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)

    assert publish_period(room.division, 1, by=room.head)
    assert not publish_period(room.division, 1, by=room.head)
    assert list(publications([room.division])) == [(room.division.pk, 1)]
    assert bilans(room).lacks.whole
    assert take_period_back(room.division, 1, by=room.head)
    assert not take_period_back(room.division, 1, by=room.head)

    assert publications([room.division]) == {}
    assert told("bilan_de_periode") == [
        ("période 1", "", "publiée"),
        ("période 1", "publiée", ""),
    ]


def test_the_professeur_principal_publishes_a_teacher_of_the_speciality_does_not() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)

    with pytest.raises(NotYoursToPublish):
        publish_period(room.division, 1, by=make.teacher(speciality=[room.division]))
    assert publish_period(room.division, 1, by=make.teacher(principal=[room.division]))
    with pytest.raises(NotYoursToPublish):
        take_period_back(room.division, 1, by=make.teacher(speciality=[room.division]))

    assert PeriodPublication.objects.get().author_name == "Zoé Petit"


def test_a_published_period_freezes_the_periodicity_until_it_is_taken_back() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)
    publish_period(room.division, 1, by=room.head)
    make.typed(room.first, dict.fromkeys(WHOLE, ""))
    to_semesters = partial(
        set_periodicity,
        room.year,
        factories.CFD,
        Level.TERMINALE,
        PeriodKind.SEMESTRE,
        by=room.head,
    )

    with pytest.raises(PeriodicityFrozen) as frozen:
        to_semesters()
    take_period_back(room.division, 1, by=room.head)

    assert f"une période de {room.division} est publiée" in frozen.value.phrase
    assert to_semesters()


def test_a_former_year_is_not_published() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)
    room.head.school.current_year += 1

    with pytest.raises(NotPublishable) as refused:
        publish_period(room.division, 1, by=room.head)

    assert "Cette année est passée" in refused.value.phrase


def test_values_still_change_once_published() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)
    publish_period(room.division, 1, by=room.head)

    record(room.first, "bilan_1_appreciation", "Mieux.", by=room.head)

    assert sheet(room).content.appraisals == {1: "Mieux."}
    assert PeriodPublication.objects.exists()


@pytest.mark.parametrize(
    ("number", "said"), [(2, "Rien n’est encore saisi"), (3, "compte 2 semestres")]
)
def test_a_period_that_cannot_be_published(number: int, said: str) -> None:
    room = make.classroom(kind="S")
    make.typed(room.first, WHOLE)

    with pytest.raises(NotPublishable) as refused:
        publish_period(room.division, number, by=room.head)

    assert said in refused.value.phrase
    assert not PeriodPublication.objects.exists()


def test_a_division_of_two_periodicities_is_not_published() -> None:
    room = make.classroom()
    make.typed(room.first, WHOLE)
    make.pupil(2, into=room.division, mef=factories.MEF_PREMIERE)
    make.periodicity("S", level="premiere")

    with pytest.raises(NotPublishable) as refused:
        publish_period(room.division, 1, by=room.head)

    assert "pas la même périodicité" in refused.value.phrase


def test_a_division_without_periodicity_is_not_published() -> None:
    room = make.classroom()
    room.periodicity.delete()

    with pytest.raises(NotPublishable) as refused:
        publish_period(room.division, 1, by=room.head)

    assert "reste à choisir" in refused.value.phrase
