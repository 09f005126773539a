"""Steps that several journeys take."""

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from browser import assert_accessible_everywhere
from lycee import CIEL, COMPETENCES, UAI, files

EXPORT = f"/suivi/{UAI}/{CIEL}/export/"


def as_files(contents: list[bytes]) -> list[dict[str, object]]:
    """Contents as a person chooses them in a file button."""
    return [
        {"name": f"{rank}.xml", "mimeType": "text/xml", "buffer": content}
        for rank, content in enumerate(contents, 1)
    ]


def import_files(page: Page) -> None:
    """Deposit, look at the preview, apply."""
    page.get_by_label("Fichiers de SIECLE et de STS").set_input_files(
        files=as_files(files({"TCIEL1": 3}))
    )
    page.get_by_role("button", name="Lire les fichiers").click()
    expect(page.get_by_text("Rien n’est encore écrit.")).to_be_visible(timeout=30_000)
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_text("L’import est appliqué.")).to_be_visible(timeout=30_000)


def choose_trimestres(page: Page) -> None:
    """Open the entry of terminale."""
    page.goto(EXPORT)
    terminale = page.get_by_role("radiogroup", name="Terminale")
    terminale.get_by_label("Trimestres").check()
    terminale.get_by_role("button", name="Choisir").click()
    expect(page.get_by_role("status")).to_contain_text("est ouverte, par trimestres")


def fill_the_first_livret(page: Page, competences: Sequence[str] = COMPETENCES) -> None:
    """Take the first pupil of the division from red to green, by keyboard for the degrees."""
    page.get_by_role("link", name="TCIEL1").first.click()
    page.get_by_role("link", name="AUBRY Élève1").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Rouge")
    expect(page.locator("form#livret")).to_have_attribute("data-pending", "0")
    page.locator('[name="moyenne_1"]').fill("15,5")
    page.locator(f'[name="competence:{competences[0]}"]:checked').focus()
    for _ in competences:
        page.keyboard.press("3")
    for key, text in {
        "appreciation": "De réels progrès.",
        "enseignant_1_nom": "PETIT",
        "enseignant_1_prenom": "Zoé",
        "pfmp_synthese": "Six semaines en entreprise.",
        "pfmp_nom": "PETIT",
        "pfmp_prenom": "Zoé",
    }.items():
        page.locator(f'[name="{key}"]').fill(text)
    page.keyboard.press("Tab")
    expect(page.get_by_role("status").first).to_contain_text("Vert", timeout=30_000)


def export(page: Page, folder: Path) -> bytes:
    """Make the file of the division and download it."""
    page.goto(EXPORT)
    page.get_by_role("link", name="Préparer TCIEL1").click()
    expect(page.get_by_text("1 élève : 1 complet")).to_be_visible()
    page.get_by_role("button", name="Créer le fichier").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger la version 001").click()
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    assert kept.name.startswith(f"LSLPRO_{UAI}_TCIEL1_2025_v001_")
    return kept.read_bytes()
