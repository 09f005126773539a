"""The whole way: SIECLE files in, livrets filled, a file out that LSL's own checks accept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import lsl_rules
from background import worker
from browser import assert_accessible_everywhere, sign_in
from journeys.steps import (
    EXPORT,
    as_files,
    choose_trimestres,
    export,
    fill_the_first_livret,
    import_files,
)
from livretpro.accounts.models import User
from livretpro.referentiels.actions import load_all
from livretpro.referentiels.rules import Level
from livretpro.schools.founding import create_school
from livretpro.schools.models import Staff
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, files, found
from reference_data import DATA


@pytest.fixture
def background(transactional_db: None) -> Iterator[None]:
    """A worker at work."""
    with worker():
        yield


@pytest.fixture
def lycee(transactional_db: None) -> Lycee:
    """A school just founded: no file yet."""
    load_all(DATA)
    return Lycee(create_school(UAI, "Lycée professionnel de Valmeray"))


def open_as(page: Page, user: User, live_server: LiveServer) -> None:
    """Sign in and open the first page."""
    sign_in(page, user, live_server)
    page.goto("/")


def test_from_the_files_of_siecle_to_a_file_for_lsl(
    page: Page, live_server: LiveServer, background: None, lycee: Lycee, tmp_path: Path
) -> None:
    open_as(page, lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"), live_server)
    import_files(page)
    lycee.school.refresh_from_db()

    head = lycee.person(Role.CHEF)
    open_as(page, head, live_server)
    choose_trimestres(page)

    open_as(page, lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé"), live_server)
    fill_the_first_livret(page)

    open_as(page, head, live_server)
    content = export(page, tmp_path)
    assert lsl_rules.check_document(content) == ()
    verify(page, content, "C’est la version 001 de TCIEL1, intacte.")
    verify(page, content.replace(b"15.5", b"16.5"), "Ce fichier n’est pas un de ceux de")


def verify(page: Page, content: bytes, sentence: str) -> None:
    """Ask whether a file is one of the school's."""
    page.goto(EXPORT)
    page.get_by_label("Fichier à vérifier").set_input_files(files=as_files([content]))
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.get_by_text(sentence)).to_be_visible()


def test_the_import_pages_are_accessible(
    page: Page, live_server: LiveServer, background: None, lycee: Lycee
) -> None:
    open_as(page, lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"), live_server)
    assert_accessible_everywhere(page)

    page.get_by_label("Fichiers de SIECLE et de STS").set_input_files(files=as_files([b""]))
    page.get_by_role("button", name="Lire les fichiers").click()
    expect(page.get_by_text("Un des fichiers est vide")).to_be_visible()
    assert_accessible_everywhere(page)

    page.get_by_label("Fichiers de SIECLE et de STS").set_input_files(files=as_files([b"<a/>"]))
    page.get_by_role("button", name="Lire les fichiers").click()
    expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)
    assert_accessible_everywhere(page)

    page.get_by_role("link", name="Importer d’autres fichiers").click()
    expect(page.get_by_role("table", name="Imports précédents")).to_be_visible()
    assert_accessible_everywhere(page)


def test_an_import_waiting_for_the_worker_is_accessible(
    page: Page, live_server: LiveServer, transactional_db: None
) -> None:
    lycee = found({"TCIEL1": 1}, reference=False)
    open_as(page, lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"), live_server)

    page.get_by_label("Fichiers de SIECLE et de STS").set_input_files(
        files=as_files(files({"TCIEL1": 1}))
    )
    page.get_by_role("button", name="Lire les fichiers").click()

    expect(page.locator("#avancee")).to_contain_text("Lecture en attente")
    assert_accessible_everywhere(page)


def test_the_export_pages_are_accessible(
    page: Page, live_server: LiveServer, transactional_db: None
) -> None:
    lycee = found({"1CIEL1": 1, "TCIEL1": 3})
    open_as(page, lycee.person(Role.CHEF), live_server)
    panel = f"{EXPORT}divisions/{lycee.division('TCIEL1').pk}/"
    page.goto(panel)
    assert_accessible_everywhere(page)

    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1002, 1003, green=True)
    lycee.export("TCIEL1")
    lycee.fill(1003, average="8")
    second = lycee.export("TCIEL1").version
    page.goto(f"{EXPORT}versions/{second.pk}/changements/")
    assert_accessible_everywhere(page)

    verify(page, b"<a/>", "Ce fichier n’est pas un de ceux de")
    assert_accessible_everywhere(page)


def test_the_panel_follows_the_options_without_leaving_the_page(
    page: Page, live_server: LiveServer, transactional_db: None
) -> None:
    lycee = found({"TCIEL1": 1})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001)
    open_as(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"{EXPORT}divisions/{lycee.division('TCIEL1').pk}/")

    page.get_by_label("Profil").select_option("1.0")

    expect(page.get_by_text("Sans place dans le profil 1.0")).to_be_visible()
    expect(page).to_have_url(
        f"{live_server.url}{EXPORT}divisions/{lycee.division('TCIEL1').pk}/?profil=1.0"
    )


def test_the_pages_about_people_are_accessible(
    page: Page, live_server: LiveServer, transactional_db: None
) -> None:
    lycee = found({"TCIEL1": 1})
    open_as(page, lycee.person(Role.ADMINISTRATEUR, "ADMIN", "Ada"), live_server)
    page.goto(f"/ecole/{UAI}/comptes/")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_label("Nom", exact=True)).to_be_focused()
    assert_accessible_everywhere(page)
    page.get_by_label("Personne de STS").first.select_option(label="ROYER Anne")
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.get_by_role("heading", name="Code d’activation de Anne ROYER")).to_be_visible()
    assert_accessible_everywhere(page)

    Staff.objects.filter(last_name="PETIT").delete()
    open_as(page, lycee.person(Role.CHEF), live_server)
    page.goto(f"/suivi/{UAI}/{CIEL}/enseignants/")
    assert_accessible_everywhere(page)
    page.get_by_text("Ajouter quelqu’un en TCIEL1").click()
    page.get_by_label("Ajouter un enseignant en TCIEL1").select_option(label="ROYER Anne")
    page.get_by_role("button", name="Ajouter en TCIEL1").click()
    expect(page.get_by_role("button", name="Retirer ROYER Anne de TCIEL1")).to_be_visible()
    assert_accessible_everywhere(page)
