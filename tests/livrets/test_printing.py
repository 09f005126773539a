"""The printed livret: what its two pages say, who is on it, its cost, what the journal tells."""

from datetime import date

import pytest

import livret_factories as make
from livretpro.journal.models import Entry
from livretpro.livrets.models import Periodicity
from livretpro.livrets.printing import NothingToPrint, print_division, print_livret
from pdf_reading import pages, reader
from query_counts import queries

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
MENTION = "Document de travail, ne remplace pas LSL"


def printed(room: make.Classroom):
    """The livret of the first pupil."""
    return print_livret(room.first, room.year, room.diploma, by=room.head, on=TODAY)


def printed_class(room: make.Classroom):
    return print_division(room.division, room.year, room.diploma, by=room.head, on=TODAY)


def test_both_pages_say_what_the_livret_holds() -> None:
    room = make.classroom(2)
    make.typed(room.first, make.FULL | {"moyenne_2": "NN", "pfmp_semaines": "22"})
    make.typed(room.first, {"projet_note": "15", "projet_enseignant_1_nom": "NŒUD"})

    first, second = pages(printed(room).content)

    for said in (
        "Livret scolaire de NOM0001",
        "1er trimestre 12,50 2e trimestre non noté 3e trimestre année 12,50",
        "Effectif du groupe 1 sur 2 Moyenne annuelle du groupe 12,50",
        "< 8 0,00 ≥ 8 et < 12 0,00 ≥ 12 100,00",
        "C2 Compétence C2 X",
        "De réels progrès.",
        "DURAND Anne",
        MENTION,
    ):
        assert said in first
    for said in (
        "classe de terminale",
        "Six semaines en entreprise.",
        "Semaines de PFMP sur tout le cycle : 22.",
        "PETIT Zoé",
        "Projet Note sur 20 : 15,00",
        "NŒUD",
        MENTION,
    ):
        assert said in second


def test_semestres_have_two_lines_and_a_closed_projet_none() -> None:
    room = make.classroom(kind="S")
    Periodicity.objects.update(project=False)

    first, second = pages(printed(room).content)

    assert "1er semestre 2e semestre année" in first
    assert "trimestre" not in first
    assert "Projet" not in second


def test_a_text_that_looks_like_a_command_is_printed_as_typed() -> None:
    room = make.classroom()
    hostile = '#read("/etc/passwd") *gras* $x$ @renvoi'
    make.typed(room.first, {"appreciation": hostile, "enseignant_1_nom": "#PANIC()"})

    first = pages(printed(room).content)[0]

    assert hostile in first
    assert "#PANIC()" in first


def test_a_division_is_one_document_in_the_order_of_names() -> None:
    room = make.classroom(3)
    make.typed(room.pupils[1], make.MANDATORY)

    made = printed_class(room)

    titles = [page.split(" Établissement")[0] for page in pages(made.content)[::2]]
    assert [title.split()[-2] for title in titles] == ["NOM0001", "NOM0002", "NOM0003"]
    assert len(reader(made.content).pages) == 6
    assert reader(made.content).metadata.title == "Livrets scolaires de TMELEC, 2025-2026"


def test_the_pupils_a_person_does_not_see_are_not_printed() -> None:
    room = make.classroom(2)

    with pytest.raises(NothingToPrint):
        print_division(room.division, room.year, room.diploma, by=make.teacher(), on=TODAY)

    assert not Entry.objects.filter(action="imprime").exists()


def test_an_apprentice_has_no_livret_to_print() -> None:
    room = make.classroom()
    make.typed(room.first, {"moyenne_1": "12"})
    room.first.status = "AP"

    with pytest.raises(NothingToPrint):
        printed(room)


def test_nothing_is_printed_before_the_periodicity() -> None:
    room = make.classroom()
    room.periodicity.delete()

    with pytest.raises(NothingToPrint):
        printed(room)


def test_names_of_files_have_plain_letters_alone() -> None:
    room = make.classroom(code="1 ÉLEC/B")
    student = room.first.student
    student.last_name, student.first_name = "L’HÔPITAL", 'Zoé "x"\r\n'

    assert printed(room).file_name == "LIVRET_0990001N_2025_1-ELEC-B_L-HOPITAL-Zoe-x.pdf"
    assert printed_class(room).file_name == "LIVRETS_0990001N_2025_1-ELEC-B.pdf"


def test_each_print_is_told() -> None:
    room = make.classroom(2)

    printed(room)
    printed_class(room)

    told = Entry.objects.filter(action="imprime").order_by("pk")
    assert list(told.values_list("kind", "key", "field")) == [
        ("impression", "1001", "terminale"),
        ("impression", f"{room.division.pk}:{room.diploma.cfd}", "livrets : 2"),
    ]


@pytest.mark.parametrize("pupils", [1, 3])
def test_printing_costs_the_same_whatever_the_number_of_pupils(pupils: int) -> None:
    room = make.classroom(pupils)
    for pupil in room.pupils:
        make.typed(pupil, make.FULL)

    with queries(8):
        printed_class(room)
    with queries(7):
        printed(room)
