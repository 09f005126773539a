"""The printed bulletin: what it says, as its mock-up asks, who prints it, its cost, the journal."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

import bulletin_factories as make
import factories
from at_once import at_once
from livretpro.bulletins import printing
from livretpro.bulletins.models import GeneralAppraisal, Mockup
from livretpro.bulletins.printing import NothingToPrint, print_bulletin, print_division
from livretpro.bulletins.telling import change, tell
from livretpro.bulletins.words import Source
from livretpro.journal.models import Entry
from livretpro.schools.models import Division, Student
from livretpro.schools.rules import Role
from pdf_reading import pages, reader
from query_counts import queries
from typst_pdf import compile_pdf

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 12)


def room(pupils: int = 1, **options: object) -> tuple[Division, list[Student]]:
    """A division whose pupils have a vocational line, by element, in the first trimester."""
    division, period, own = factories.division(), make.period(), []
    frame = make.frame()
    element = make.item(frame, label="Préparer l’intervention")
    below = make.item(frame, "C1.1", label="Lire un schéma", parent=element)
    service = make.service(into=division, teachers=(factories.staff("ROYER", "Anne"),))
    for n in range(pupils):
        pupil = factories.student(1001 + n, last_name=f"NOM{n}")
        factories.enrolment(pupil, into=division)
        make.mark(service, pupil, "8.50")
        make.grade(service, pupil, "11.00", source=Source.CPRO)
        make.degree(service, pupil, below, 3)
        make.appraisal(service, pupil)
        own.append(pupil)
    GeneralAppraisal.objects.create(
        period=period, student=own[0], text="Continuez.", changed_at=make.NOW
    )
    make.assigned(division, period, make.mockup(**{"grouping": "element"} | options))
    return division, own


def printed(division: Division, pupil: Student, by=None):
    return print_bulletin(pupil, division, make.period(), by=by or factories.actor(), on=TODAY)


def printed_class(division: Division, *, by=None, apart: bool = False):
    who = by or factories.actor()
    return print_division(division, make.period(), by=who, on=TODAY, apart=apart)


def test_a_bulletin_says_all_that_was_decided() -> None:
    division, (pupil,) = room(shows_extremes=True, shows_general_average=True, footer="Vu.")

    made = printed(division, pupil)

    (page,) = pages(made.content)
    for said in (
        "Bulletin de compétences : NOM0 Léa",
        "Période : 1er trimestre, du 01/09/2025 au 30/11/2025",
        "Matière Note Groupe Min. Max. Appréciation",
        "technologique- professionnel ROYER Anne",
        "11,00 moyenne calculée : 8,50",
        "De réels progrès.",
        "Préparer l’intervention Lire un schéma 3, maîtrisée",
        "1 non maîtrisée, 2 insuffisamment maîtrisée, 3 maîtrisée, 4 bien maîtrisée",
        "Moyenne générale : 11,00",
        "Appréciation générale Continuez.",
        "Signature du chef d’établissement",
        "Vu.",
        "imprimé le 12/01/2026, page 1",
    ):
        assert said in page.replace("\u00a0", " ")
    assert made.file_name == "BULLETIN_0990001N_2025_1MELEC_T1_NOM0-Lea.pdf"


def test_what_the_mockup_does_not_show_is_not_printed() -> None:
    division, (pupil,) = room(
        shows_competences=False,
        shows_teacher_grade=False,
        shows_appraisals=False,
        shows_group_average=False,
        shows_general_appraisal=False,
        shows_signature=False,
        shows_birth_date=False,
    )

    (page,) = pages(printed(division, pupil).content)

    assert "8,50" in page
    for said in (
        *("Préparer", "11,00", "De réels", "Groupe", "Continuez", "Signature", "naissance"),
        "maîtrisée",
    ):
        assert said not in page


def test_a_text_that_looks_like_a_command_is_printed_as_typed() -> None:
    hostile = '#read("/etc/passwd") *gras* $x$ @renvoi'
    division, (pupil,) = room(footer=hostile)

    assert hostile in pages(printed(division, pupil).content)[0]


def test_a_division_is_one_document_in_the_order_of_names() -> None:
    division, _ = room(3)

    made = printed_class(division)

    assert [page.split(" Léa")[0][-4:] for page in pages(made.content)] == ["NOM0", "NOM1", "NOM2"]
    document = reader(made.content)
    assert document.metadata.title == "Bulletins de 1MELEC, 1er trimestre, 2025-2026"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert made.file_name == "BULLETINS_0990001N_2025_1MELEC_T1.pdf"


def test_a_division_is_also_one_file_each_in_an_archive() -> None:
    division, own = room(2)
    Student.objects.filter(pk=own[1].pk).update(last_name="NOM0")

    made = printed_class(division, apart=True)

    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert archive.namelist() == [
            "BULLETIN_0990001N_2025_1MELEC_T1_NOM0-Lea.pdf",
            "BULLETIN_0990001N_2025_1MELEC_T1_NOM0-Lea-1002.pdf",
        ]
        assert len(pages(archive.read(archive.namelist()[1]))) == 1
    assert (made.file_name, made.media_type) == (
        "BULLETINS_0990001N_2025_1MELEC_T1.zip",
        "application/zip",
    )


def test_who_does_not_see_the_pupils_prints_nothing() -> None:
    division, (first, second) = room(2)
    teacher = factories.actor(Role.ENSEIGNANT)
    referent = replace(teacher, referent_of=frozenset({(division.school_year_id, second.pk)}))

    for by in (teacher, factories.actor(Role.ADMINISTRATEUR)):
        with pytest.raises(NothingToPrint):
            printed_class(division, by=by)
    with pytest.raises(NothingToPrint):
        printed(division, first, by=referent)

    assert not Entry.objects.filter(action="imprime").exists()
    assert len(pages(printed_class(division, by=referent).content)) == 1


def test_nothing_is_printed_without_a_mockup() -> None:
    division, (pupil,) = room()
    Mockup.objects.get().assignments.all().delete()

    with pytest.raises(NothingToPrint):
        printed(division, pupil)


def test_each_print_is_told() -> None:
    division, (pupil,) = room()

    printed(division, pupil)
    printed_class(division)

    told = Entry.objects.filter(action="imprime").order_by("pk")
    period = make.period()
    assert list(told.values_list("kind", "key", "field")) == [
        ("bulletin", f"{pupil.pk}:{period.pk}", "1MELEC"),
        ("bulletin", "1MELEC, 1er trimestre", "bulletins : 1"),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("apart", [False, True])
def test_the_school_writes_on_while_a_division_is_laid_out(
    monkeypatch: pytest.MonkeyPatch, *, apart: bool
) -> None:
    division, (pupil,) = room()
    told = []

    def laid_out(model: Path, data: Mapping[str, object]) -> bytes:
        """The real layout, during which somebody else's save is told to the journal."""
        told.extend(at_once(lambda: _told_by_another(len(told))))
        return compile_pdf(model, data)

    monkeypatch.setattr(printing, "compile_pdf", laid_out)
    printed_class(division, apart=apart)
    printed(division, pupil)

    assert told == [0, 1]
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        *("modifie", "imprime"),
        *("modifie", "imprime"),
    ]


@transaction.atomic
def _told_by_another(number: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
    tell(factories.actor(), change("modifie", "bulletin", number))
    return number


@pytest.mark.parametrize("pupils", [1, 3])
def test_printing_costs_the_same_whatever_the_number_of_pupils(pupils: int) -> None:
    division, _ = room(pupils)
    period, by = make.period(), factories.actor()

    with queries(13):
        print_division(division, period, by=by, on=TODAY)
