"""A teacher is substituted in the middle of the year: named, at work, ended."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from browser import assert_accessible_everywhere, sign_in
from livretpro.livrets.models import Livret
from livretpro.referentiels.rules import Level
from livretpro.schools.rules import Role
from lycee import CIEL, UAI, found

TEACHERS = f"/suivi/{UAI}/{CIEL}/enseignants/"
ENTRY = f"/suivi/{UAI}/{CIEL}/saisie/"


@pytest.mark.django_db(transaction=True)
def test_a_substitute_comes_writes_and_leaves(
    page: Page, chromium: Browser, live_server: LiveServer
) -> None:
    lycee = found({"TCIEL1": 2})
    lycee.open_entry(Level.TERMINALE)
    teacher = lycee.person(Role.ENSEIGNANT, "PETIT", "Zoé")
    substitute = lycee.person(Role.ENSEIGNANT, "MARTY", "Anne")  # STS does not know her
    livret = f"/suivi/{UAI}/{CIEL}/livrets/{lycee.enrolment(1001).pk}/"
    sign_in(page, lycee.person(Role.CHEF), live_server)
    other = chromium.new_context(base_url=live_server.url, locale="fr-FR").new_page()
    sign_in(other, substitute, live_server)

    # Before: nothing to see.
    other.goto(ENTRY)
    expect(other.get_by_role("heading", name="Page introuvable")).to_be_visible()

    # The head names the substitute.
    page.goto(TEACHERS)
    assert_accessible_everywhere(page)
    page.get_by_label("Personne remplacée").select_option(label="PETIT Zoé")
    page.get_by_label("Suppléant", exact=True).select_option(label="PETIT Zoé")
    page.get_by_role("button", name="Nommer le suppléant").click()
    expect(page.get_by_role("alert")).to_have_text("Choisissez deux personnes différentes.")
    assert_accessible_everywhere(page)
    page.get_by_label("Suppléant", exact=True).select_option(label="MARTY Anne")
    page.get_by_role("button", name="Nommer le suppléant").click()
    expect(page.get_by_role("status").first).to_have_text("MARTY Anne remplace PETIT Zoé.")

    # The substitute writes, at once.
    other.goto(livret)
    other.locator("[name=moyenne_1]").fill("14")
    other.keyboard.press("Tab")
    expect(other.locator(".lp-save").first).to_contain_text("Enregistré")
    assert Livret.objects.get().periods.get().average == 14

    # The head ends it: the page still open no longer saves, and what was written stays.
    page.get_by_role("button", name="Mettre fin à la suppléance").click()
    expect(page.get_by_role("status").first).to_have_text("MARTY Anne ne remplace plus PETIT Zoé.")
    other.locator("[name=moyenne_1]").fill("3")
    with other.expect_response("**/champ/") as refused:
        other.keyboard.press("Tab")
    assert refused.value.status == 404
    other.goto(livret)
    expect(other.get_by_role("heading", name="Page introuvable")).to_be_visible()
    assert Livret.objects.get().periods.get().average == 14
    own = Client()
    own.force_login(teacher)
    assert own.get(livret).status_code == 200
    other.context.close()
