"""From Suivi to the Registre and back, in a real browser: rehearsed, imported, brought back,
repaired, imported again."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Download, Page, expect
from pytest_django.live_server_helper import LiveServer

import factories
from background import worker
from browser import assert_accessible_everywhere, sign_in
from journeys.steps import EXPORT
from livretpro.accounts.models import User
from livretpro.lsl_registry.authority import assist
from livretpro.lsl_registry.models import Import, ImportState
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import command_author
from livretpro.schools.models import Student
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, Lycee, found
from registry_factories import accredited

REGISTRE = f"/registre/{UAI}"
PASSWORD = "un mot de passe assez long"
DONE = 30_000


@pytest.mark.django_db(transaction=True)
def test_a_rejected_pupil_is_seen_repaired_and_overwritten(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    lycee = _with_another_ine(1002)
    accredited()
    division = f"{EXPORT}divisions/{lycee.division('TCIEL1').pk}/"
    head = lycee.person(Role.CHEF)
    sign_in(page, head, live_server)
    _the_registre_is_empty(page)
    first = _exported(page, division, tmp_path, version=1)
    Student.objects.filter(siecle_id=1002).update(ine="9999999999Z")
    page.get_by_role("button", name="Répétition générale de la version 1").click()
    expect(page.get_by_role("row", name="BENHADDOU Élève2").first).to_contain_text("REJETÉ")

    _signed_in_at_the_registre(page, head)
    bilan = _imported(page, first, tmp_path)

    expect(page.get_by_role("row", name="BENHADDOU Élève2").first).to_contain_text("REJLSL_E03")
    assert_accessible_everywhere(page)
    page.goto(f"{EXPORT}bilans/")
    page.get_by_label("Bilan à déposer").set_input_files(bilan)
    page.get_by_role("button", name="Déposer le bilan").click()
    expect(page.get_by_role("heading", name="À corriger avant le prochain export")).to_be_visible()
    page.get_by_role("link", name="BENHADDOU Élève2").first.click()
    expect(page.locator("main")).to_contain_text("REJLSL_E03")
    _another_value(page, lycee.enrolment(1001).pk)
    second = _exported(page, division, tmp_path, version=2)
    _imported(page, second, tmp_path)
    expect(page.get_by_role("row", name="BENHADDOU Élève2").first).to_contain_text("IMPORTÉ")
    expect(page.get_by_role("row", name="AUBRY Élève1").first).to_contain_text("IMPORTÉ 0 1")
    _the_records_hold_it(page)
    _the_assistance_decides(page, live_server)


def _with_another_ine(pupil: int) -> Lycee:
    """A division whose file will bear the former INE of a pupil."""
    lycee = found({"TCIEL1": 3})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, 1002)
    Student.objects.filter(siecle_id=pupil).update(ine="0123456789A")
    return lycee


def _signed_in_at_the_registre(page: Page, head: User) -> None:
    """Nobody is known there: the address asks who comes, and opens then."""
    head.set_password(PASSWORD)
    head.save()
    page.context.clear_cookies()
    page.goto(f"{REGISTRE}/importer/")
    page.get_by_label("Identifiant").fill(head.identifier)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile(f"{REGISTRE}/importer/$"))


def _the_registre_is_empty(page: Page) -> None:
    page.goto(f"{REGISTRE}/importer/")
    expect(page.get_by_text("Aucun fichier n’a encore été reçu.")).to_be_visible()
    assert_accessible_everywhere(page)


def _exported(page: Page, division: str, folder: Path, *, version: int) -> Path:
    page.goto(division)
    page.get_by_role("button", name="Créer").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Télécharger la version 00{version}").click()
    return _kept(download.value, folder)


def _imported(page: Page, file: Path, folder: Path) -> Path:
    """Deposit the file, follow it to its end, take the bilan away."""
    page.goto(f"{REGISTRE}/importer/")
    page.get_by_label("Fichiers à importer").set_input_files(file)
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("Contrôle du fichier")).to_be_visible()
    assert_accessible_everywhere(page)
    _followed(page)
    with worker():
        expect(page.get_by_role("heading", name="Élèves du fichier")).to_be_visible(timeout=DONE)
    with page.expect_download() as download:
        page.get_by_role("link", name="EXPORTER BILAN").click()
    return _kept(download.value, folder)


def _followed(page: Page) -> None:
    """The page asks by itself how far the worker is: a third is told, then it begins."""
    under_way = Import.objects.filter(state=ImportState.RUNNING)
    under_way.update(done=1, total=3)
    expect(page.get_by_text("Import : 1 / 3 (33%)")).to_be_visible(timeout=DONE)
    under_way.update(done=0, total=0)


def _another_value(page: Page, pupil: int) -> None:
    """Typed in the livret of the neighbour, saved when left."""
    page.goto(f"/suivi/{UAI}/{CIEL}/livrets/{pupil}/")
    with page.expect_response("**/champ/"):
        page.locator("#moyenne_1").fill("17")
        page.keyboard.press("Tab")
    expect(page.locator("form#livret")).to_have_attribute("data-pending", "0")


def _kept(download: Download, folder: Path) -> Path:
    kept = folder / download.suggested_filename
    download.save_as(kept)
    return kept


def _the_records_hold_it(page: Page) -> None:
    page.get_by_role("link", name="Vérifier l’intégration").click()
    expect(page.locator("main")).to_contain_text("2 élèves sur 2 sans différence")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="L’intégration est correcte et complète").click()
    expect(page.locator("main")).to_contain_text("Vérifiée le")
    page.get_by_role("link", name="Dossiers", exact=True).first.click()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="AUBRY Élève1").click()
    expect(page.get_by_label("Moyenne, période 1")).to_have_value("17,00")
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="historique").click()
    expect(page.get_by_role("row", name="Moyenne, période 1").first).to_contain_text("17,00")
    assert_accessible_everywhere(page)


def _the_assistance_decides(page: Page, live_server: LiveServer) -> None:
    user = factories.user("anne.assistance")
    assist(user, by=command_author(), now=timezone.now())
    sign_in(page, user, live_server)
    page.goto("/registre/assistance/")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Terminer l’accréditation").click()
    expect(page.get_by_role("row", name="a mis fin à Accréditation")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="dossiers de").click()
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="AUBRY Élève1").click()
    expect(page.get_by_label("Moyenne, période 1")).to_be_disabled()
    assert_accessible_everywhere(page)
