"""The page of a rehearsal: what it says, where it leads, how it opens."""

import pytest
from django.test import Client

from livretpro.journal.models import Entry
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.models import Nomenclature
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Division, Enrolment, Student
from livretpro.schools.rules import APPRENTICE_STATUS, Role
from lycee import CIEL, UAI, Lycee, found, signed_in
from query_counts import queries
from read_page import ReadPage

pytestmark = pytest.mark.django_db

EXPORT = f"/suivi/{UAI}/{CIEL}/export/"
INE = "0123456789A"


def made(pupils: int = 2) -> tuple[Lycee, ExportVersion, Client]:
    """A lycée whose TCIEL1 has been exported, and its head signed in."""
    lycee = found({"TCIEL1": pupils})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(*range(1001, 1001 + pupils), green=True)
    Student.objects.filter(siecle_id=1001).update(ine=INE)
    version = lycee.export("TCIEL1").version
    return lycee, version, signed_in(lycee.person(Role.CHEF))


def page_of(version: ExportVersion, head: Client) -> ReadPage:
    return ReadPage(head.get(f"{EXPORT}versions/{version.pk}/repetition/"))


def test_the_button_of_a_version_runs_it_and_shows_what_would_be_imported() -> None:
    _lycee, version, head = made()
    panel = f"{EXPORT}divisions/{version.division_id}/"
    assert "Répétition générale de la version 1" in ReadPage(head.get(panel)).text

    answer = head.post(f"{EXPORT}versions/{version.pk}/repetition/", follow=True)

    page = ReadPage(answer)
    assert answer.redirect_chain == [(f"{EXPORT}versions/{version.pk}/repetition/", 302)]
    assert page.title == "Répétition générale de TCIEL1 – Bac pro CIEL – LivretPro"
    assert "Répétition, sans lien avec LSL" in answer.content.decode()
    assert "Les 2 élèves du fichier seraient importés : rien à corriger." in page.text
    assert "Importés2 Partiels0 Rejetés0 Contrôles du fichier7 / 7" in page.text
    assert "1 AUBRY Élève1 IMPORTÉ 0 2 BENHADDOU Élève2 IMPORTÉ 0" in page.text
    assert "À corriger avant l’envoi" not in page.text
    assert "Absents du fichier" not in page.text
    assert Entry.objects.filter(action="repete", kind="export", key=str(version.pk)).count() == 1


def test_the_journal_says_it_in_words() -> None:
    _lycee, version, head = made(1)
    head.post(f"{EXPORT}versions/{version.pk}/repetition/")

    page = ReadPage(head.get(f"/ecole/{UAI}/journal/"))

    assert "a répété l’envoi Export de TCIEL1, version 1" in page.text
    assert "1 importé, 0 partiel, 0 rejeté" in page.text


def test_reading_the_page_writes_nothing() -> None:
    _lycee, version, head = made(1)
    before = Entry.objects.count()

    page_of(version, head)

    assert Entry.objects.count() == before


def test_each_finding_has_its_sentence_code_line_value_and_the_way_to_its_repair() -> None:
    lycee, version, head = made(3)
    Student.objects.filter(siecle_id=1001).update(ine="9999999999Z")
    elsewhere = Division.objects.create(school_year=lycee.year, code="TCIEL9")
    Enrolment.objects.filter(student__siecle_id=1002).update(division=elsewhere)
    Enrolment.objects.filter(student__siecle_id=1003).update(status=APPRENTICE_STATUS)

    page = page_of(version, head)

    assert "Aucun des 3 élèves du fichier ne serait importé en entier." in page.text
    assert (
        "AUBRY Élève1 REJETÉ L’INE du fichier n’est pas celui de l’élève.REJLSL_E03, ligne 11"
        in page.text
    )
    assert "•••••••789A" in page.text
    assert INE not in page.text
    assert page.links("Corriger l’INE : AUBRY Élève1") == [f"/ecole/{UAI}/imports/"]
    panel = f"{EXPORT}divisions/{version.division_id}/"
    assert page.links("Refaire le fichier : BENHADDOU Élève2") == [panel]
    assert page.links("Refaire le fichier : CORDIER Élève3") == [panel]
    assert "Importés0 Partiels0 Rejetés3" in page.text


def test_those_who_are_not_in_the_file_are_listed_with_their_livret() -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001)
    version = lycee.export("TCIEL1").version
    head = signed_in(lycee.person(Role.CHEF))

    page = page_of(version, head)

    livret = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1002).pk}/"
    assert "Le seul élève du fichier serait importé : rien à corriger." in page.text
    assert page.links("BENHADDOU Élève2") == [livret]


def test_a_version_refused_whole_shows_the_refusal_alone(settings) -> None:
    _lycee, version, head = made(1)
    settings.LSL_PUBLISHER = "AUTRE"

    page = page_of(version, head)

    assert "Ce fichier serait refusé en entier : aucun élève n’en serait lu." in page.text
    assert "REFUSÉ En-tête : le logiciel « LIVRETPRO LivretPro » n’a pas d’accréd" in page.text
    assert "active.REJLSL_F03, ligne 3 LIVRETPRO LivretPro" in page.text
    assert "Contrôles du fichier6 / 7" in page.text
    assert "Élèves du fichier" not in page.text


def test_without_nomenclature_the_page_says_what_to_do() -> None:
    _lycee, version, head = made(1)
    Nomenclature.objects.all().delete()

    answer = head.post(f"{EXPORT}versions/{version.pk}/repetition/", follow=True)

    assert "Aucune nomenclature LSL n’est chargée" in ReadPage(answer).text
    assert not Entry.objects.filter(action="repete").exists()


def test_a_version_from_elsewhere_is_not_found() -> None:
    _lycee, version, head = made(1)

    assert head.get(f"{EXPORT}versions/999999/repetition/").status_code == 404
    assert (
        head.get(f"/suivi/{UAI}/40025520/export/versions/{version.pk}/repetition/").status_code
        == 404
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_pupil_as_for_three(count: int) -> None:
    _lycee, version, head = made(count)
    Student.objects.update(ine="9999999999Z")
    head.get(f"{EXPORT}versions/{version.pk}/repetition/")

    with queries(18):
        head.get(f"{EXPORT}versions/{version.pk}/repetition/")
