"""What the export screen says of the last version of a division."""

import pytest

from livretpro.livrets.actions import record
from livretpro.lsl_export.board import Board, board
from livretpro.lsl_export.profiles import Options, profile_named
from livretpro.referentiels.models import Nomenclature
from livretpro.referentiels.rules import Level
from lycee import Lycee, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def lycee() -> Lycee:
    """Four pupils of terminale, two to a division; all but the last are orange."""
    made = found({"TCIEL1": 2, "TCIEL2": 2})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002, 1003)
    return made


def seen(lycee: Lycee) -> Board:
    """The board of the diploma."""
    return board(lycee.year, lycee.diploma, by=lycee.actor)


def since(lycee: Lycee) -> list[tuple[str, str]]:
    """Each division and what changed since its last version."""
    return [(d.prepared.division.code, d.since) for d in seen(lycee).divisions]


def test_without_version_there_is_nothing_to_compare(lycee: Lycee) -> None:
    assert since(lycee) == [("TCIEL1", ""), ("TCIEL2", "")]


def test_each_division_is_compared_with_its_own_version(lycee: Lycee) -> None:
    lycee.export("TCIEL1")
    lycee.export("TCIEL2")

    lycee.fill(1003, 1004)

    assert since(lycee) == [
        ("TCIEL1", "rien n’a changé depuis la version 1"),
        ("TCIEL2", "un livret a changé depuis la version 1"),
    ]


def test_figures_of_the_group_alone_are_told_apart(lycee: Lycee) -> None:
    lycee.export("TCIEL1")
    lycee.fill(1001, 1002, average="12,5")
    record(lycee.enrolment(1002), "competence:C01", "", by=lycee.actor)
    lycee.export("TCIEL1")

    record(lycee.enrolment(1002), "moyenne_1", "8", by=lycee.actor)

    assert since(lycee)[0] == (
        "TCIEL1",
        "seuls les chiffres du groupe ont changé depuis la version 2",
    )


def test_the_options_of_the_last_version_are_kept_to_compare(lycee: Lycee) -> None:
    lycee.export("TCIEL1", Options(profile_named("1.0")))

    assert since(lycee)[0] == ("TCIEL1", "rien n’a changé depuis la version 1")


def test_a_division_red_again_is_told_as_changed(lycee: Lycee) -> None:
    lycee.export("TCIEL1")

    for pupil in (1001, 1002):
        record(lycee.enrolment(pupil), "enseignant_1_nom", "", by=lycee.actor)

    assert since(lycee)[0] == ("TCIEL1", "2 livrets ont changé depuis la version 1")


def test_without_nomenclature_the_versions_stay_and_the_trouble_is_said(lycee: Lycee) -> None:
    made = lycee.export("TCIEL1").version
    Nomenclature.objects.all().delete()

    shown = seen(lycee)

    assert shown.trouble.startswith("Aucune nomenclature LSL n’est chargée")
    assert (shown.divisions[0].last, shown.divisions[0].since) == (made, "")


def test_pupils_sent_by_any_version_and_absent_from_the_next_are_counted(lycee: Lycee) -> None:
    lycee.export("TCIEL1")
    lycee.export("TCIEL2")
    record(lycee.enrolment(1002), "enseignant_1_nom", "", by=lycee.actor)
    lycee.export("TCIEL1")
    record(lycee.enrolment(1003), "enseignant_1_nom", "", by=lycee.actor)

    assert [d.gone for d in seen(lycee).divisions] == [1, 0]
