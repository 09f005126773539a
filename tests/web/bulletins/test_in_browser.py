"""Bulletins in a real browser: accessible; « Modifier » by the mouse and the keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import bulletin_factories as made
import factories
import partner_server
import school_to_import as scene
from browser import assert_accessible_everywhere, sign_in
from livretpro.bulletins import jobs
from livretpro.bulletins.models import FrameItem, ImportBatch, Mockup, TeacherGrade
from livretpro.referentiels.models import Competence, Diploma, Referentiel
from livretpro.schools.rules import Role
from pdf_reading import pages
from school_to_import import Ready

SITE = f"/bulletins/{factories.UAI}"
FRAMES = f"{SITE}/competences/referentiels/"


@pytest.fixture
def ready(page: Page, live_server: LiveServer, transactional_db: None) -> Iterator[Ready]:
    """A school with a division ready and one to repair, its head signed in."""
    with partner_server.running_suivi() as cpro:
        ready = scene.school(cpro)
        held = Referentiel.objects.create(
            slug="melec", version=1, sigle="MELEC", complete=True, source={}
        )
        Diploma.objects.create(cfd=factories.CFD, label="MELEC", referentiel=held)
        for rank in (1, 2):
            Competence.objects.create(
                referentiel=held,
                code=f"C{rank}",
                label=f"Compétence {rank}",
                position=rank,
                expected=True,
            )
        scene.division(ready, "1MELEC", 1001, 1002)
        broken = scene.division(ready, "1LOG", 1003)
        made.service(into=broken, label="Entreposage")
        factories.membership(role=Role.CHEF)
        sign_in(page, factories.user(), live_server)
        yield ready


def test_codes_are_brought_up_to_date_by_a_right_click_and_by_the_keyboard(
    page: Page, ready: Ready
) -> None:
    FrameItem.objects.update(cpro_code="")
    page.goto(FRAMES)
    page.get_by_role("cell", name="0 codes sur 2").click(button="right")
    page.get_by_role("button", name="Mettre à jour les codes CPRO dans la grille").click()
    expect(page.get_by_text("2 codes CPRO mis à jour.")).to_be_visible()

    FrameItem.objects.update(cpro_code="")
    page.goto(FRAMES)
    page.get_by_text("Modifier", exact=False).first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text("2 codes sur 2")).to_be_visible()


def open_menu(page: Page, menu: str, entry: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_text(menu, exact=True).click()
    page.get_by_role("link", name=entry, exact=True).click()


def test_the_three_steps_of_the_import_are_followed_by_the_names_of_the_menus(
    page: Page, ready: Ready, tmp_path: Path
) -> None:
    """The seed, from the sector of the class to the PDF: a division blocked, repaired, its mock-up
    completed, imported while the page follows, read, printed, then undone."""
    Mockup.objects.update(shows_teacher_grade=False, grouping="element")
    page.goto(f"{SITE}/cpro/")
    open_menu(page, "Ressources", "Classes > Liste")
    expect(page.get_by_text("Toutes les divisions ont leur filière.")).to_be_visible()
    open_menu(page, "Ressources", "Matières > Liste")
    expect(page.get_by_label("Code SIECLE de Enseignement")).to_have_value("071100")
    open_menu(page, "Ressources", "Classes > Services par classe")
    page.get_by_role("main").get_by_role("link", name="1LOG").click()
    page.get_by_role("checkbox", name="Entreposage", exact=True).check()
    page.get_by_role("checkbox", name="Enseignement technologique-professionnel").first.check()
    page.get_by_role("button", name="Transformer en sous-services").click()
    expect(page.get_by_text("sous-service,")).to_have_count(2)
    open_menu(page, "Compétences", "Référentiels > Référentiels par matière")
    expect(page.get_by_role("cell", name="2 codes sur 2")).to_be_visible()

    open_menu(page, "Compétences", "Bulletins > Configuration des maquettes")
    page.get_by_role("link", name="Bulletin de la filière").click()
    for there in ("Compétences définies dans le référentiel de la matière", "Appréciations"):
        expect(page.get_by_label(there)).to_be_checked()
    page.get_by_label("Note du professeur").check()
    page.get_by_role("radio", name="Par compétence").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Note du professeur")).to_be_checked()

    open_menu(page, "Imports/Exports", "PARTENAIRES > CPRO > Importer les données de CPRO")
    page.get_by_role("navigation", name="Période").get_by_text("1er trimestre").click()
    expect(page.get_by_text("2 divisions sur 2 sont prêtes.")).to_be_visible()
    for division in ("1LOG", "1MELEC"):
        page.get_by_role("checkbox", name=division).check()
    page.get_by_role("button", name="Importer les évaluations CPRO").click()
    expect(page.locator("#avancee")).to_have_text("Import : 0 / 2 divisions")
    assert_accessible_everywhere(page)
    jobs.run_import(ImportBatch.objects.latest("pk").pk, on=timezone.localdate())
    expect(page.get_by_text("Annuler cet import")).to_be_visible(timeout=30_000)
    assert set(TeacherGrade.objects.values_list("student__siecle_id", flat=True)) == {
        1001,
        1002,
        1003,
    }

    open_menu(page, "Compétences", "Bulletins > Consultation")
    page.get_by_role("main").get_by_role("link", name="1LOG").click()
    page.get_by_role("link", name="ELEVE1003 Léa").click()
    expect(page.get_by_text("De bons progrès.")).to_be_visible()
    expect(page.get_by_role("row", name="Compétence 1 3, maîtrisée")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Imprimer").click()
    kept = tmp_path / "bulletin.pdf"
    download.value.save_as(kept)
    printed = pages(kept.read_bytes())[0]
    assert all(text in printed for text in ("ELEVE1003 Léa", "De bons progrès.", "12,50"))

    open_menu(page, "Imports/Exports", "PARTENAIRES > CPRO > Importer les données de CPRO")
    page.get_by_role("link", name=re.compile(r" \d{4}, \d+ h \d\d")).click()
    page.get_by_role("button", name="Annuler cet import").click()
    expect(page.get_by_text("Import annulé : 12 valeurs remises comme avant.")).to_be_visible()
    assert not TeacherGrade.objects.exists()
