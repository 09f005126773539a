"""The export in a real browser: several divisions taken away, two versions compared."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import lsl_xml
from background import worker
from bilans import a_finding, a_pupil, bilan_of
from browser import assert_accessible_everywhere, sign_in
from journeys.steps import EXPORT
from livretpro.livrets.actions import record
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.models import NomenclatureCode
from livretpro.referentiels.rules import Level
from livretpro.schools.models import Student
from livretpro.schools.rules import Role
from lsl_rules import Code
from lycee import UAI, found


@pytest.mark.django_db(transaction=True)
def test_the_head_takes_the_archive_in_a_browser(page: Page, live_server: LiveServer) -> None:
    lycee = found({"TCIEL1": 2, "TCIEL2": 1, "TCIEL3": 1})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, 1002, 1003)
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(EXPORT)
    page.get_by_text("Exporter plusieurs divisions dans une archive").click()
    expect(page.get_by_label("TCIEL3 Le seul livret de TCIEL3 est rouge.")).to_be_disabled()
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Préparer les fichiers").click()
    expect(page.locator("#avancee")).to_contain_text("Export en attente")
    assert_accessible_everywhere(page)
    page.goto(EXPORT)
    with worker():
        page.get_by_role("link", name="Export en cours : 0 / 2").click()
        expect(page.get_by_role("heading", name="2 fichiers prêts")).to_be_visible(timeout=30_000)
    assert_accessible_everywhere(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger l’archive").click()
    assert taken.value.suggested_filename.startswith(f"LSLPRO_{UAI}_2-divisions_")


@pytest.mark.django_db(transaction=True)
def test_the_head_compares_two_versions_in_a_browser(page: Page, live_server: LiveServer) -> None:
    lycee = found({"TCIEL1": 3})
    lycee.open_entry(Level.TERMINALE)
    for number in (1, 2, 3):
        lycee.fill(*range(1001, 1001 + number), average=str(9 + number))
        lycee.export("TCIEL1")
    record(lycee.enrolment(1002), "competence:C01", "", by=lycee.actor)
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"{EXPORT}divisions/{lycee.division('TCIEL1').pk}/")
    page.get_by_text("Déjà transmis, absent de ce fichier (1 élève)").click()
    page.get_by_text("Transmettre au LSL").click()
    assert_accessible_everywhere(page)
    page.get_by_label("Comparer la version 2").uncheck()
    page.get_by_label("Comparer la version 1").check()
    page.get_by_role("button", name="Comparer les deux versions cochées").click()
    expect(page.get_by_role("heading", name="De la version 001 à la 003")).to_be_visible()
    assert_accessible_everywhere(page)


@pytest.mark.django_db(transaction=True)
def test_the_head_rehearses_an_import_in_a_browser(page: Page, live_server: LiveServer) -> None:
    lycee = found({"TCIEL1": 4})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, 1002, 1003, green=True)
    Student.objects.filter(siecle_id=1002).update(ine="0123456789A")
    version = lycee.export("TCIEL1").version
    Student.objects.filter(siecle_id=1002).update(ine="9999999999Z")
    NomenclatureCode.objects.filter(mef="2472551933", code=_code_of(version)).delete()
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"{EXPORT}divisions/{lycee.division('TCIEL1').pk}/")
    page.get_by_role("button", name="Répétition générale de la version 1").click()
    expect(page.get_by_role("heading", name="À corriger avant l’envoi")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Corriger l’INE : BENHADDOU Élève2").click()
    expect(page).to_have_url(f"{live_server.url}/ecole/{UAI}/imports/")
    page.go_back()
    with page.expect_response("**/repetition/"):
        page.get_by_role("button", name="Répéter de nouveau").click()
    page.get_by_role("link", name="réglages du dépôt").click()
    page.get_by_label("Adresse").fill("http://127.0.0.1:9")
    page.get_by_label("Jeton de dépôt").fill("jeton")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("le jeton et les livrets voyagent en clair")).to_be_visible()
    assert_accessible_everywhere(page)


@pytest.mark.django_db(transaction=True)
def test_the_head_gives_a_token_of_deposit_in_a_browser(
    page: Page, live_server: LiveServer
) -> None:
    lycee = found({"TCIEL1": 1}, reference=False)
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"/registre/{UAI}/jetons/")
    page.get_by_label("Nom du logiciel").fill("Suivi")
    page.get_by_role("button", name="Donner un jeton").click()
    expect(page.get_by_text("Le jeton ne sera plus affiché.")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("main").get_by_role("link", name="Jetons de dépôt").click()
    expect(page.get_by_role("button", name="Révoquer")).to_be_visible()
    assert_accessible_everywhere(page)


def _code_of(version: ExportVersion) -> str:
    """The first code of competence of a file."""
    scolarite = lsl_xml.read(bytes(version.content)).donnees[0].scolarites[0]
    return scolarite.evaluations[0].competences[0].code


@pytest.mark.django_db(transaction=True)
def test_the_head_brings_back_the_bilan_of_lsl_in_a_browser(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, 1002)
    version = lycee.export("TCIEL1").version
    place = "année 2025, matière 071000 (O), période 1"
    finding = a_finding(Code.PARLSL_V03, place=place, value="21")
    told, untold = tmp_path / "bilan.xls", tmp_path / "autre.xls"
    told.write_bytes(bilan_of(version, a_pupil(1, finding), a_pupil(2)))
    untold.write_bytes(bilan_of(version, a_pupil(1), sha256=""))
    sign_in(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"{EXPORT}bilans/")
    page.get_by_label("Bilan à déposer").set_input_files(untold)
    page.get_by_role("button", name="Déposer le bilan").click()
    expect(page.get_by_role("heading", name="De quelle version")).to_be_visible()
    assert_accessible_everywhere(page)
    page.goto(f"{EXPORT}bilans/")
    page.get_by_label("Bilan à déposer").set_input_files(told)
    page.get_by_role("button", name="Déposer le bilan").click()
    expect(page.get_by_role("heading", name="À corriger avant le prochain export")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="AUBRY Élève1").click()
    expect(page.locator("#lsl-moyenne_1")).to_contain_text("valeur reçue : 21")
    assert_accessible_everywhere(page)
    page.goto(f"{EXPORT}bilans/")
    assert_accessible_everywhere(page)
