"""Linking and signing in by the provider in a real browser, which enforces our policies."""

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import assert_accessible_everywhere
from livretpro.accounts.models import ProviderLink, User
from livretpro.schools.rules import Role
from openid_provider import WELL_KNOWN, Provider
from web.base.provider_site import linked
from web.base.provider_site import provider as provider  # noqa: PLC0414 (a fixture)
from web.base.provider_site import site as site  # noqa: PLC0414
from web.base.valmeray import PASSWORD, Valmeray, member

pytestmark = [pytest.mark.journey, pytest.mark.usefixtures("site")]
BUTTON = "Se connecter avec l’ENT"


@pytest.fixture
def teacher(valmeray: Valmeray) -> User:
    return member(valmeray.school, Role.ENSEIGNANT)


def by_password(page: Page, user: User) -> None:
    page.goto("/connexion/")
    page.get_by_label("Identifiant").fill(user.identifier)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()


def test_an_account_is_linked_used_and_parted(
    page: Page, provider: Provider, teacher: User
) -> None:
    provider.userinfo = {"name": "Claire Ferrand", "email": "claire.ferrand@ent.example"}
    by_password(page, teacher)
    page.goto("/compte/")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Relier mon compte").click()
    expect(page.get_by_text("claire.ferrand@ent.example")).to_be_visible()
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Relier mon compte").click()
    expect(page.get_by_role("status")).to_have_text("Vos comptes sont reliés.")
    assert_accessible_everywhere(page)
    page.get_by_role("button", name="Se déconnecter").click()
    assert_accessible_everywhere(page)

    page.get_by_role("button", name=BUTTON).click()
    page.get_by_role("link", name="Mon compte").last.click()
    page.get_by_role("button", name="Retirer la liaison").click()

    expect(page.get_by_role("status")).to_contain_text("La liaison est retirée")
    assert not ProviderLink.objects.exists()


def test_a_refusal_is_a_page_that_leads_back(page: Page, provider: Provider, teacher: User) -> None:
    page.goto("/connexion/")
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("alert")).to_contain_text("Aucun compte LivretPro n’est relié")
    assert_accessible_everywhere(page)
    page.get_by_role("link", name="Revenir à la connexion").click()
    provider.broken = {WELL_KNOWN: (500, "text/html", b"<p>")}

    page.get_by_role("button", name=BUTTON).click()

    expect(page.get_by_role("alert")).to_contain_text("ne répond pas comme il le devrait")


def test_the_way_to_the_provider_works_without_javascript(
    chromium: Browser, site: str, provider: Provider, teacher: User
) -> None:
    linked(teacher, provider)
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/connexion/")

    page.get_by_role("button", name=BUTTON).click()

    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    context.close()
