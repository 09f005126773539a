"""The last leg of the seed: a mock-up, marks typed, the bulletin read, its PDF."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import bulletin_factories as make
import factories
from browser import assert_accessible, assert_accessible_everywhere, sign_in
from livretpro.schools.rules import Role
from pdf_reading import pages

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}


def school() -> None:
    """A division of two pupils, evaluated by element, its period open, no mock-up."""
    division = factories.division()
    make.period()
    make.sector_of(division, make.sector(grouping="element"))
    frame = make.frame()
    element = make.item(frame, label="Préparer l’intervention")
    below = make.item(frame, "C1.1", label="Lire un schéma", parent=element)
    service = make.service(into=division)
    make.service(make.subject("Français", "020700"), into=division)
    for number, name in ((1001, "AUBRY"), (1002, "BENHADDOU")):
        pupil = factories.student(number, last_name=name)
        factories.enrolment(pupil, into=division)
        make.grade(service, pupil, "11.00")
        make.degree(service, pupil, below, 3)
        make.appraisal(service, pupil)


def test_from_the_mockup_to_the_pdf(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    school()
    head = factories.user("chef")
    factories.membership(head, Role.CHEF)
    sign_in(page, head, live_server)

    _make_the_mockup(page)
    _type_marks(page, lambda: sign_in(page, head, live_server))
    _type_a_degree(page)
    _read_and_print(page, tmp_path)


def _make_the_mockup(page: Page) -> None:
    page.goto(f"/bulletins/{factories.UAI}/maquettes/")
    page.get_by_label("Nom").fill("Bulletin de la filière")
    page.get_by_label("Regroupement des évaluations").select_option("element")
    page.get_by_role("button", name="Créer").click()
    preview = page.locator("#apercu")
    expect(preview).to_contain_text("Lire un schéma")
    assert_accessible_everywhere(page)
    page.get_by_label("Compétences définies dans le référentiel de la matière").uncheck()
    expect(preview).not_to_contain_text("Lire un schéma")
    page.get_by_label("Compétences définies dans le référentiel de la matière").check()
    expect(preview).to_contain_text("Préparer l’intervention")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="Toutes les maquettes").click()
    page.get_by_label("1MELEC").check()
    page.get_by_role("button", name="Donner la maquette").click()
    expect(page.get_by_text("1er trimestre : Bulletin de la filière")).to_be_visible()
    assert_accessible(page)


def _type_marks(page: Page, come_back: Callable[[], None]) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"/bulletins/{factories.UAI}/saisie/")
    page.get_by_role("row", name="Français").get_by_role("link", name="0 devoir").click()
    page.get_by_label("Intitulé").fill("Dictée")
    page.get_by_role("button", name="Ajouter").click()
    page.get_by_role("textbox", name="AUBRY Léa").first.fill("21")
    page.get_by_role("textbox", name="BENHADDOU Léa").first.fill("14")
    _outlive_the_session(page, come_back)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("« 21 » n’est pas entre 0 et 20.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("textbox", name="AUBRY Léa").first.fill("12")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("1 valeur enregistrée.")).to_be_visible()
    expect(page.locator("form[data-pret]")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    page.get_by_role("link", name="Appréciations", exact=True).click()
    _insert_a_phrase(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Appréciation de AUBRY Léa")).to_have_value(
        "De l’attention. Des progrès réels."
    )
    assert_accessible(page)


def _outlive_the_session(page: Page, come_back: Callable[[], None]) -> None:
    """What a session that ended did not save is put back for the same person (spec 08, A8)."""
    desk = page.url
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Votre session était terminée")).to_be_visible()
    come_back()
    page.goto(desk)
    expect(page.get_by_text("2 saisies n’avaient pas été enregistrées.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Remettre dans la page").click()
    expect(page.get_by_role("textbox", name="AUBRY Léa").first).to_have_value("21")


def _insert_a_phrase(page: Page) -> None:
    """Kept on the page where the list leads, inserted by F8; refused when too long."""
    page.get_by_role("button", name="Phrases pour : AUBRY Léa").click()
    desk = page.url
    expect(page.get_by_text("Aucune phrase n’est gardée pour ce texte")).to_be_visible()
    page.get_by_role("link", name="Ajouter, modifier des phrases").click()
    expect(page.get_by_label("Pour le texte")).to_have_value("bulletin_appreciation")
    page.get_by_role("textbox", name="Phrase").fill("Des progrès réels.")
    page.get_by_role("button", name="Garder cette phrase").click()
    expect(
        page.get_by_text("La phrase est gardée pour : Appréciation au bulletin.")
    ).to_be_visible()
    assert_accessible_everywhere(page)

    page.set_viewport_size(PHONE)
    page.goto(desk)
    other = page.get_by_label("Appréciation de BENHADDOU Léa")
    other.fill("x" * 290)
    page.keyboard.press("F8")
    expect(page.get_by_role("option", name="Des progrès réels.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("la limite est de 300, 9 de trop.")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(other).to_have_value("x" * 290)
    other.fill("")

    text = page.get_by_label("Appréciation de AUBRY Léa")
    text.fill("De l’attention.")
    expect(page.get_by_text("15 / 300")).to_be_visible()
    page.keyboard.press("F8")
    page.keyboard.type("reels")
    page.keyboard.press("Enter")
    expect(text).to_have_value("De l’attention. Des progrès réels.")
    expect(page.get_by_text("34 / 300")).to_be_visible()


def _type_a_degree(page: Page) -> None:
    page.goto(f"/bulletins/{factories.UAI}/saisie/")
    page.get_by_role("link", name="2 élèves avec des degrés").click()
    field = page.get_by_role("textbox", name="BENHADDOU Léa C1.1")
    expect(field).to_have_value("3")
    page.get_by_role("textbox", name="AUBRY Léa C1.1").press("ArrowDown")
    expect(field).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.get_by_text("« 7 » n’est pas un degré")).to_be_visible()
    assert_accessible_everywhere(page)
    field.fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 valeur enregistrée.")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert_accessible(page)


def _read_and_print(page: Page, folder: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("summary", has_text="Compétences").click()
    page.get_by_role("link", name="Bulletins > Consultation").click()
    assert_accessible(page)
    page.get_by_role("link", name="1MELEC").click()
    assert_accessible(page)
    page.get_by_role("link", name="AUBRY Léa").click()
    expect(page.get_by_text("De l’attention.")).to_be_visible()
    expect(page.get_by_role("row", name="Lire un schéma 3, maîtrisée")).to_be_visible()
    assert_accessible_everywhere(page)
    page.set_viewport_size(PHONE)
    assert_accessible(page)
    page.get_by_role("link", name="BENHADDOU Léa, élève suivant").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Imprimer").click()
    kept = folder / download.value.suggested_filename
    download.value.save_as(kept)
    (paper,) = pages(kept.read_bytes())
    assert "Bulletin de compétences : BENHADDOU Léa" in paper
    assert "2, insuffisamment maîtrisée" in paper
