"""The shell in a real browser: accessible, narrow or wide, light or dark, with and without JS."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from browser import assert_accessible, assert_accessible_everywhere, sign_in
from livretpro.accounts.actions import issue_code
from livretpro.accounts.models import User
from livretpro.schools.rules import Role
from web.base.valmeray import CIEL, MELEC, PASSWORD, UAI, Valmeray, member

pytestmark = pytest.mark.journey

ENTRY = f"/suivi/{UAI}/{MELEC}/saisie/"


def test_the_sign_in_page_is_accessible_empty_and_refused(page: Page) -> None:
    page.goto("/connexion/")
    assert_accessible_everywhere(page)

    page.get_by_label("Identifiant").fill("personne")
    page.get_by_label("Mot de passe").fill("faux")
    page.get_by_role("button", name="Se connecter").click()

    expect(page.get_by_role("alert")).to_contain_text("n’est pas le bon")
    expect(page.get_by_label("Mot de passe")).to_be_focused()
    assert_accessible_everywhere(page)


def test_an_account_is_activated_then_opened(page: Page, head: User, valmeray: Valmeray) -> None:
    code = issue_code(head, now=timezone.now())
    valmeray.pupil_of(MELEC)

    page.goto("/activation/")
    assert_accessible_everywhere(page)
    page.get_by_label("Code d’activation").fill(code)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_label("Votre identifiant, à retenir")).to_have_value(head.identifier)
    assert_accessible_everywhere(page)
    page.get_by_label("Nouveau mot de passe").fill("court")
    page.get_by_label("Le même mot de passe").fill("court")
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_label("Nouveau mot de passe")).to_be_focused()
    assert_accessible_everywhere(page)
    page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
    page.get_by_label("Le même mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_role("status")).to_contain_text("connectez-vous")
    page.get_by_label("Identifiant").fill(head.identifier)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()

    expect(page.get_by_role("link", name="Changer de diplôme")).to_be_visible()


def test_the_choices_are_accessible(
    page: Page, head: User, valmeray: Valmeray, diplomas: None, live_server: LiveServer
) -> None:
    sign_in(page, head, live_server)
    page.goto(f"/suivi/{UAI}/diplomes/")
    assert_accessible_everywhere(page)
    for cfd in (MELEC, CIEL):
        valmeray.pupil_of(cfd)

    page.goto("/")
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Bac pro CIEL").click()

    expect(page.locator(".lp-band__what")).to_contain_text("Bac pro CIEL")


def test_a_page_of_a_diploma_is_accessible(
    page: Page, head: User, valmeray: Valmeray, diplomas: None, live_server: LiveServer
) -> None:
    valmeray.pupil_of(MELEC)
    sign_in(page, head, live_server)

    page.goto(ENTRY)

    assert_accessible_everywhere(page)


def test_a_request_of_htmx_carries_the_token_of_the_forms(
    page: Page, head: User, valmeray: Valmeray, live_server: LiveServer
) -> None:
    sign_in(page, head, live_server)
    page.goto(f"/suivi/{UAI}/diplomes/")

    with page.expect_response("**/deconnexion/") as answer:
        page.evaluate("htmx.ajax('POST', '/deconnexion/', {target: '#contenu'})")

    assert answer.value.status == 302


def test_the_menu_works_with_the_keyboard(
    page: Page, head: User, valmeray: Valmeray, live_server: LiveServer
) -> None:
    valmeray.pupil_of(MELEC)
    sign_in(page, head, live_server)
    page.goto(ENTRY)
    summary = page.locator("summary", has_text="LSL Pro")
    export = page.get_by_role("link", name="Configuration et export du LSL Pro")

    summary.focus()
    page.keyboard.press("Enter")
    expect(export).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")

    expect(export).to_be_hidden()
    expect(summary).to_be_focused()


def test_everything_works_without_javascript(
    chromium: Browser, live_server: LiveServer, valmeray: Valmeray
) -> None:
    user = member(valmeray.school, Role.CHEF, Role.ADMINISTRATEUR)
    valmeray.pupil_of(MELEC)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})

    page.goto("/connexion/")
    page.get_by_label("Identifiant").fill(user.identifier)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Ouvrir le menu").click()
    page.get_by_role("link", name="Comptes").click()
    expect(page).to_have_url(f"{live_server.url}/ecole/{UAI}/comptes/")
    page.get_by_role("button", name="Se déconnecter").click()

    expect(page.get_by_role("status")).to_have_text("Vous êtes déconnecté.")
    context.close()


@pytest.mark.parametrize(
    "address",
    [
        "/absente/",
        "/erreur/disque/",
        "/a-propos/",
        "/aide/",
        "/aide/statuts/",
        "/aide/livret/",
        "/aide/glossaire/",
    ],
)
def test_error_pages_and_what_to_read_then_are_accessible(
    page: Page, head: User, live_server: LiveServer, address: str
) -> None:
    sign_in(page, head, live_server)

    page.goto(address)

    assert_accessible_everywhere(page)
